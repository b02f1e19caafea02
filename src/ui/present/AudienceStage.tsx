import { useCallback, useMemo, useRef } from "react";
import type { Moment } from "../../lessons/format.ts";
import diagram from "../diagram/diagram.module.css";
import { RING_PORTS } from "../diagram/kubelet/layout.ts";
import { Edges, Label, TextFactor } from "../diagram/Scene.tsx";
import { TrafficLayer } from "../diagram/traffic/TrafficLayer.tsx";
import { useT } from "../i18n.tsx";
import { RingMark } from "../parts/Ring.tsx";
import { StateMark } from "../parts/StateGlyph.tsx";
import { loopOf } from "../store/select/kubelet.ts";
import { nodesOf } from "../store/select/nodes.ts";
import { useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import styles from "./audience.module.css";
import { PodRows } from "./PodRows.tsx";
import { NO_LINE, plateLines } from "./plate-lines.ts";
import { type HallStage, type Plate, STAGE, stageOf, TYPE } from "./stage-layout.ts";

/** The kubelet and its pods in the form that can be read from the last row. */
export function AudienceStage({ moment }: { moment: Moment }) {
  const t = useT();
  const group = useRef<SVGGElement>(null);
  const own = useCallback(() => group.current, []);
  const first = useWorld((w) => nodesOf(w.tables)[0]?.name ?? "");
  const chosen = useView((v) => v.node);
  const node = useWorld((w) => (nodesOf(w.tables).some((n) => n.name === chosen) ? chosen : first));
  const { camera, focus } = moment;
  const stage = useMemo(() => stageOf(camera, focus), [camera, focus]);
  return (
    <svg
      className={`${diagram.canvas} ${styles.canvas}`}
      viewBox={`0 0 ${STAGE.width} ${STAGE.height}`}
      role="group"
      aria-label={t("ui.panel.diagram")}
    >
      <TextFactor.Provider value={TYPE}>
        <g ref={group}>
          <Edges edges={stage.edges} />
          <Loop node={node} stage={stage} />
          {stage.plates.map((plate) => (
            <PlateMark key={plate.part} plate={plate} node={node} />
          ))}
          <PodRows node={node} focus={focus} stage={stage} />
          <TrafficLayer depth="kubelet" node={node} edges={stage.edges} svg={own} />
        </g>
      </TextFactor.Provider>
    </svg>
  );
}

function Loop({ node, stage }: { node: string; stage: HallStage }) {
  const { passes, port, record, refused } = useWorld((w) => loopOf(w, node));
  const { ring, words } = stage;
  return (
    <g data-part="syncloop">
      <RingMark {...ring} passes={passes} hand={RING_PORTS[port]} grey={refused !== null} />
      <Label x={words.x} y={words.y} width={90} kind="name" anchor={words.anchor}>
        SyncLoop
      </Label>
      <Label
        x={words.x}
        y={words.y + 19}
        width={78}
        anchor={words.anchor}
        ink={refused ? "t2" : "accent"}
        weight={600}
      >
        {refused ? "…" : (record?.type.slice(9) ?? "")}
      </Label>
    </g>
  );
}

function PlateMark({ plate, node }: { plate: Plate; node: string }) {
  const { part, name, x, y, w, h } = plate;
  const { mark, line } = useWorld((world) => plateLines(world, node)[part] ?? NO_LINE);
  const tall = h > 30;
  return (
    <g className={styles.plate} data-part={part}>
      <rect x={x} y={y} width={w} height={h} rx={7} />
      <rect data-light className={styles.lit} x={x - 3} y={y - 3} width={w + 6} height={h + 6} rx={9} />
      <Label
        x={tall ? x + 9 : x + w / 2}
        y={y + (tall ? 17 : 16)}
        width={w - 13}
        kind="name"
        anchor={tall ? "start" : "middle"}
      >
        {name}
      </Label>
      {tall && mark && <StateMark state={mark} x={x + w - 23} y={y + 6} size={14} />}
      {tall && (
        <Label x={x + 9} y={y + 34} width={w - 14}>
          {line}
        </Label>
      )}
    </g>
  );
}
