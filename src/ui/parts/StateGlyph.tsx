import type { ReactNode } from "react";
import { arcPath } from "./geometry.ts";
import styles from "./marks.module.css";
import type { State } from "./states.ts";

/** The mark of a state, 14 × 14, for use inside an SVG: its shape alone tells the state. */
export function StateMark({
  state,
  x = 0,
  y = 0,
  size = 14,
}: {
  state: State;
  x?: number;
  y?: number;
  size?: number;
}) {
  return (
    <g transform={`translate(${x} ${y}) scale(${size / 14})`} className={styles.state} data-state={state}>
      {SHAPES[state]}
    </g>
  );
}

/** The mark of a state in a line of text. Without `label` it is decoration beside a word. */
export function StateGlyph({ state, size = 14, label }: { state: State; size?: number; label?: string }) {
  return (
    <svg
      className={styles.glyph}
      width={size}
      height={size}
      viewBox="0 0 14 14"
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    >
      <StateMark state={state} />
    </svg>
  );
}

/** Glyph and word on the tint of the state. */
export function StateBadge({
  state,
  children,
  title,
}: {
  state: State;
  children: ReactNode;
  title?: string;
}) {
  return (
    <span
      className={styles.badge}
      style={{ background: `var(--${state}-bg)`, color: `var(--${state}-ink)` }}
      title={title}
    >
      <StateGlyph state={state} />
      <span className={styles.badgeText}>{children}</span>
    </span>
  );
}

const c = (state: State): string => `var(--${state})`;
const cut = "var(--s1)";

const SHAPES: Record<State, ReactNode> = {
  creating: (
    <>
      <circle
        cx="7"
        cy="7"
        r="5.4"
        fill="none"
        stroke={c("creating")}
        strokeWidth="1.7"
        strokeDasharray="2.6 1.64"
      />
      <circle cx="7" cy="7" r="1.7" fill={c("creating")} />
    </>
  ),
  running: (
    <>
      <circle cx="7" cy="7" r="6.2" fill={c("running")} />
      <path d="M5.5 4.1v5.8L10.1 7z" fill={cut} />
    </>
  ),
  ready: (
    <>
      <circle cx="7" cy="7" r="6.2" fill={c("ready")} />
      <path
        d="M4.1 7.1l2.1 2.1 3.8-4.3"
        fill="none"
        stroke={cut}
        strokeWidth="1.7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  waiting: (
    <>
      <circle cx="7" cy="7" r="5.5" fill="none" stroke={c("waiting")} strokeOpacity=".35" strokeWidth="1.8" />
      <path d={arcPath(7, 7, 5.5, 0, 250)} fill="none" stroke={c("waiting")} strokeWidth="1.8" />
      <path
        d="M7 3.9v3.3l2.1 1.2"
        fill="none"
        stroke={c("waiting")}
        strokeWidth="1.4"
        strokeLinecap="round"
      />
    </>
  ),
  terminating: (
    <>
      <path d="M1 7a6 6 0 0 1 12 0z" fill={c("terminating")} />
      <path d="M2.2 9.3h9.6M4.2 11.7h5.6" stroke={c("terminating")} strokeWidth="1.5" />
    </>
  ),
  failed: (
    <>
      <path d="M4.5.7h5l3.8 3.8v5l-3.8 3.8h-5L.7 9.5v-5z" fill={c("failed")} />
      <path d="M4.7 4.7l4.6 4.6M9.3 4.7L4.7 9.3" stroke={cut} strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  succeeded: (
    <>
      <rect
        x="1.3"
        y="1.3"
        width="11.4"
        height="11.4"
        rx="2.5"
        fill="none"
        stroke={c("succeeded")}
        strokeWidth="1.6"
      />
      <path
        d="M4.1 7.1l2.1 2.1 3.8-4.3"
        fill="none"
        stroke={c("succeeded")}
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  unknown: (
    <>
      <circle
        cx="7"
        cy="7"
        r="5.7"
        fill="none"
        stroke={c("unknown")}
        strokeWidth="1.6"
        strokeDasharray=".6 2.4"
        strokeLinecap="round"
      />
      <path
        d="M5.5 5.8a1.6 1.6 0 1 1 2.3 1.5c-.6.3-.8.6-.8 1.1M7 10.2v.1"
        fill="none"
        stroke={c("unknown")}
        strokeWidth="1.4"
        strokeLinecap="round"
      />
    </>
  ),
};
