import { useContext } from "react";
import { useT } from "../../i18n.tsx";
import { StateMark } from "../../parts/StateGlyph.tsx";
import { type WorkerView, workersOf } from "../../store/select/managers.ts";
import { runTime } from "../../store/time.ts";
import { select, useView } from "../../store/view.ts";
import { useWorld } from "../../store/world.ts";
import { textWidth } from "../clip.ts";
import styles from "../diagram.module.css";
import { Component, Face, Label, TextFactor } from "../Scene.tsx";

const ROWS = 2;

/** A row a pod: at work it is lit; a waiting one says when it wakes. */
export function PodWorkers({ node }: { node: string }) {
  const t = useT();
  const workers = useWorld((w) => workersOf(w, node));
  const selected = useView((v) => (v.selection?.kind === "object" ? v.selection.id : ""));
  const chosen = workers.find((x) => selected === x.pod.id || selected.startsWith(`${x.pod.id}/`));
  const order = [...workers].sort((a, b) => rank(b, chosen) - rank(a, chosen));
  const shown = workers.filter((x) => order.slice(0, ROWS).includes(x));
  return (
    <Component
      id={`${node}/pod-workers`}
      part="pod-workers"
      x={532}
      y={146}
      w={228}
      h={90}
      label={t("ui.diagram.workers", { count: workers.length })}
    >
      <Label x={542} y={164} width={140} kind="name">
        pod workers
      </Label>
      <Label x={750} y={164} width={50} kind="caption" anchor="end">
        {String(workers.length)}
      </Label>
      {shown.map((worker, i) => (
        <Row key={worker.pod.id} worker={worker} y={172 + i * 31} />
      ))}
    </Component>
  );
}

const rank = (worker: WorkerView, chosen: WorkerView | undefined): number =>
  (worker === chosen ? 1e12 : 0) + (worker.working ? 1e11 : 0) + worker.lastSeq;

function Row({ worker, y }: { worker: WorkerView; y: number }) {
  const t = useT();
  const { pod, working, activity, wakesAt } = worker;
  const selected = useView((v) => v.selection?.kind === "object" && v.selection.id === pod.id);
  const factor = useContext(TextFactor);
  const says = working
    ? activity
    : wakesAt !== undefined
      ? t("ui.diagram.wakes", { time: runTime(wakesAt, 0) })
      : pod.status;
  const room = Math.min(110, Math.max(60, textWidth(says, 10.5 * factor, 650) + 2));
  return (
    <g
      className={`${styles.row} ${styles.component}`}
      data-working={working || undefined}
      data-selected={selected || undefined}
    >
      <Face
        label={`${pod.name} ${pod.status}`}
        pressed={selected}
        onChoose={() => select({ kind: "object", id: pod.id })}
      >
        <rect x={539} y={y} width={214} height={27} rx={5} />
      </Face>
      <StateMark state={pod.state} x={546} y={y + 6.5} />
      <Label x={567} y={y + 17.5} width={173 - room} ink="t1" weight={550}>
        {pod.name}
      </Label>
      <Label
        x={746}
        y={y + 17.5}
        width={room}
        kind="caption"
        anchor="end"
        {...(working ? { ink: "accent", weight: 650 } : {})}
      >
        {says}
      </Label>
    </g>
  );
}
