import { useContext } from "react";
import { useT } from "../../i18n.tsx";
import { StateMark } from "../../parts/StateGlyph.tsx";
import { loopOf } from "../../store/select/kubelet.ts";
import { nodeOf } from "../../store/select/nodes.ts";
import { select } from "../../store/view.ts";
import { useWorld } from "../../store/world.ts";
import { textWidth } from "../clip.ts";
import styles from "../diagram.module.css";
import { Component, Edges, Face, Label, Ports, TextFactor } from "../Scene.tsx";
import { ControlPlane } from "./ControlPlane.tsx";
import { EDGES } from "./layout.ts";
import {
  Eviction,
  ImageManager,
  Kuberuntime,
  NodeStatus,
  Pleg,
  PodConfig,
  StatusManager,
  VolumeManager,
} from "./Managers.tsx";
import { PodWorkers } from "./PodWorkers.tsx";
import { Prober } from "./Prober.tsx";
import { Runtime } from "./Runtime.tsx";
import { SyncLoopRing } from "./SyncLoopRing.tsx";

/** Inside the kubelet. `inner`: without what lies around it. */
export function KubeletScene({ node, inner }: { node: string; inner: boolean }) {
  const running = useWorld((w) => loopOf(w, node).running);
  const edges = inner
    ? EDGES.filter((e) => !["apply", "scheduler", "etcd", "registry"].includes(e.id))
    : EDGES;
  return (
    <g>
      {!inner && <NodeFrame node={node} />}
      <Component
        id={`${node}/kubelet`}
        part="kubelet"
        x={156}
        y={31}
        w={624}
        h={346}
        shape="frame"
        label={`kubelet ${node}`}
        off={!running}
      >
        <Label x={168} y={49} width={120} kind="name">
          kubelet
        </Label>
      </Component>
      <QuietParts node={node} />
      {!inner && <ControlPlane />}
      <CriBoundary />
      <Runtime node={node} reduced={inner} />
      <Edges edges={edges} ports={false} />
      <NodeStatus node={node} />
      <PodConfig node={node} />
      <StatusManager node={node} />
      <Pleg node={node} />
      <Prober node={node} />
      <PodWorkers node={node} />
      <VolumeManager node={node} />
      <ImageManager node={node} />
      <Kuberuntime node={node} />
      <Eviction node={node} />
      <SyncLoopRing node={node} />
      <Ports edges={edges} quiet={QUIET_PORTS} />
    </g>
  );
}

/** Ends without a jewel: short ways between neighbours, and where an edge only enters a frame. */
const QUIET_PORTS = new Set([
  "apply kubectl",
  "scheduler scheduler",
  "scheduler apiserver",
  "etcd apiserver",
  "etcd etcd",
  "worker-volumes pod-workers",
  "worker-volumes volume-manager",
  "worker-images pod-workers",
  "worker-images image-manager",
  "worker-runtime pod-workers",
  "runtime-images kuberuntime",
  "runtime-images image-manager",
  "images-cri image-manager",
  "images-cri containerd",
  "runtime-cri containerd",
  "pleg-cri containerd",
]);

function NodeFrame({ node }: { node: string }) {
  const view = useWorld((w) => nodeOf(w.tables, node));
  const factor = useContext(TextFactor);
  const line = view ? `${view.status} · ${view.version} · ${view.cpu} CPU · ${view.memory}` : "";
  return (
    <g>
      <rect className={styles.nodeFrame} x={146} y={3} width={643} height={546} rx={14} />
      <g className={styles.component}>
        <Face label={node} onChoose={() => select({ kind: "object", id: `node/${node}` })}>
          <rect className={styles.bare} x={152} y={6} width={320} height={22} rx={6} />
        </Face>
        <Label x={180} y={21} width={110} kind="name">
          {node}
        </Label>
        {view && <StateMark state={view.state} x={159} y={9.5} size={13.5} />}
        <Label x={188 + textWidth(node, 12 * factor, 600)} y={21} width={380}>
          {line}
        </Label>
      </g>
    </g>
  );
}

const QUIET = [
  ["kubelet-server", "server :10250"],
  ["cadvisor", "cAdvisor"],
  ["container-manager", "container manager"],
  ["certificate-manager", "certificates"],
] as const;
const QUIET_RIGHT = 770;
const QUIET_LEFT = 240;

/** Parts that seldom speak: a dot and a name in the head of the kubelet, set from the right as far as there is room. */
function QuietParts({ node }: { node: string }) {
  const factor = useContext(TextFactor);
  let right = QUIET_RIGHT;
  return (
    <g>
      {QUIET.map(([part, name]) => {
        const width = textWidth(name, 10.5 * factor, 400);
        const x = right - width;
        if (x < QUIET_LEFT) return null;
        right = x - 24;
        return (
          <g key={part} className={styles.component} data-part={part}>
            <Face label={name} onChoose={() => select({ kind: "component", id: `${node}/${part}` })}>
              <rect className={styles.bare} x={x - 14} y={35} width={width + 18} height={20} rx={6} />
            </Face>
            <circle cx={x - 8} cy={45} r={2.4} fill="var(--edge)" />
            <Label x={x} y={48.5} width={width + 2} kind="caption">
              {name}
            </Label>
          </g>
        );
      })}
    </g>
  );
}

/** The double rule that nothing crosses but CRI calls. */
function CriBoundary() {
  const t = useT();
  return (
    <g>
      <path className={styles.boundary} d="M156 388.5H780M156 392.5H780" />
      <rect x={160} y={381} width={72} height={19} rx={9.5} fill="var(--s1)" stroke="var(--cri)" />
      <Label x={196} y={394.5} width={68} kind="caption" anchor="middle" ink="cri" weight={600}>
        CRI · gRPC
      </Label>
      <title>{t("ui.diagram.cri")}</title>
    </g>
  );
}
