/** placeholder */
export default function MiniTimeline() {
  return null;
}
