import { useContext } from "react";
import { useT } from "../../i18n.tsx";
import { BackoffMark } from "../../parts/BackoffRing.tsx";
import { StateMark } from "../../parts/StateGlyph.tsx";
import { backoffOf } from "../../store/select/kubelet.ts";
import type { ContainerView, PodView } from "../../store/select/pods.ts";
import { select, useView } from "../../store/view.ts";
import { useWorld } from "../../store/world.ts";
import { textWidth } from "../clip.ts";
import styles from "../diagram.module.css";
import { Face, Label, TextFactor } from "../Scene.tsx";

const LEFT = 304;
const ROOM = 464;

/** Up to eight sandboxes; more become a grid of glyphs with the selected one open. */
export function Sandboxes({ pods }: { pods: readonly PodView[] }) {
  const t = useT();
  const selected = useView((v) => (v.selection?.kind === "object" ? v.selection.id : ""));
  const isChosen = (p: PodView): boolean => selected === p.id || selected.startsWith(`${p.id}/`);
  if (pods.length > 8) {
    const open =
      pods.find(isChosen) ?? pods.find((p) => p.state === "failed" || p.state === "waiting") ?? pods[0]!;
    return (
      <g>
        <Glyphs pods={pods} isChosen={isChosen} />
        <Sandbox pod={open} x={LEFT + ROOM - 212} width={212} chosen={isChosen(open)} />
      </g>
    );
  }
  const rows = pods.length > 4 ? 2 : 1;
  const columns = Math.max(2, Math.ceil(pods.length / rows));
  const gap = 8;
  const width = (ROOM - gap * (columns - 1)) / columns;
  if (pods.length === 0)
    return (
      <Label x={LEFT + ROOM / 2} y={486} width={ROOM - 20} anchor="middle" ink="t3">
        {t("ui.diagram.noPods")}
      </Label>
    );
  return (
    <g>
      {pods.map((pod, i) => {
        const x = LEFT + (i % columns) * (width + gap);
        return columns > 2 ? (
          <SmallSandbox
            key={pod.id}
            pod={pod}
            x={x}
            y={431 + Math.floor(i / columns) * 54}
            width={width}
            height={rows === 2 ? 48 : 102}
            chosen={isChosen(pod)}
          />
        ) : (
          <Sandbox key={pod.id} pod={pod} x={x} width={width} chosen={isChosen(pod)} />
        );
      })}
    </g>
  );
}

const choose = (id: string) => () => select({ kind: "object", id });

function Sandbox({ pod, x, width, chosen }: { pod: PodView; x: number; width: number; chosen: boolean }) {
  const main = pod.containers.filter(
    (c) => c.kind !== "init" || c.state === "creating" || c.state === "failed",
  );
  const shown = (main.length ? main : pod.containers).slice(0, 2);
  const height = shown.length > 1 ? 23 : 38;
  return (
    <g className={styles.component} data-part={`pod/${pod.name}`} data-selected={chosen || undefined}>
      <Face label={`${pod.name} ${pod.status}`} pressed={chosen} onChoose={choose(pod.id)}>
        <rect
          className={`${styles.sandbox} ${styles.outline}`}
          x={x}
          y={431}
          width={width}
          height={102}
          rx={13}
        />
      </Face>
      <rect className={styles.sandboxInner} x={x + 3} y={434} width={width - 6} height={96} rx={10.5} />
      <Label x={x + 14} y={452} width={width - 96} kind="name">
        {pod.name}
      </Label>
      <Label x={x + width - 14} y={452} width={70} kind="caption" anchor="end">
        {pod.ip}
      </Label>
      {shown.map((c, i) => (
        <Slab
          key={c.id}
          pod={pod}
          container={c}
          x={x + 12}
          y={461 + i * (height + 4)}
          width={width - 24}
          height={height}
        />
      ))}
      <circle cx={x + 20} cy={518} r={6} fill="none" stroke="var(--edge)" strokeWidth={1.3} />
      <path d={`M${x + 18.3} 515.3v5.4M${x + 21.7} 515.3v5.4`} stroke="var(--edge)" strokeWidth={1.3} />
      <Label x={x + 31} y={522} width={36} kind="caption">
        pause
      </Label>
      <DeadAttempts count={pod.restarts} x={x + 72} />
      <Label x={x + width - 14} y={522} width={62} anchor="end" ink={`${pod.state}-ink`} weight={650}>
        {pod.ready}
      </Label>
    </g>
  );
}

/** Attempts that ended: small crossed squares, fading with age; more than five become a number. */
function DeadAttempts({ count, x }: { count: number; x: number }) {
  const shown = Math.min(5, count);
  return (
    <g>
      {Array.from({ length: shown }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an attempt is its place in the row
        <g key={i} opacity={0.45 + (0.55 * (i + 1)) / shown} stroke="var(--failed)" fill="none">
          <rect x={x + i * 13} y={512} width={10} height={10} rx={2} />
          <path d={`M${x + i * 13 + 2.5} 514.5l5 5m0-5l-5 5`} />
        </g>
      ))}
      {count > 5 && (
        <Label x={x + 67} y={521} width={24} kind="caption" ink="failed-ink">
          {`×${count}`}
        </Label>
      )}
    </g>
  );
}

const FILLED = new Set(["waiting", "creating", "terminating", "failed", "unknown"]);

