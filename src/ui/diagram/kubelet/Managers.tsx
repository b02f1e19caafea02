import { useT } from "../../i18n.tsx";
import { DialMark } from "../../parts/Dial.tsx";
import { QueueMark } from "../../parts/Gauge.tsx";
import { StateMark } from "../../parts/StateGlyph.tsx";
import {
  configOf,
  imagesLineOf,
  periodOf,
  runtimeLineOf,
  statusOf,
  volumesOf,
} from "../../store/select/managers.ts";
import { podsOnNode } from "../../store/select/pods.ts";
import { nextDueOf, phaseTo } from "../../store/select/timers.ts";
import { row, type Tables, useWorld } from "../../store/world.ts";
import { shortName } from "../../words/records.ts";
import { agoWords } from "../ago.ts";
import { Component, Label } from "../Scene.tsx";

export function NodeStatus({ node }: { node: string }) {
  const t = useT();
  const lease = useWorld((w) => periodOf(w, `${node} lease.renew`));
  const status = useWorld((w) => periodOf(w, `${node} node-status`));
  const leaseDue = useWorld((w) => nextDueOf(w.tables, `${node}/lease`));
  const statusDue = useWorld((w) => nextDueOf(w.tables, `${node}/node-status`));
  const second = useWorld((w) => Math.floor(w.now / 1000) * 1000);
  const ago = (at: number | undefined): string =>
    at === undefined ? "" : agoWords(Math.max(0, second - at), t);
  const period = (at: number | undefined): string =>
    [t("timeline.seconds", { n: 10 }), ago(at)].filter(Boolean).join(", ");
  return (
    <g>
      <Component
        id={`${node}/node-status`}
        part="node-status"
        x={168}
        y={59}
        w={132}
        h={98}
        label="node status"
      >
        <Label x={178} y={77} width={112} kind="name">
          node status
        </Label>
        <DialMark phase={phaseTo(statusDue, 10_000)} x={192} y={137} r={12} />
        <Label x={212} y={135} width={82}>
          {t("ui.diagram.status")}
        </Label>
        <Label x={212} y={148} width={84} kind="caption">
          {period(status)}
        </Label>
      </Component>
      <Component id={`${node}/lease`} part="lease" x={172} y={84} w={124} h={36} shape="bare" label="Lease">
        <DialMark phase={phaseTo(leaseDue, 10_000)} x={192} y={103} r={12} />
        <Label x={212} y={101} width={80}>
          Lease
        </Label>
        <Label x={212} y={114} width={84} kind="caption">
          {period(lease)}
        </Label>
      </Component>
    </g>
  );
}

const SOURCES = ["api", "file", "http"] as const;

export function PodConfig({ node }: { node: string }) {
  const t = useT();
  const count = useWorld((w) => podsOnNode(w.tables, node).length);
  const last = useWorld((w) => configOf(w, node));
  return (
    <Component id={`${node}/pod-config`} part="pod-config" x={168} y={167} w={132} h={86} label="PodConfig">
      <Label x={178} y={185} width={112} kind="name">
        PodConfig
      </Label>
      {SOURCES.map((source, i) => {
        const on = source === (last?.source ?? "api");
        return (
          <g key={source}>
            <rect
              x={178 + i * 38}
              y={193}
              width={34}
              height={18}
              rx={4}
              fill={on ? "var(--accent-bg)" : "var(--s2)"}
              stroke={on ? "var(--accent)" : "var(--line)"}
            />
            <Label x={195 + i * 38} y={206} width={32} kind="caption" anchor="middle">
              {source}
            </Label>
          </g>
        );
      })}
      <Label x={178} y={228} width={116} kind="caption">
        {t("ui.diagram.pods", { count })}
      </Label>
      <Label x={178} y={243} width={116} kind="caption">
        {last ? `${last.op} ${shortName(last.object)}` : ""}
      </Label>
    </Component>
  );
}

