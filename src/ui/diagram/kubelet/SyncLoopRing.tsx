import { useContext } from "react";
import { useT } from "../../i18n.tsx";
import { DialMark } from "../../parts/Dial.tsx";
import { RingMark } from "../../parts/Ring.tsx";
import { loopOf } from "../../store/select/kubelet.ts";
import { dueOf, phaseTo } from "../../store/select/timers.ts";
import { useWorld } from "../../store/world.ts";
import { shortName } from "../../words/records.ts";
import { Component, Label, TextFactor } from "../Scene.tsx";
import { RING, RING_PORTS } from "./layout.ts";

const { cx, cy, r } = RING;

/** The centre of everything: the only big circle. */
export function SyncLoopRing({ node }: { node: string }) {
  const t = useT();
  const factor = useContext(TextFactor);
  const loop = useWorld((w) => loopOf(w, node));
  const sync = useWorld((w) => dueOf(w.tables, `${node}/sync-loop`, "sync"));
  const housekeeping = useWorld((w) => dueOf(w.tables, `${node}/sync-loop`, "housekeeping"));
  const { record, refused } = loop;
  const item =
    refused ?? (record ? [record.type.slice(9), shortName(record.object)].filter(Boolean).join(" · ") : "");
  return (
    <Component
      id={`${node}/syncloop`}
      part="syncloop"
      x={cx - r}
      y={cy - r}
      w={2 * r}
      h={2 * r}
      shape="bare"
      label={t("ui.diagram.loop", { n: loop.passes, item })}
    >
      <RingMark
        cx={cx}
        cy={cy}
        r={r}
        passes={loop.passes}
        hand={RING_PORTS[loop.port]}
        grey={refused !== null}
      />
      <DialMark phase={phaseTo(sync, 1000)} x={cx - 30} y={cy - 48} r={13} />
      <DialMark phase={phaseTo(housekeeping, 2000)} x={cx + 30} y={cy - 48} r={13} />
      <Label x={cx - 30} y={cy - 23} width={56} kind="caption" anchor="middle">
        sync 1 s
      </Label>
      <Label x={cx + 34} y={cy - 23} width={74} kind="caption" anchor="middle">
        housekeeping
      </Label>
      {factor < 1.12 && (
        <Label x={cx - r + 18} y={cy - 8} width={44} kind="caption">
          config
        </Label>
      )}
      <Label x={cx + 4} y={cy + 6} width={112} kind="title" anchor="middle">
        SyncLoop
      </Label>
      <Label x={cx} y={cy + 22} width={120} anchor="middle">
        {t("ui.loop.iteration", { n: loop.passes })}
      </Label>
      {item && (
        <>
          <rect
            x={cx - 62}
            y={cy + 32}
            width={124}
            height={19}
            rx={9.5}
            fill={refused ? "var(--sunk)" : "var(--accent-bg)"}
          />
          <Label
            x={cx}
            y={cy + 45}
            width={116}
            kind="caption"
            anchor="middle"
            ink={refused ? "t2" : "accent"}
            weight={600}
          >
            {item}
          </Label>
        </>
      )}
      <Label x={cx} y={cy + r - 26} width={50} kind="caption" anchor="middle">
        PLEG
      </Label>
    </Component>
  );
}
