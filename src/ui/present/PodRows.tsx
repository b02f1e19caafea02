import { cellsOf } from "../diagram/kubelet/Prober.tsx";
import { Label } from "../diagram/Scene.tsx";
import { useClockPaint } from "../parts/clock.tsx";
import { arcPath } from "../parts/geometry.ts";
import { ProbeCellsMark } from "../parts/ProbeCells.tsx";
import { StateMark } from "../parts/StateGlyph.tsx";
import { type Backoff, backoffOf, type ProbeView, probesOn } from "../store/select/kubelet.ts";
import { type PodView, podsOnNode } from "../store/select/pods.ts";
import { useWorld } from "../store/world.ts";
import styles from "./audience.module.css";
import { type HallStage, MOST_PODS, STAGE } from "./stage-layout.ts";

/** The pods, a row each: state, name, READY, restarts, and what decides about it now: its probe or its wait. */
export function PodRows({
  node,
  focus,
  stage,
}: {
  node: string;
  focus: readonly string[];
  stage: HallStage;
}) {
  const pods = useWorld((w) => podsOnNode(w.tables, node));
  const probes = useWorld((w) => probesOn(w, node));
  const shown = chosen(pods, focus);
  return (
    <g data-part="containerd">
      {shown.map((pod, i) => (
        <PodRow
          key={pod.id}
          pod={pod}
          probes={probesOf(pod, probes)}
          y={stage.top + i * stage.row}
          height={stage.row}
        />
      ))}
      {pods.length > MOST_PODS && (
        <Label x={STAGE.width - 6} y={STAGE.height - 6} width={60} anchor="end">
          {`+${pods.length - MOST_PODS}`}
        </Label>
      )}
    </g>
  );
}

/** As many as there is room for: those that the moment is about always, the rest in their order. */
function chosen(pods: readonly PodView[], focus: readonly string[]): readonly PodView[] {
  if (pods.length <= MOST_PODS) return pods;
  const wanted = pods.filter((p) => focus.includes(`pod/${p.name}`)).slice(0, MOST_PODS);
  const rest = pods.filter((p) => !wanted.includes(p)).slice(0, MOST_PODS - wanted.length);
  return pods.filter((p) => wanted.includes(p) || rest.includes(p));
}

const RANK = { startup: 0, liveness: 1, readiness: 2 } as const;

/** A pod's probes, the one that decides first: startup until it has succeeded, one that fails before one that does not. */
function probesOf(pod: PodView, probes: readonly ProbeView[]): readonly ProbeView[] {
  const own = probes.filter((p) => p.pod.id === pod.id);
  const starting =
    own.some((p) => p.kind === "startup") && pod.containers.some((c) => c.status?.started === false);
  const failing = (p: ProbeView): number => (p.last?.data["result"] === "failure" ? 0 : 1);
  return own
    .filter((p) => (p.kind === "startup") === starting)
    .sort((a, b) => failing(a) - failing(b) || RANK[a.kind] - RANK[b.kind]);
}

/** A row with room for it has a second line with every probe; otherwise the deciding one stands at its end. */
const TALL = 36;

function PodRow({
  pod,
  probes,
  y,
  height,
}: {
  pod: PodView;
  probes: readonly ProbeView[];
  y: number;
  height: number;
}) {
  const backoff = useWorld((w) => backoffOf(w, pod));
  const tall = height >= TALL;
  const middle = y + (tall ? 13 : height / 2);
  const base = middle + 4.8;
  const status = pod.status === "Running" && pod.state === "waiting" ? "" : pod.status;
  const single = tall ? undefined : probes[0];
  return (
    <g className={styles.pod} data-part={`pod/${pod.name}`} data-state={pod.state}>
      <rect x={4} y={y + 1} width={388} height={height - 2} rx={6} />
      <rect data-light className={styles.lit} x={4} y={y + 1} width={388} height={height - 2} rx={6} />
      <StateMark state={pod.state} x={10} y={middle - 7.5} size={15} />
      <Label x={31} y={base} width={90} kind="name">
        {pod.name}
      </Label>
      <Label x={123} y={base} width={32} ink={`${pod.state}-ink`} weight={650}>
        {pod.ready}
      </Label>
      <Restarts count={pod.restarts} x={155} y={middle} />
      {backoff ? (
        <Wait backoff={backoff} status={status} x={196} y={middle} base={base} />
      ) : (
        <Label
          x={196}
          y={base}
          width={single ? 62 : 190}
          ink={`${pod.state}-ink`}
          weight={single ? 400 : 600}
        >
          {status}
        </Label>
      )}
      {single && !backoff && <Probe probe={single} x={260} y={middle} />}
      {tall &&
        probes
          .slice(0, 2)
          .map((probe, i) => <Probe key={probe.kind} probe={probe} x={31 + i * 165} y={y + height - 13} />)}
    </g>
  );
}

function Restarts({ count, x, y }: { count: number; x: number; y: number }) {
  if (count === 0) return null;
  return (
    <g>
      <g stroke="var(--failed)" strokeWidth={1.6} fill="none">
        <rect x={x} y={y - 6} width={12} height={12} rx={2.4} />
        <path d={`M${x + 3} ${y - 3}l6 6m0 -6l-6 6`} />
      </g>
      <Label x={x + 15} y={y + 4.8} width={26} ink="failed-ink" weight={650}>
        {`×${count}`}
      </Label>
    </g>
  );
}

/** Cells as far as they can be told apart from the last row; more are a number. */
const MOST_CELLS = 4;

function Probe({ probe, x, y }: { probe: ProbeView; x: number; y: number }) {
  const failed = probe.last?.data["result"] === "failure";
  const threshold = (failed ? probe.probe.failureThreshold : undefined) ?? (failed ? 3 : 1);
  const ink = probe.last ? { ink: failed ? "failed-ink" : "ready-ink" } : {};
  return (
    <g>
      <Label x={x} y={y + 4.8} width={62} {...ink}>
        {probe.kind}
      </Label>
      {threshold <= MOST_CELLS ? (
        <ProbeCellsMark cells={cellsOf(probe)} x={x + 64} y={y - 5} />
      ) : (
        <Label x={x + 64} y={y + 4.8} width={62} weight={650} {...ink}>
          {`${Math.min(threshold, probe.streak)} / ${threshold}`}
        </Label>
      )}
    </g>
  );
}

/** The wait itself beside the status that the API shows: a ring that empties, and the seconds left. */
function Wait({
  backoff,
  status,
  x,
  y,
  base,
}: {
  backoff: Backoff;
  status: string;
  x: number;
  y: number;
  base: number;
}) {
  const { from, to } = backoff;
  const ref = useClockPaint<SVGGElement>((group, now) => {
    const left = Math.min(1, Math.max(0, (to - now) / Math.max(1, to - from)));
    const [arc, text] = group.children;
    arc?.setAttribute("d", left > 0.002 ? arcPath(0, 0, 8, 360 - left * 360, 359.99) : "");
    if (text) text.textContent = `${Math.max(0, Math.ceil((to - now) / 1000))} s`;
  });
  return (
    <g>
      <Label x={x} y={base} width={132} ink="waiting-ink" weight={600}>
        {status}
      </Label>
      <g transform={`translate(${x + 146} ${y})`}>
        <circle r={8} fill="none" stroke="var(--waiting)" strokeOpacity={0.28} strokeWidth={3} />
        <g ref={ref}>
          <path fill="none" stroke="var(--waiting)" strokeWidth={3} />
          <text x={14} y={4.8} className={styles.count} />
        </g>
      </g>
    </g>
  );
}
