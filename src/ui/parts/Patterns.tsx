/** Fill patterns of the states for any SVG of the page: `fill="url(#fill-creating)"`. Mounted once, at the root. */
export function Patterns() {
  return (
    <svg width="0" height="0" aria-hidden="true" style={{ position: "absolute" }}>
      <defs>
        <pattern
          id="fill-creating"
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="6" height="6" fill="var(--creating-bg)" />
          <path d="M1 0V6" stroke="var(--creating)" strokeWidth="2" />
        </pattern>
        <pattern id="fill-waiting" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill="var(--waiting-bg)" />
          <path d="M1 0V6" stroke="var(--waiting)" strokeWidth="1.3" />
        </pattern>
        <pattern id="fill-terminating" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill="var(--terminating-bg)" />
          <path d="M0 1.2H6" stroke="var(--terminating)" strokeWidth="2" />
          <path d="M0 4.2H6" stroke="var(--terminating)" strokeWidth="0.9" />
        </pattern>
        <pattern id="fill-failed" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill="var(--failed-bg)" />
          <path d="M0 0L6 6M6 0L0 6" stroke="var(--failed)" strokeWidth="0.9" />
        </pattern>
        <pattern id="fill-unknown" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" fill="var(--unknown-bg)" />
          <circle cx="2" cy="2" r="0.9" fill="var(--unknown)" />
        </pattern>
      </defs>
    </svg>
  );
}
