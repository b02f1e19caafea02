import type { LucideIcon } from "lucide-react";

/** An icon as plain as engraving: 16 px grid, 1.5 px stroke. Decoration: its button bears the name. */
export function Icon({ of: Shape, size = 16 }: { of: LucideIcon; size?: number }) {
  return (
    <Shape size={size} strokeWidth={size >= 20 ? 1.8 : 2.1} aria-hidden="true" style={{ flex: "none" }} />
  );
}
