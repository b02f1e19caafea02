import { useT } from "../../i18n.tsx";
import { RingMark } from "../../parts/Ring.tsx";
import { StateMark } from "../../parts/StateGlyph.tsx";
import { brokenOn } from "../../store/select/faults.ts";
import { loopOf } from "../../store/select/kubelet.ts";
import { nodeOf } from "../../store/select/nodes.ts";
import { type PodView, podsOnNode } from "../../store/select/pods.ts";
import { usageOf } from "../../store/select/usage.ts";
import { select, setView, useView } from "../../store/view.ts";
import { useWorld } from "../../store/world.ts";
import styles from "../diagram.module.css";
import { Component, Edges, Face, Label } from "../Scene.tsx";
import { EDGES, PODS } from "./layout.ts";

/** A node from the outside in: kubelet, containerd, network, disks, and the pods they keep. */
export function NodeScene({ node }: { node: string }) {
  const t = useT();
  const view = useWorld((w) => nodeOf(w.tables, node));
  const loop = useWorld((w) => loopOf(w, node));
  const pods = useWorld((w) => podsOnNode(w.tables, node));
  const usage = useWorld((w) => usageOf(w, node));
  const down = useWorld(
    (w) => brokenOn(w.tables, "runtime-down", node) || brokenOn(w.tables, "node-down", node),
  );
  return (
    <g>
      <rect className={styles.nodeFrame} x={160} y={6} width={636} height={546} rx={14} />
      <Label x={200} y={30} width={140} kind="name">
        {node}
      </Label>
      {view && <StateMark state={view.state} x={178} y={18} />}
      <Label x={258} y={30} width={360}>
        {view ? `${view.status} · ${view.version} · ${view.cpu} CPU · ${view.memory}` : ""}
      </Label>
      <Edges edges={EDGES} ports={false} />
      <Component
        id="apiserver"
        part="apiserver"
        shape="octagon"
        x={12}
        y={96}
        w={120}
        h={74}
        label="kube-apiserver"
      >
        <Label x={72} y={130} width={108} kind="name" anchor="middle">
          kube-apiserver
        </Label>
        <Label x={72} y={147} width={108} kind="caption" anchor="middle">
          watch · status
        </Label>
      </Component>
      <Component id="registry" part="registry" shape="octagon" x={12} y={236} w={120} h={50} label="registry">
        <Label x={72} y={265} width={108} kind="name" anchor="middle">
          registry
        </Label>
      </Component>
      <g className={styles.component} data-part="kubelet">
        <Face
          label={t("ui.key.depthKubelet")}
          onChoose={() => select({ kind: "component", id: `${node}/kubelet` })}
          onOpen={() => setView({ depth: "kubelet" })}
        >
          <rect className={styles.outline} x={180} y={48} width={290} height={168} rx={10} />
        </Face>
        <Label x={194} y={68} width={120} kind="name">
          kubelet
        </Label>
        <RingMark cx={256} cy={142} r={54} passes={loop.passes} grey={loop.refused !== null} />
        <Label x={256} y={146} width={84} anchor="middle" ink="t1" weight={600}>
          SyncLoop
        </Label>
        {["PodConfig", "pod workers", "PLEG", "prober", "status manager"].map((name, i) => (
          <g key={name}>
            <circle cx={338} cy={92 + i * 25} r={2.4} fill="var(--edge)" />
            <Label x={348} y={96 + i * 25} width={114}>
              {name}
            </Label>
          </g>
        ))}
      </g>
      <Component
        id={`${node}/containerd`}
        part="containerd"
        x={180}
        y={262}
        w={290}
        h={52}
        shape="frame"
        label="containerd"
        off={down}
      >
        <Label x={194} y={284} width={120} kind="name">
          containerd
        </Label>
        <Label x={194} y={301} width={260} kind="caption">
          {view?.node.status?.nodeInfo?.containerRuntimeVersion ?? ""}
        </Label>
      </Component>
      <path className={styles.boundary} d="M180 236H470M180 240H470" />
      <rect x={196} y={229} width={72} height={19} rx={9.5} fill="var(--s1)" stroke="var(--cri)" />
      <Label x={232} y={242.5} width={68} kind="caption" anchor="middle" ink="cri" weight={600}>
        CRI · gRPC
      </Label>
      <Component id={`${node}/cni`} part="cni" x={500} y={262} w={126} h={52} label="CNI">
        <Label x={512} y={284} width={100} kind="name">
          CNI
        </Label>
        <Label x={512} y={301} width={106} kind="caption">
          {view?.node.spec?.podCIDR ?? ""}
        </Label>
      </Component>
      <Component id={`${node}/kernel`} part="kernel" x={500} y={48} w={278} h={96} label="cgroups">
        <Label x={512} y={68} width={160} kind="name">
          cgroup v2
        </Label>
        {(
          [
            ["CPU", usage.cpu],
            [t("ui.node.memory"), usage.memory],
          ] as const
        ).map(([name, part], i) => (
          <g key={name} transform={`translate(512 ${92 + i * 24})`}>
            <Label x={0} y={4} width={66} kind="caption">
              {name}
            </Label>
            <rect className={styles.well} x={70} y={-3} width={184} height={6} rx={3} />
            <rect x={70} y={-3} width={184 * Math.min(1, part)} height={6} rx={3} fill="var(--edge)" />
          </g>
        ))}
      </Component>
      <Component id={`${node}/disk`} part="disk" x={500} y={162} w={278} h={54} label="disk">
        <Label x={512} y={184} width={160} kind="name">
          {t("ui.diagram.disk")}
        </Label>
        <Label x={512} y={202} width={250} kind="caption">
          {view?.node.status?.capacity?.["ephemeral-storage"] ?? ""}
        </Label>
      </Component>
      <g data-part="container">
        <Pods pods={pods} />
      </g>
    </g>
  );
}

