/** What the API server would say to a manifest, with places in the text; nothing is applied. */
import { checkManifest as check } from "../api/manifest/manifest.ts";
import type { TextProblem } from "./protocol.ts";

export function checkManifest(text: string): readonly TextProblem[] {
  return check(text).problems.map((p) => ({
    line: p.line,
    column: p.col,
    endLine: p.endLine,
    endColumn: p.endCol,
    code: `manifest.${p.code}`,
    args: p.args,
    printed: p.message,
    severity: p.severity,
  }));
}
