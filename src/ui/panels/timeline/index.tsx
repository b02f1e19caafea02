/** Stands in until the timeline is in its place. */
export default function Timeline() {
  return null;
}