/** Pods as sandboxes with slabs; many of them as glyphs. */
function Pods({ pods }: { pods: readonly PodView[] }) {
  const selected = useView((v) => (v.selection?.kind === "object" ? v.selection.id : ""));
  const many = pods.length > 12;
  const columns = many ? 22 : 4;
  const { x, y, w } = PODS;
  const step = w / columns;
  return (
    <g>
      {pods.slice(0, 132).map((pod, i) => {
        const px = x + (i % columns) * step;
        const py = y + Math.floor(i / columns) * (many ? 30 : 66);
        const chosen = selected === pod.id || selected.startsWith(`${pod.id}/`);
        return (
          <g
            key={pod.id}
            className={styles.component}
            data-part={`pod/${pod.name}`}
            data-selected={chosen || undefined}
          >
            <Face
              label={`${pod.name} ${pod.status}`}
              pressed={chosen}
              onChoose={() => select({ kind: "object", id: pod.id })}
            >
              {many ? (
                <rect x={px} y={py} width={step} height={28} fill="transparent" />
              ) : (
                <rect
                  className={`${styles.sandbox} ${styles.outline}`}
                  x={px}
                  y={py}
                  width={step - 8}
                  height={58}
                  rx={13}
                />
              )}
              <title>{`${pod.name} · ${pod.status}`}</title>
            </Face>
            {many ? (
              <>
                {chosen && (
                  <rect
                    x={px}
                    y={py}
                    width={20}
                    height={20}
                    rx={4}
                    fill="none"
                    stroke="var(--accent)"
                    strokeWidth={1.5}
                  />
                )}
                <StateMark state={pod.state} x={px + 3} y={py + 3} />
              </>
            ) : (
              <>
                <rect
                  className={styles.sandboxInner}
                  x={px + 3}
                  y={py + 3}
                  width={step - 14}
                  height={52}
                  rx={10.5}
                />
                <StateMark state={pod.state} x={px + 10} y={py + 9} size={13} />
                <Label x={px + 29} y={py + 20} width={step - 74} kind="name">
                  {pod.name}
                </Label>
                <Label
                  x={px + step - 18}
                  y={py + 20}
                  width={30}
                  kind="caption"
                  anchor="end"
                  ink={`${pod.state}-ink`}
                  weight={650}
                >
                  {pod.ready}
                </Label>
                {pod.containers.slice(0, 4).map((c, j) => (
                  <rect
                    key={c.id}
                    x={px + 11 + j * 30}
                    y={py + 31}
                    width={26}
                    height={15}
                    rx={4}
                    fill={`var(--${c.state}-bg)`}
                    stroke={`var(--${c.state})`}
                  />
                ))}
                <Label
                  x={px + step - 18}
                  y={py + 43}
                  width={step - 60 - Math.min(4, pod.containers.length) * 22}
                  kind="caption"
                  anchor="end"
                >
                  {pod.status}
                </Label>
              </>
            )}
          </g>
        );
      })}
    </g>
  );
}
