import { useSyncExternalStore } from "react";
import { useT } from "../i18n.tsx";
import { DialMark } from "../parts/Dial.tsx";
import { polar } from "../parts/geometry.ts";
import { MessageMark } from "../parts/MessageGlyph.tsx";
import { Port } from "../parts/Port.tsx";
import { RingMark } from "../parts/Ring.tsx";
import { StateMark } from "../parts/StateGlyph.tsx";
import { loopOf } from "../store/select/kubelet.ts";
import { podsOf } from "../store/select/pods.ts";
import { useWorld } from "../store/world.ts";
import { shortName } from "../words/records.ts";
import styles from "./home.module.css";

const CX = 236;
const CY = 236;
const R = 186;
/** Where each kind of input enters: always the same places, so that one learns them. */
const ANGLES = { config: 270, pleg: 180, probe: 60, sync: 330, housekeeping: 30 } as const;
const at = (angle: number) => polar(angle, R, CX, CY);

const NARROW = matchMedia("(max-width: 699px)");
const onNarrow = (listener: () => void): (() => void) => {
  NARROW.addEventListener("change", listener);
  return () => NARROW.removeEventListener("change", listener);
};

/** The loop, live: the one big circle of the page. */
export function HomeRing() {
  const t = useT();
  // Where what stands around it would be too small to read, the ring alone.
  const alone = useSyncExternalStore(onNarrow, () => NARROW.matches);
  const passes = useWorld((w) => loopOf(w, "node-1").passes);
  const record = useWorld((w) => loopOf(w, "node-1").record);
  const port = useWorld((w) => loopOf(w, "node-1").port);
  const pods = useWorld((w) => podsOf(w.tables));
  const [cx, cy] = at(270);
  const [px, py] = at(180);
  const [bx, by] = at(60);
  const [dx, dy] = at(122);
  return (
    <svg
      className={styles.ring}
      viewBox={alone ? "38 38 396 396" : "-28 0 706 480"}
      data-alone={alone || undefined}
      role="img"
      aria-label={t("ui.home.ring")}
    >
      <path
        d={`M${cx - 62} ${cy}H${cx}M${px} ${py}v62`}
        fill="none"
        stroke="var(--line2)"
        strokeWidth="1.5"
      />
      <path
        d={`M${bx} ${by}L${bx + 106} ${by - 62}`}
        fill="none"
        stroke="var(--probe)"
        strokeOpacity=".35"
        strokeWidth="1.75"
      />
      <path d={`M${dx} ${dy}L${dx + 80} ${dy + 52}`} fill="none" stroke="var(--accent)" strokeWidth="1.75" />
      <RingMark cx={CX} cy={CY} r={R} passes={passes} hand={ANGLES[port]} />
      <DialMark phase={(now) => (now % 1000) / 1000} x={CX - 62} y={CY - 92} r={31} />
      <DialMark phase={(now) => (now % 2000) / 2000} x={CX + 62} y={CY - 92} r={31} />
      <g textAnchor="middle">
        <text x={CX - 62} y={CY - 44} className={styles.small}>
          sync 1 s
        </text>
        <text x={CX + 62} y={CY - 44} className={styles.small}>
          housekeeping 2 s
        </text>
        <text x={CX} y={CY + 8} className={styles.loopName}>
          SyncLoop
        </text>
        <text x={CX} y={CY + 33} className={styles.iteration}>
          {t("ui.loop.iteration", { n: passes })}
        </text>
        {record && (
          <>
            <rect x={CX - 92} y={CY + 50} width="184" height="30" rx="15" fill="var(--accent-bg)" />
            <text x={CX} y={CY + 70} className={styles.hand}>
              {record.type.slice(9)} · {shortName(record.object)}
            </text>
          </>
        )}
      </g>
      <Port x={cx} y={cy} traffic="api" live />
      <Port x={px} y={py} traffic="cri" live={port === "pleg"} />
      <Port x={bx} y={by} traffic="probe" live />
      <Port x={dx} y={dy} traffic="accent" live />
      {port === "probe" && <MessageMark traffic="probe" x={bx + 26} y={by - 15} r={7} />}
      {!alone && (
        <>
          <text x={cx - 74} y={cy - 14} className={styles.portName}>
            config
          </text>
          <text x={px + 16} y={py + 38} className={styles.portName}>
            PLEG
          </text>
          <text x={px + 16} y={py + 56} className={styles.portNote}>
            relist 1 s
          </text>
          <text x={bx + 112} y={by - 68} className={styles.portName}>
            {t("ui.home.probes")}
          </text>
          <g transform={`translate(${dx + 80} ${dy + 22})`}>
            <rect
              width="190"
              height={30 + 22 * Math.max(1, Math.min(3, pods.length))}
              rx="10"
              fill="var(--s1)"
              stroke="var(--line2)"
            />
            <text x="14" y="20" className={styles.portNote}>
              pod workers
            </text>
            {pods.slice(0, 3).map((pod, i) => (
              <g key={pod.id} transform={`translate(14 ${34 + i * 22})`}>
                <StateMark state={pod.state} y={-9} size={13} />
                <text x="20" y="2" className={styles.podName}>
                  {pod.name}
                </text>
                <text
                  x="168"
                  y="2"
                  textAnchor="end"
                  className={styles.podNote}
                  style={{ fill: `var(--${pod.state}-ink)` }}
                >
                  {pod.ready}
                </text>
              </g>
            ))}
          </g>
        </>
      )}
    </svg>
  );
}
