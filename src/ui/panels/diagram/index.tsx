export default function Diagram() {
  return null;
}
