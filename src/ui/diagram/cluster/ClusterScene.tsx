import { useMemo } from "react";
import { useT } from "../../i18n.tsx";
import { RingMark } from "../../parts/Ring.tsx";
import { StateMark } from "../../parts/StateGlyph.tsx";
import { loopOf } from "../../store/select/kubelet.ts";
import { periodOf } from "../../store/select/managers.ts";
import { type NodeView, nodesOf } from "../../store/select/nodes.ts";
import { podsOnNode } from "../../store/select/pods.ts";
import { usageOf } from "../../store/select/usage.ts";
import { select, setView, useView } from "../../store/view.ts";
import { useWorld } from "../../store/world.ts";
import { agoWords } from "../ago.ts";
import styles from "../diagram.module.css";
import { Component, Edges, Face, Label } from "../Scene.tsx";
import { CARD, cardAt, clusterEdges } from "./layout.ts";

/** The control plane as one octagon a component, a node as a card. */
export function ClusterScene() {
  const nodes = useWorld((w) => nodesOf(w.tables));
  const names = nodes.map((n) => n.name).join(" ");
  const edges = useMemo(() => clusterEdges(names ? names.split(" ") : []), [names]);
  return (
    <g>
      <Edges edges={edges} ports={false} />
      <Component
        id="scheduler"
        part="scheduler"
        shape="octagon"
        x={20}
        y={28}
        w={150}
        h={54}
        label="kube-scheduler"
      >
        <Label x={95} y={59} width={134} kind="name" anchor="middle">
          kube-scheduler
        </Label>
      </Component>
      <Component
        id="apiserver"
        part="apiserver"
        shape="octagon"
        x={296}
        y={20}
        w={200}
        h={70}
        label="kube-apiserver"
      >
        <Label x={396} y={51} width={180} kind="name" anchor="middle">
          kube-apiserver
        </Label>
        <Label x={396} y={69} width={180} kind="caption" anchor="middle">
          watch · Lease · status
        </Label>
      </Component>
      <Component
        id="controller-manager"
        part="controller-manager"
        shape="octagon"
        x={622}
        y={28}
        w={158}
        h={54}
        label="controller-manager"
      >
        <Label x={701} y={59} width={144} kind="name" anchor="middle">
          controller-manager
        </Label>
      </Component>
      <Component id="etcd" part="etcd" shape="drum" x={530} y={112} w={64} h={34} label="etcd">
        <Label x={562} y={136} width={54} anchor="middle">
          etcd
        </Label>
      </Component>
      {nodes.map((node, i) => (
        <NodeCard key={node.name} node={node} index={i} count={nodes.length} />
      ))}
    </g>
  );
}

const GLYPHS = 60;

function NodeCard({ node, index, count }: { node: NodeView; index: number; count: number }) {
  const t = useT();
  const { x, y } = cardAt(index, count);
  const pods = useWorld((w) => podsOnNode(w.tables, node.name));
  const loop = useWorld((w) => loopOf(w, node.name));
  const lease = useWorld((w) => periodOf(w, `${node.name} lease.renew`));
  const second = useWorld((w) => Math.floor(w.now / 1000) * 1000);
  const usage = useWorld((w) => usageOf(w, node.name));
  const shown = useView((v) => v.node === node.name);
  const dead = node.state === "unknown";
  const choose = (): void => {
    setView({ node: node.name });
    select({ kind: "object", id: `node/${node.name}` });
  };
  return (
    <g className={styles.component} data-part={node.name} data-selected={shown || undefined}>
      <Face
        label={`${node.name} ${node.status}`}
        pressed={shown}
        onChoose={choose}
        onOpen={() => setView({ node: node.name, depth: "node" })}
      >
        <rect className={styles.outline} x={x} y={y} width={CARD.w} height={CARD.h} rx={14} />
      </Face>
      <StateMark state={node.state} x={x + 14} y={y + 14} />
      <Label x={x + 36} y={y + 26} width={110} kind="name">
        {node.name}
      </Label>
      <Label x={x + CARD.w - 14} y={y + 26} width={92} anchor="end" ink={`${node.state}-ink`} weight={600}>
        {node.status}
      </Label>
      <g opacity={dead ? 0.4 : 1}>
        <RingMark cx={x + 62} cy={y + 108} r={46} passes={loop.passes} grey={dead || loop.refused !== null} />
        <Label x={x + 62} y={y + 112} width={70} kind="caption" anchor="middle" ink="t1" weight={600}>
          SyncLoop
        </Label>
      </g>
      {(
        [
          ["Lease", lease === undefined ? "" : agoWords(Math.max(0, second - lease), t)],
          [t("ui.node.pods"), `${pods.length} / ${node.maxPods}`],
          ["PLEG", dead ? "?" : "1 s"],
        ] as const
      ).map(([name, value], i) => (
        <g key={name}>
          <Label x={x + 126} y={y + 84 + i * 24} width={44}>
            {name}
          </Label>
          <Label x={x + CARD.w - 14} y={y + 84 + i * 24} width={62} anchor="end" ink="t1">
            {value}
          </Label>
        </g>
      ))}
      {(
        [
          ["CPU", usage.cpu],
          [t("ui.node.memory"), usage.memory],
        ] as const
      ).map(([name, part], i) => (
        <g key={name} transform={`translate(${x + 14} ${y + 178 + i * 28})`}>
          <Label x={0} y={4} width={48} kind="caption">
            {name}
          </Label>
          <rect className={styles.well} x={52} y={-3} width={160} height={6} rx={3} />
          <rect x={52} y={-3} width={160 * Math.min(1, part)} height={6} rx={3} fill="var(--edge)" />
          {i === 1 && <path d="M196 -6v12" stroke="var(--failed)" strokeWidth={1.4} />}
        </g>
      ))}
      <path className={styles.rule} d={`M${x + 14} ${y + 228}H${x + CARD.w - 14}`} />
      {pods.slice(0, GLYPHS).map((pod, i) => (
        <Face
          key={pod.id}
          label={`${pod.name} ${pod.status}`}
          quiet
          onChoose={() => select({ kind: "object", id: pod.id })}
        >
          <StateMark
            state={dead ? "unknown" : pod.state}
            x={x + 15 + (i % 10) * 21.3}
            y={y + 238 + Math.floor(i / 10) * (pods.length > 30 ? 13 : 22)}
            size={pods.length > 30 ? 11 : 14}
          />
          <title>
            {dead
              ? t("ui.diagram.unheard", { pod: pod.name, status: pod.status })
              : `${pod.name} · ${pod.status}`}
          </title>
        </Face>
      ))}
      {pods.length > GLYPHS && (
        <Label x={x + CARD.w - 14} y={y + CARD.h - 8} width={90} kind="caption" anchor="end">
          {t("ui.diagram.more", { count: pods.length - GLYPHS })}
        </Label>
      )}
    </g>
  );
}