export function StatusManager({ node }: { node: string }) {
  const t = useT();
  const { latest, queue } = useWorld((w) => statusOf(w, node));
  return (
    <Component
      id={`${node}/status-manager`}
      part="status-manager"
      x={168}
      y={265}
      w={132}
      h={102}
      label="status manager"
    >
      <Label x={178} y={283} width={112} kind="name">
        status manager
      </Label>
      {latest.map((entry, i) => (
        <g key={entry.object}>
          <Label x={178} y={305 + i * 22} width={72} kind="caption" ink="t1">
            {shortName(entry.object)}
          </Label>
          <Label
            x={292}
            y={305 + i * 22}
            width={42}
            kind="caption"
            anchor="end"
            {...(entry.fresh ? { ink: "status", weight: 600 } : {})}
          >
            {entry.fresh ? "PATCH" : ""}
          </Label>
          {!entry.fresh && <StateMark state="succeeded" x={279} y={296 + i * 22} size={11} />}
        </g>
      ))}
      <Label x={178} y={357} width={80} kind="caption">
        {t("ui.diagram.queue", { count: queue })}
      </Label>
      <QueueMark count={queue} x={271} y={348} traffic="status" />
    </Component>
  );
}

/** When the next global relist is due, as the PLEG itself knows it. */
const plegDue = (tables: Tables, node: string): number | undefined =>
  row<{ context?: { nextRelistAt?: number } }>(tables, `${node}/pleg`)?.context?.nextRelistAt;

export function Pleg({ node }: { node: string }) {
  const queue = useWorld(
    (w) => row<{ pleg: readonly unknown[] }>(w.tables, `${node}/sync-loop/channels`)?.pleg.length ?? 0,
  );
  const due = useWorld((w) => plegDue(w.tables, node));
  return (
    <Component id={`${node}/pleg`} part="pleg" x={340} y={300} w={144} h={64} label="PLEG">
      <Label x={350} y={318} width={80} kind="name">
        PLEG
      </Label>
      <Label x={350} y={336} width={80} kind="caption">
        relist 1 s
      </Label>
      <Label x={350} y={353} width={96} kind="caption">
        {`plegCh ${queue} / 1000`}
      </Label>
      <DialMark phase={phaseTo(due, 1000)} x={458} y={330} r={15} />
    </Component>
  );
}

export function VolumeManager({ node }: { node: string }) {
  const t = useT();
  const mounted = useWorld((w) => volumesOf(w, node));
  return (
    <Component
      id={`${node}/volume-manager`}
      part="volume-manager"
      x={532}
      y={246}
      w={110}
      h={47}
      label="volume manager"
    >
      <Label x={542} y={264} width={94} kind="name">
        volume mgr
      </Label>
      <Label x={542} y={281} width={94} kind="caption">
        {t("ui.diagram.mounted", { count: mounted })}
      </Label>
    </Component>
  );
}

export function ImageManager({ node }: { node: string }) {
  const t = useT();
  const pulling = useWorld((w) => imagesLineOf(w, node));
  return (
    <Component
      id={`${node}/image-manager`}
      part="image-manager"
      x={650}
      y={246}
      w={110}
      h={47}
      label="image manager"
    >
      <Label x={660} y={264} width={94} kind="name">
        image mgr
      </Label>
      <Label x={660} y={281} width={94} kind="caption" {...(pulling ? { ink: "creating-ink" } : {})}>
        {pulling ? t("ui.diagram.pulling", { image: pulling }) : t("ui.diagram.nothing")}
      </Label>
    </Component>
  );
}

export function Kuberuntime({ node }: { node: string }) {
  const t = useT();
  const call = useWorld((w) => runtimeLineOf(w, node));
  return (
    <Component
      id={`${node}/kuberuntime`}
      part="kuberuntime"
      x={532}
      y={304}
      w={150}
      h={61}
      label="kuberuntime"
    >
      <Label x={542} y={322} width={132} kind="name">
        kuberuntime
      </Label>
      <Label x={542} y={338} width={132} kind="caption">
        {call ? call.rpc : "computePodActions"}
      </Label>
      <Label x={542} y={354} width={132} kind="caption">
        {call ? shortName(call.object) : t("ui.diagram.nothing")}
      </Label>
    </Component>
  );
}

export function Eviction({ node }: { node: string }) {
  const t = useT();
  const due = useWorld((w) => nextDueOf(w.tables, `${node}/eviction`));
  return (
    <Component
      id={`${node}/eviction-manager`}
      part="eviction-manager"
      x={690}
      y={304}
      w={70}
      h={61}
      label="eviction manager"
    >
      <Label x={699} y={322} width={58} kind="name">
        eviction
      </Label>
      <DialMark phase={phaseTo(due, 10_000)} x={711} y={345} r={10} />
      <Label x={727} y={349} width={30} kind="caption">
        {t("timeline.seconds", { n: 10 })}
      </Label>
    </Component>
  );
}
