import type { FeatureState } from "./features.ts";

/** Full, half, empty: as much of it is there. */
export function FeatureMark({ state }: { state: FeatureState }) {
  const colour = { modelled: "var(--ready)", simplified: "var(--waiting)", absent: "var(--unknown)" }[state];
  return (
    <svg width="15" height="15" viewBox="0 0 14 14" aria-hidden="true" style={{ flex: "none" }}>
      <circle
        cx="7"
        cy="7"
        r="5.6"
        fill={state === "modelled" ? colour : "none"}
        stroke={colour}
        strokeWidth="1.6"
        strokeDasharray={state === "absent" ? "1.4 2.1" : undefined}
      />
      {state === "simplified" && <path d="M7 1.4a5.6 5.6 0 0 0 0 11.2z" fill={colour} />}
      {state === "modelled" && (
        <path
          d="M4.1 7.1l2.1 2.1 3.8-4.3"
          fill="none"
          stroke="var(--s1)"
          strokeWidth="1.7"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
    </svg>
  );
}
