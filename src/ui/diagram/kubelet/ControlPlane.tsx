import { useContext } from "react";
import { useT } from "../../i18n.tsx";
import { MessageMark } from "../../parts/MessageGlyph.tsx";
import { StateMark } from "../../parts/StateGlyph.tsx";
import { TRAFFIC } from "../../parts/states.ts";
import { podsOf } from "../../store/select/pods.ts";
import { select, useView } from "../../store/view.ts";
import { useWorld } from "../../store/world.ts";
import { textWidth } from "../clip.ts";
import styles from "../diagram.module.css";
import { Component, Face, Label, TextFactor } from "../Scene.tsx";

const SHOWN = 4;

/** A component by its whole name, where there is room, else without what all of them have in front. */
const short = (name: string, fits: boolean): string => (fits ? name : name.replace("kube-", ""));

/** The other workshop, at the left edge: API server, scheduler, etcd, registry, and the legend under them. */
export function ControlPlane() {
  const t = useT();
  const pods = useWorld((w) => podsOf(w.tables));
  const slowed = useView((v) => v.slowed);
  const factor = useContext(TextFactor);
  // Names that leave no room beside them stand alone: their marks tell the state.
  const tight = pods.slice(0, SHOWN).some((pod) => textWidth(pod.name, 10.5 * factor, 400) > 56);
  return (
    <g>
      <Component
        id="scheduler"
        part="scheduler"
        shape="octagon"
        x={8}
        y={12}
        w={108}
        h={36}
        label="kube-scheduler"
      >
        <Label x={18} y={34} width={92}>
          {short("kube-scheduler", textWidth("kube-scheduler", 11 * factor, 400) <= 92)}
        </Label>
      </Component>
      <Component
        id="apiserver"
        part="apiserver"
        shape="octagon"
        x={8}
        y={58}
        w={108}
        h={306}
        label="kube-apiserver"
      >
        <Label x={18} y={78} width={94} kind="name">
          {short("kube-apiserver", textWidth("kube-apiserver", 12 * factor, 600) <= 94)}
        </Label>
        {(
          [
            [107, "leases"],
            [141, "nodes/status"],
            [183, "pods · watch"],
            [321, "pods/status"],
            [349, "events"],
          ] as const
        ).map(([y, name]) => (
          <Label key={name} x={18} y={y} width={88} kind="caption">
            {name}
          </Label>
        ))}
        <path className={styles.rule} d="M18 200H106" />
        {pods.slice(0, SHOWN).map((pod, i) => (
          <g key={pod.id} transform={`translate(18 ${208 + i * 21})`} className={styles.component}>
            <Face
              label={`${pod.name} ${pod.status}`}
              quiet
              onChoose={() => select({ kind: "object", id: pod.id })}
            >
              <rect className={styles.bare} x={-4} y={-2} width={96} height={19} rx={4} />
            </Face>
            <StateMark state={pod.state} x={-3} y={2} size={11} />
            <Label x={11} y={11.5} width={tight ? 80 : 56} kind="caption" ink="t2">
              {pod.name}
            </Label>
            {!tight && (
              <Label x={91} y={11.5} width={22} kind="caption" anchor="end">
                {pod.ready}
              </Label>
            )}
          </g>
        ))}
        {pods.length > SHOWN && (
          <Label x={18} y={303} width={88} kind="caption">
            {t("ui.diagram.more", { count: pods.length - SHOWN })}
          </Label>
        )}
      </Component>
      <Component id="etcd" part="etcd" shape="drum" x={20} y={375} w={84} h={32} label="etcd">
        <Label x={62} y={398} width={70} anchor="middle">
          etcd
        </Label>
      </Component>
      <Component id="registry" part="registry" shape="octagon" x={8} y={424} w={108} h={32} label="registry">
        <Label x={18} y={444} width={88}>
          registry
        </Label>
      </Component>
      {TRAFFIC.map((traffic, i) => (
        <g key={traffic} transform={`translate(18 ${473 + i * 19})`}>
          <MessageMark traffic={traffic} r={4.6} />
          <Label x={13} y={4} width={112} kind="caption" ink="t2">
            {t(`ui.traffic.${traffic}`)}
          </Label>
        </g>
      ))}
      {slowed >= 2 && (
        <Label x={12} y={550} width={130} kind="caption">
          {t("ui.diagram.slowed", { factor: Math.round(slowed) })}
        </Label>
      )}
    </g>
  );
}
