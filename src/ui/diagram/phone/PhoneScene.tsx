import { useT } from "../../i18n.tsx";
import { DialMark } from "../../parts/Dial.tsx";
import { polar } from "../../parts/geometry.ts";
import { RingMark } from "../../parts/Ring.tsx";
import { loopOf, probesOn } from "../../store/select/kubelet.ts";
import { workersOf } from "../../store/select/managers.ts";
import { useWorld } from "../../store/world.ts";
import { shortName } from "../../words/records.ts";
import type { SceneBox } from "../camera.ts";
import type { Edge } from "../edges.ts";
import { RING_PORTS } from "../kubelet/layout.ts";
import { Component, Edges, Label } from "../Scene.tsx";

export const PHONE_BOX: SceneBox = { x: 0, y: 0, width: 390, height: 320, anchor: [195, 160] };
const CX = 195;
const CY = 152;
const R = 86;
const at = (angle: number) => polar(angle, R, CX, CY);
const curve = (
  a: readonly [number, number],
  c1: readonly [number, number],
  c2: readonly [number, number],
  b: readonly [number, number],
) => ({
  path: `M${a.join(" ")}C${c1.join(" ")} ${c2.join(" ")} ${b.join(" ")}`,
  points: [a, b] as const,
});

export const PHONE_EDGES: readonly Edge[] = [
  { id: "p-config", a: "pod-config", b: "syncloop", ...curve([66, 60], [66, 112], [84, 152], at(270)) },
  { id: "p-pleg", a: "pleg", b: "syncloop", points: [[195, 262], at(180)] },
  { id: "p-probe", a: "prober", b: "syncloop", ...curve([322, 60], [322, 94], [296, 104], at(60)) },
  {
    id: "p-dispatch",
    a: "syncloop",
    b: "pod-workers",
    ...curve(at(120), [300, 202], [322, 216], [322, 262]),
  },
  {
    id: "p-verdict",
    a: "syncloop",
    b: "status-manager",
    ...curve(at(228), [104, 228], [67, 228], [67, 262]),
  },
];

/** The ring and the five plates of its ports: what fits a phone. */
export function PhoneScene({ node }: { node: string }) {
  const t = useT();
  const loop = useWorld((w) => loopOf(w, node));
  const probe = useWorld((w) => probesOn(w, node)[0]);
  const worker = useWorld((w) => workersOf(w, node).find((x) => x.working));
  const { record } = loop;
  const plates = [
    ["pod-config", "PodConfig", "api · file · http", 12, 16, 108],
    ["prober", "prober", probe ? `${probe.kind} ${probe.streak}` : "", 268, 16, 110],
    ["status-manager", "status manager", "", 12, 262, 118],
    ["pleg", "PLEG", "relist 1 s", 140, 262, 104],
    ["pod-workers", "pod workers", worker ? worker.activity : "", 254, 262, 124],
  ] as const;
  return (
    <g>
      <Edges edges={PHONE_EDGES} />
      <RingMark
        cx={CX}
        cy={CY}
        r={R}
        passes={loop.passes}
        hand={RING_PORTS[loop.port]}
        grey={loop.refused !== null}
      />
      <DialMark phase={(now) => (now % 1000) / 1000} x={CX - 24} y={CY - 42} r={12} />
      <DialMark phase={(now) => (now % 2000) / 2000} x={CX + 24} y={CY - 42} r={12} />
      <Label x={CX} y={CY + 4} width={120} kind="name" anchor="middle">
        SyncLoop
      </Label>
      <Label x={CX} y={CY + 22} width={120} anchor="middle">
        {t("ui.loop.iteration", { n: loop.passes })}
      </Label>
      {record && (
        <>
          <Label x={CX} y={CY + 42} width={124} anchor="middle" ink="accent" weight={600}>
            {record.type.slice(9)}
          </Label>
          <Label x={CX} y={CY + 57} width={104} kind="caption" anchor="middle" ink="accent">
            {shortName(record.object)}
          </Label>
        </>
      )}
      {plates.map(([part, name, line, x, y, w]) => (
        <Component key={part} id={`${node}/${part}`} part={part} x={x} y={y} w={w} h={44} label={name}>
          <Label x={x + w / 2} y={y + (line ? 19 : 27)} width={w - 12} kind="name" anchor="middle">
            {name}
          </Label>
          <Label x={x + w / 2} y={y + 35} width={w - 12} anchor="middle">
            {line}
          </Label>
        </Component>
      ))}
    </g>
  );
}
