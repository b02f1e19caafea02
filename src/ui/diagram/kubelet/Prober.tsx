import { useT } from "../../i18n.tsx";
import { DialMark } from "../../parts/Dial.tsx";
import { type ProbeCell, ProbeCellsMark } from "../../parts/ProbeCells.tsx";
import { type ProbeView, probesOn } from "../../store/select/kubelet.ts";
import { dueOf, phaseTo } from "../../store/select/timers.ts";
import { msOf, runTime } from "../../store/time.ts";
import { useView } from "../../store/view.ts";
import { useWorld } from "../../store/world.ts";
import { Component, Label } from "../Scene.tsx";

const ROWS = 2;
const CELLS_ROOM = 62;

/** Cells up to the threshold: of failures, or of successes after a failure. */
export function cellsOf({ probe, last, streak }: Pick<ProbeView, "probe" | "last" | "streak">): ProbeCell[] {
  const failed = last?.data["result"] === "failure";
  const threshold = failed ? (probe.failureThreshold ?? 3) : (probe.successThreshold ?? 1);
  const count = Math.min(6, threshold);
  if (!last) return Array.from({ length: count }, () => ({ kind: "delay" }));
  const filled = Math.min(count, streak);
  return Array.from({ length: count }, (_, i) => ({
    kind: i < filled ? (failed ? "failure" : "success") : "empty",
  }));
}

/** The probes of the selected pod, or those that ran last. */
export function Prober({ node }: { node: string }) {
  const t = useT();
  const probes = useWorld((w) => probesOn(w, node));
  const selected = useView((v) => (v.selection?.kind === "object" ? v.selection.id : ""));
  const own = probes.filter((p) => selected === p.pod.id || selected.startsWith(`${p.pod.id}/`));
  const shown = (own.length ? own : probes).slice(0, ROWS);
  const head = shown[0] ? `${shown[0].container} · ${shown[0].pod.name}` : "";
  return (
    <Component id={`${node}/prober`} part="prober" x={532} y={59} w={228} h={78} label="prober">
      <Label x={542} y={77} width={60} kind="name">
        prober
      </Label>
      <Label x={750} y={77} width={probes.length > ROWS ? 112 : 140} kind="caption" anchor="end">
        {head}
      </Label>
      {shown.map((p, i) => (
        <Row key={`${p.pod.id} ${p.container} ${p.kind}`} probe={p} y={100 + i * 25} />
      ))}
      {probes.length === 0 && (
        <Label x={542} y={104} width={200} kind="caption">
          {t("ui.diagram.noProbes")}
        </Label>
      )}
      {probes.length > ROWS && (
        <Label x={596} y={77} width={38} kind="caption">
          {`+${probes.length - ROWS}`}
        </Label>
      )}
    </Component>
  );
}

function Row({ probe, y }: { probe: ProbeView; y: number }) {
  const t = useT();
  const start = useWorld((w) => w.start);
  const status = probe.pod.containers.find((c) => c.name === probe.container)?.status;
  const started = msOf(start, status?.state?.running?.startedAt) ?? 0;
  const delay = (probe.probe.initialDelaySeconds ?? 0) * 1000;
  const due = useWorld((w) =>
    dueOf(
      w.tables,
      `${probe.pod.node}/prober`,
      "ticker",
      `${probe.pod.uid}/${probe.container}/${probe.kind}`,
    ),
  );
  const cells = cellsOf(probe);
  const failed = probe.last?.data["result"] === "failure";
  const done = cells.filter((c) => c.kind === "success" || c.kind === "failure").length;
  return (
    <g>
      <DialMark phase={phaseTo(due, probe.periodMs)} colour="probe" x={554} y={y} r={10} />
      <Label x={570} y={y + 4} width={64}>
        {probe.kind}
      </Label>
      <g transform={`translate(${634} ${y - 5})`}>
        <ProbeCellsMark cells={cells} />
      </g>
      <Label
        x={750}
        y={y + 4}
        width={110 - CELLS_ROOM + 20}
        kind="caption"
        anchor="end"
        {...(probe.last ? { ink: failed ? "failed-ink" : "ready-ink", weight: 600 } : {})}
      >
        {probe.last
          ? `${done} / ${cells.length}`
          : t("ui.diagram.firstAt", { time: runTime(started + delay, 0) })}
      </Label>
    </g>
  );
}
