import { Maximize2, Minimize2, Snail } from "lucide-react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useHotkey } from "../app/hotkeys.ts";
import { STARTERS } from "../editor/templates.ts";
import { useT } from "../i18n.tsx";
import { lessonFiles, useLesson } from "../lesson/lesson-store.ts";
import { Button, IconButton } from "../parts/Button.tsx";
import { Segmented } from "../parts/Segmented.tsx";
import { actions } from "../store/engine.ts";
import { nodesOf } from "../store/select/nodes.ts";
import { podsOf } from "../store/select/pods.ts";
import { type Depth, select, setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { type Camera, fitOf, opacityAt, type SceneBox, type Size, sceneScale, textFactor } from "./camera.ts";
import { ClusterScene } from "./cluster/ClusterScene.tsx";
import { clusterBox, clusterEdges } from "./cluster/layout.ts";
import styles from "./diagram.module.css";
import { KubeletScene } from "./kubelet/KubeletScene.tsx";
import { INNER_BOX, BOX as KUBELET_BOX, EDGES as KUBELET_EDGES } from "./kubelet/layout.ts";
import { BOX as NODE_BOX, EDGES as NODE_EDGES } from "./nodeview/layout.ts";
import { NodeScene } from "./nodeview/NodeScene.tsx";
import { PHONE_BOX, PHONE_EDGES, PhoneScene } from "./phone/PhoneScene.tsx";
import { SMALLEST, TextFactor } from "./Scene.tsx";
import { TrafficLayer } from "./traffic/TrafficLayer.tsx";
import { useCamera } from "./useCamera.ts";

const DEPTHS: readonly Depth[] = ["cluster", "node", "kubelet"];
const BAR = 42;
const LEAST_FIT = 0.74;
const LEAST_INNER = 0.8;

/**
 * The machine at three depths, one continuous zoom. `bare`: on a stage that somebody else steers, without the bar and
 * the invitation to apply something. `least`: px under which no text is drawn.
 */
export default function Diagram({ bare = false, least = 0 }: { bare?: boolean; least?: number }) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void =>
      setSize({
        width: element.clientWidth,
        height: element.clientHeight - (bare || element.clientWidth < 560 ? 0 : BAR),
      });
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [bare]);
  // The simplest form where the room is narrow, or too low for the names on the plates.
  const phone = size !== null && (size.width < 560 || (bare && fitOf(INNER_BOX, size) < LEAST_INNER));
  const top = phone || bare ? 0 : BAR;
  return (
    <div ref={box} className={styles.stage}>
      {!phone && !bare && <StageBar />}
      {size && size.height > 40 && (
        <svg
          ref={svg}
          className={styles.canvas}
          style={top === 0 ? undefined : { top, height: size.height }}
          role="group"
          aria-label={t("ui.panel.diagram")}
        >
          {phone ? <PhoneStage size={size} /> : <Scenes size={size} svg={svg} least={least} />}
        </svg>
      )}
      {!bare && <EmptyHint phone={phone} />}
    </div>
  );
}

function StageBar() {
  const t = useT();
  const depth = useView((v) => v.depth);
  const node = useView((v) => v.node);
  const maximized = useView((v) => v.maximized === "stage");
  const slowing = useView((v) => v.slowing);
  return (
    <div className={styles.bar}>
      <Segmented
        label={t("ui.diagram.depth")}
        selected={depth}
        onSelect={(d) => setView({ depth: d })}
        items={DEPTHS.map((id) => ({ id, label: t(`ui.depth.${id}`) }))}
      />
      {depth !== "cluster" && (
        <nav className={styles.crumb} aria-label={t("ui.diagram.where")}>
          <button type="button" onClick={() => setView({ depth: "node" })}>
            {node}
          </button>
          {depth === "kubelet" && (
            <>
              <span aria-hidden="true">›</span>
              <b>kubelet</b>
            </>
          )}
        </nav>
      )}
      <span className={styles.grow} />
      <IconButton
        icon={Snail}
        label={t("ui.diagram.slowing")}
        pressed={slowing}
        onPress={() => setView({ slowing: !slowing })}
      />
      <IconButton
        icon={maximized ? Minimize2 : Maximize2}
        iconSize={15}
        label={t(maximized ? "ui.panel.restore" : "ui.panel.maximize")}
        hotkey="M"
        onPress={() => setView({ maximized: maximized ? null : "stage" })}
      />
    </div>
  );
}