/** A container: a slab with its state as a band at the left. */
function Slab({
  pod,
  container,
  x,
  y,
  width,
  height,
}: {
  pod: PodView;
  container: ContainerView;
  x: number;
  y: number;
  width: number;
  height: number;
}) {
  const t = useT();
  const backoff = useWorld((w) => backoffOf(w, pod, container.name));
  const { state } = container;
  const room = backoff && height > 30 ? width - 52 : width;
  const port = container.spec.ports?.[0]?.containerPort;
  const word = container.reason || t("ui.container.none");
  return (
    <g className={styles.component}>
      <Face label={`${container.name} ${word}`} onChoose={choose(container.id)}>
        <rect
          x={x}
          y={y}
          width={room}
          height={height}
          rx={5}
          fill={`var(--${state}-bg)`}
          stroke={`var(--${state})`}
          strokeWidth={state === "ready" ? 1.5 : 1}
          strokeDasharray={state === "waiting" ? "4 2.5" : undefined}
        />
      </Face>
      <rect
        x={x}
        y={y}
        width={5}
        height={height}
        rx={2}
        fill={FILLED.has(state) ? `url(#fill-${state})` : `var(--${state})`}
      />
      <Label
        x={x + 12}
        y={y + (height > 30 ? 16 : 15.5)}
        width={height > 30 ? room - 20 : room * 0.5}
        ink="t1"
        weight={550}
      >
        {container.name}
      </Label>
      <Label
        x={height > 30 ? x + 12 : x + room - 8}
        y={y + (height > 30 ? 31 : 15.5)}
        width={height > 30 ? room - 20 : room * 0.42}
        kind="caption"
        anchor={height > 30 ? "start" : "end"}
        ink={`${state}-ink`}
        weight={state === "waiting" || state === "failed" ? 600 : 400}
      >
        {port && state !== "waiting" ? `${word} · :${port}` : word}
      </Label>
      {backoff && height > 30 && (
        <g>
          <BackoffMark
            from={backoff.from}
            to={backoff.to}
            x={x + width - 22}
            y={y + 18}
            r={17}
            unit={t("ui.unit.s")}
          />
          <Label x={x + width - 22} y={y + 47} width={40} kind="caption" anchor="middle">
            {t("timeline.seconds", { n: Math.round((backoff.to - backoff.from) / 1000) })}
          </Label>
        </g>
      )}
    </g>
  );
}

function SmallSandbox({
  pod,
  x,
  y,
  width,
  height,
  chosen,
}: {
  pod: PodView;
  x: number;
  y: number;
  width: number;
  height: number;
  chosen: boolean;
}) {
  const factor = useContext(TextFactor);
  const tall = height > 60;
  // A name that needs the line has it for itself.
  const roomy = textWidth(pod.name, 12 * factor, 600) <= width - 62;
  return (
    <g className={styles.component} data-part={`pod/${pod.name}`} data-selected={chosen || undefined}>
      <Face label={`${pod.name} ${pod.status}`} pressed={chosen} onChoose={choose(pod.id)}>
        <rect
          className={`${styles.sandbox} ${styles.outline}`}
          x={x}
          y={y}
          width={width}
          height={height}
          rx={13}
        />
      </Face>
      <StateMark state={pod.state} x={x + 9} y={y + 8} size={13} />
      <Label x={x + 27} y={y + 19} width={width - (roomy ? 62 : 36)} kind="name">
        {pod.name}
      </Label>
      <Label
        x={x + width - 9}
        y={y + (roomy ? 19 : 38)}
        width={30}
        kind="caption"
        anchor="end"
        ink={`${pod.state}-ink`}
        weight={650}
      >
        {pod.ready}
      </Label>
      <Label x={x + 10} y={y + 38} width={width - (roomy ? 20 : 54)} kind="caption">
        {pod.status}
      </Label>
      {tall && (
        <Label x={x + 10} y={y + 56} width={width - 20} kind="caption">
          {pod.ip}
        </Label>
      )}
      {tall && pod.restarts > 0 && <DeadAttempts count={pod.restarts} x={x + 10} />}
    </g>
  );
}

/** Many pods: one glyph each. */
function Glyphs({ pods, isChosen }: { pods: readonly PodView[]; isChosen: (pod: PodView) => boolean }) {
  const columns = pods.length > 70 ? 20 : 14;
  const step = 242 / columns;
  return (
    <g>
      {pods.slice(0, 120).map((pod, i) => {
        const x = LEFT + (i % columns) * step;
        const y = 433 + Math.floor(i / columns) * step;
        return (
          <Face
            key={pod.id}
            label={`${pod.name} ${pod.status}`}
            pressed={isChosen(pod)}
            onChoose={choose(pod.id)}
          >
            {isChosen(pod) && (
              <rect
                x={x - 1}
                y={y - 1}
                width={step}
                height={step}
                rx={4}
                fill="none"
                stroke="var(--accent)"
                strokeWidth={1.5}
              />
            )}
            <rect x={x} y={y} width={step} height={step} fill="transparent" />
            <StateMark state={pod.state} x={x + 1} y={y + 1} size={Math.min(13, step - 3)} />
            <title>{`${pod.name} · ${pod.status}`}</title>
          </Face>
        );
      })}
    </g>
  );
}
