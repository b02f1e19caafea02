import { arcPath, polar } from "../parts/geometry.ts";

/** The mark of the product: a loop with the item in hand. */
export function Logo({ size = 22 }: { size?: number }) {
  const [x, y] = polar(150, 9.5, 12, 12);
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" style={{ flex: "none" }}>
      <circle cx="12" cy="12" r="9.5" fill="none" stroke="var(--line2)" strokeWidth="2.6" />
      <path
        d={arcPath(12, 12, 9.5, -60, 150)}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <circle cx={x} cy={y} r="3.1" fill="var(--accent)" stroke="var(--s1)" strokeWidth="1.2" />
      <circle cx="12" cy="12" r="2.4" fill="var(--t1)" />
    </svg>
  );
}
