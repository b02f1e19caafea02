/** Monaco's colours from the page's tokens, so that there is one palette. */
import type { Monaco } from "./monaco.ts";

/** Any CSS colour as `#rrggbb`, which is all that Monaco reads; a built page writes `#fff` for white. */
function createReader(): (name: string) => string {
  const style = getComputedStyle(document.documentElement);
  const g = document.createElement("canvas").getContext("2d");
  return (name) => {
    const value = style.getPropertyValue(`--${name}`).trim();
    if (!g) return value;
    g.fillStyle = "#808080";
    g.fillStyle = value;
    return String(g.fillStyle).slice(0, 7);
  };
}

/** Defines the theme in force and turns it on. With the system's own colours Monaco's high contrast stands in. */
export function applyTheme(monaco: Monaco, dark: boolean): void {
  if (matchMedia("(forced-colors: active)").matches) {
    monaco.editor.setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "hc-black" : "hc-light");
    return;
  }
  const token = createReader();
  const rule = (name: string, colour: string) => ({ token: name, foreground: token(colour).slice(1) });
  monaco.editor.defineTheme("syncloop", {
    base: dark ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      rule("", "t1"),
      rule("type.yaml", "code-key"),
      rule("tag.yaml", "code-key"),
      rule("string.yaml", "code-string"),
      rule("string.invalid.yaml", "failed-ink"),
      rule("number.yaml", "code-number"),
      rule("keyword.yaml", "code-number"),
      rule("comment.yaml", "code-comment"),
      rule("operators.yaml", "t2"),
      rule("delimiter.yaml", "t2"),
      rule("meta.directive.yaml", "t2"),
    ],
    colors: {
      "editor.background": token("s1"),
      "editor.foreground": token("t1"),
      "editorLineNumber.foreground": token("t3"),
      "editorLineNumber.activeForeground": token("t2"),
      "editorCursor.foreground": token("accent"),
      "editor.selectionBackground": mix(token("accent"), token("s1"), 0.25),
      "editor.inactiveSelectionBackground": mix(token("accent"), token("s1"), 0.14),
      "editor.lineHighlightBorder": "#00000000",
      "editor.lineHighlightBackground": token("s2"),
      "editor.wordHighlightBackground": token("accent-bg"),
      "editor.findMatchBackground": mix(token("waiting"), token("s1"), 0.45),
      "editor.findMatchHighlightBackground": mix(token("waiting"), token("s1"), 0.2),
      "editorIndentGuide.background1": token("line"),
      "editorIndentGuide.activeBackground1": token("line2"),
      "editorError.foreground": token("failed"),
      "editorWarning.foreground": token("waiting"),
      "editorGutter.background": token("s1"),
      "editorWidget.background": token("s1"),
      "editorWidget.border": token("line2"),
      "editorSuggestWidget.background": token("s1"),
      "editorSuggestWidget.border": token("line2"),
      "editorSuggestWidget.selectedBackground": token("accent-bg"),
      "editorSuggestWidget.selectedForeground": token("t1"),
      "editorSuggestWidget.highlightForeground": token("accent"),
      "editorSuggestWidget.focusHighlightForeground": token("accent"),
      "editorHoverWidget.background": token("s1"),
      "editorHoverWidget.border": token("line2"),
      "input.background": token("s1"),
      "input.border": token("edge"),
      focusBorder: token("accent"),
      "menu.background": token("s1"),
      "menu.foreground": token("t1"),
      "menu.selectionBackground": token("accent-bg"),
      "menu.selectionForeground": token("t1"),
      "widget.shadow": dark ? "#00000080" : "#141a2420",
      "scrollbarSlider.background": `${token("edge")}40`,
      "scrollbarSlider.hoverBackground": `${token("edge")}70`,
      "scrollbarSlider.activeBackground": `${token("edge")}90`,
      "editorOverviewRuler.border": "#00000000",
    },
  });
  monaco.editor.setTheme("syncloop");
}

/** A share of one `#rrggbb` in another. */
function mix(a: string, b: string, share: number): string {
  const part = (hex: string, at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  const channel = (at: number): string =>
    Math.round(part(a, at) * share + part(b, at) * (1 - share))
      .toString(16)
      .padStart(2, "0");
  return `#${channel(1)}${channel(3)}${channel(5)}`;
}
