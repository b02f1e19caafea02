/** Everything but the lit parts, and what they stand in, steps back; a dotted steel line runs round what is lit. */
export function spotlightOf(parts: readonly string[]): string {
  if (parts.length === 0) return "";
  const lit = parts.map((p) => `[data-part="${p.replace(/[^\w/.-]/g, "")}"]`).join(",");
  return [
    "main g[data-part]{transition:opacity 240ms}",
    `main:has(${lit}) g[data-part]:not(${lit}):not(:has(${lit})){opacity:.28}`,
    `main g:is(${lit})>g[role=button]>:is(rect,path):first-child{stroke:var(--accent);stroke-width:2.5;stroke-dasharray:.1 5.4;stroke-linecap:round}`,
    `main g:is(${lit})>rect[data-light]{display:block}`,
    `main g[data-part=syncloop]:is(${lit})>g[role=button]>rect:first-child{rx:50%}`,
  ].join("\n");
}
