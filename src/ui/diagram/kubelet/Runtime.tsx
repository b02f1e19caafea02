import { useContext } from "react";
import { useT, useTranslator } from "../../i18n.tsx";
import { brokenOn } from "../../store/select/faults.ts";
import { imagesOf } from "../../store/select/managers.ts";
import { podsOnNode } from "../../store/select/pods.ts";
import { useWorld } from "../../store/world.ts";
import { textWidth } from "../clip.ts";
import styles from "../diagram.module.css";
import { Component, Label, SMALLEST, TextFactor } from "../Scene.tsx";
import { Sandboxes } from "./Sandboxes.tsx";

/** containerd at the foot: images at the left, sandboxes beside them. */
export function Runtime({ node, reduced }: { node: string; reduced: boolean }) {
  const pods = useWorld((w) => podsOnNode(w.tables, node));
  const down = useWorld(
    (w) => brokenOn(w.tables, "runtime-down", node) || brokenOn(w.tables, "node-down", node),
  );
  if (reduced) return null;
  return (
    <g>
      <Component
        id={`${node}/containerd`}
        part="containerd"
        x={156}
        y={404}
        w={624}
        h={138}
        shape="frame"
        label="containerd"
        off={down}
      >
        <Label x={168} y={422} width={100} kind="name">
          containerd
        </Label>
        <Label x={768} y={422} width={100} kind="caption" anchor="end">
          CNI · cgroup v2
        </Label>
      </Component>
      <Images node={node} />
      <g data-part="container">
        <Sandboxes pods={pods} />
      </g>
    </g>
  );
}

function Images({ node }: { node: string }) {
  const t = useT();
  const { format } = useTranslator();
  // The name has the room that its size leaves.
  const size = SMALLEST * useContext(TextFactor);
  const mebibytes = (bytes: number): string =>
    t("lesson.number.mebibytes", {
      n: format.number(bytes / 2 ** 20, { maximumFractionDigits: bytes < 2 ** 24 ? 1 : 0 }),
    });
  const images = useWorld((w) => imagesOf(w, node));
  const largest = Math.max(1, ...images.map((i) => i.bytes));
  return (
    <g>
      <rect className={styles.well} x={168} y={431} width={124} height={102} rx={7} />
      <Label x={178} y={448} width={60}>
        {t("ui.diagram.images")}
      </Label>
      <Label x={284} y={448} width={40} kind="caption" anchor="end">
        {images.length > 3 ? String(images.length) : ""}
      </Label>
      {images.slice(0, 3).map((image, i) => {
        const told = image.pulling ? "…" : mebibytes(image.bytes);
        return (
          <g key={image.name} transform={`translate(178 ${469 + i * 24})`}>
            <Label x={0} y={0} width={105 - textWidth(told, size, 400)} kind="caption" ink="t1">
              {image.name}
            </Label>
            <Label x={106} y={0} width={56} kind="caption" anchor="end">
              {told}
            </Label>
            <rect x={0} y={5} width={106} height={3} rx={1.5} fill="var(--line)" />
            <rect
              x={0}
              y={5}
              width={Math.max(3, (106 * image.bytes) / largest)}
              height={3}
              rx={1.5}
              fill={image.pulling ? "url(#fill-creating)" : "var(--edge)"}
            />
          </g>
        );
      })}
    </g>
  );
}
