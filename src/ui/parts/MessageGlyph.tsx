import type { Traffic } from "./states.ts";

/** Shape of a message: API disc, status ring, CRI square, probe diamond. `r` is its radius. */
export function MessageMark({
  traffic,
  x = 0,
  y = 0,
  r = 5,
}: {
  traffic: Traffic;
  x?: number;
  y?: number;
  r?: number;
}) {
  const colour = `var(--${traffic})`;
  const halo = { stroke: "var(--s1)", strokeWidth: 1.5 };
  switch (traffic) {
    case "api":
      return <circle cx={x} cy={y} r={r} fill={colour} {...halo} />;
    case "status":
      return <circle cx={x} cy={y} r={r - 0.6} fill="var(--s1)" stroke={colour} strokeWidth={2.6} />;
    case "cri":
      return (
        <rect
          x={x - r * 0.9}
          y={y - r * 0.9}
          width={r * 1.8}
          height={r * 1.8}
          rx={1.6}
          fill={colour}
          {...halo}
        />
      );
    case "probe":
      return (
        <path
          d={`M${x} ${y - r * 1.25}L${x + r * 1.25} ${y}L${x} ${y + r * 1.25}L${x - r * 1.25} ${y}Z`}
          fill={colour}
          {...halo}
        />
      );
  }
}

/** The shape in a line of text or a legend. */
export function MessageGlyph({ traffic, size = 16 }: { traffic: Traffic; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="-8 -8 16 16" aria-hidden="true" style={{ flex: "none" }}>
      <MessageMark traffic={traffic} r={5.4} />
    </svg>
  );
}