function Scenes({
  size,
  svg,
  least,
}: {
  size: Size;
  svg: React.RefObject<SVGSVGElement | null>;
  least: number;
}) {
  const node = useView((v) => v.node);
  const names = useWorld((w) =>
    nodesOf(w.tables)
      .map((n) => n.name)
      .join(" "),
  );
  // Where the whole scene would be too small to read, the kubelet alone.
  const narrow = fitOf(KUBELET_BOX, size) < LEAST_FIT;
  const nodes = useMemo(() => names.split(" ").filter(Boolean), [names]);
  const boxes = useMemo<Record<Depth, SceneBox>>(
    () => ({ cluster: clusterBox(nodes, node), node: NODE_BOX, kubelet: narrow ? INNER_BOX : KUBELET_BOX }),
    [nodes, node, narrow],
  );
  const { camera, depth } = useCamera(svg, size, boxes);
  useHotkey("depthCluster", () => setView({ depth: "cluster" }));
  useHotkey("depthNode", () => setView({ depth: "node" }));
  useHotkey("depthKubelet", () => setView({ depth: "kubelet" }));
  useHotkey("out", () => {
    const { maximized, drawer, selection } = useView.getState();
    if (drawer) setView({ drawer: null });
    else if (maximized) setView({ maximized: null });
    else if (selection) select(null);
    else setView({ depth: depth === "kubelet" ? "node" : "cluster" });
  });
  const edges = useMemo(
    () => ({ cluster: clusterEdges(nodes), node: NODE_EDGES, kubelet: KUBELET_EDGES }),
    [nodes],
  );
  return (
    <>
      {DEPTHS.map((d) => {
        const opacity = opacityAt(d, camera.k);
        if (opacity < 0.01) return null;
        return (
          <Placed
            key={d}
            depth={d}
            box={boxes[d]}
            size={size}
            camera={camera}
            opacity={opacity}
            live={d === depth}
            least={least}
            edges={edges[d]}
          >
            {d === "cluster" && <ClusterScene />}
            {d === "node" && <NodeScene node={node} />}
            {d === "kubelet" && <KubeletScene node={node} inner={narrow} />}
          </Placed>
        );
      })}
    </>
  );
}

/** A scene in its place on the stage, with its messages. */
function Placed({
  depth,
  box,
  size,
  camera,
  opacity,
  live,
  least,
  edges,
  children,
}: {
  depth: Depth;
  box: SceneBox;
  size: Size;
  camera: Camera;
  opacity: number;
  live: boolean;
  least: number;
  edges: Parameters<typeof TrafficLayer>[0]["edges"];
  children: React.ReactNode;
}) {
  const group = useRef<SVGGElement>(null);
  const own = useCallback(() => group.current, []);
  const node = useView((v) => v.node);
  const scale = sceneScale(depth, box, size, camera.k);
  const wanted = Math.max(textFactor(scale, fitOf(box, size)), least / (SMALLEST * scale));
  const factor = Math.round(wanted * 200) / 200;
  const [ax, ay] = box.anchor;
  return (
    <g
      ref={group}
      opacity={opacity}
      pointerEvents={live ? undefined : "none"}
      transform={`translate(${camera.x} ${camera.y}) scale(${scale}) translate(${-ax} ${-ay})`}
    >
      <TextFactor.Provider value={factor}>
        {children}
        {live && <TrafficLayer depth={depth} node={node} edges={edges} svg={own} />}
      </TextFactor.Provider>
    </g>
  );
}

function PhoneStage({ size }: { size: Size }) {
  const group = useRef<SVGGElement>(null);
  const own = useCallback(() => group.current, []);
  const node = useView((v) => v.node);
  const scale = fitOf(PHONE_BOX, size);
  return (
    <g
      ref={group}
      transform={`translate(${(size.width - PHONE_BOX.width * scale) / 2} ${(size.height - PHONE_BOX.height * scale) / 2}) scale(${scale})`}
    >
      <TextFactor.Provider value={textFactor(scale, scale)}>
        <PhoneScene node={node} />
        <TrafficLayer depth="kubelet" node={node} edges={PHONE_EDGES} svg={own} />
      </TextFactor.Provider>
    </g>
  );
}

/** A node at rest: one line, one action. In a lesson it is the lesson's own file that is applied. */
function EmptyHint({ phone }: { phone: boolean }) {
  const t = useT();
  const none = useWorld((w) => w.phase === "ready" && podsOf(w.tables).length === 0);
  const folder = useLesson((l) => l.folder);
  // On a phone it would cover the ring, and the lesson's text says what to do.
  if (!none || (phone && folder)) return null;
  const text = (folder && lessonFiles(folder)[0]?.text) ?? STARTERS[0]?.text ?? "";
  return (
    <div className={styles.empty}>
      <span>{t("ui.diagram.empty")}</span>
      <Button size="s" kind="primary" onPress={() => void actions.apply(text)}>
        {t("ui.editor.apply")}
      </Button>
    </div>
  );
}
