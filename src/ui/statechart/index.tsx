import { Maximize2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { splitComponent } from "../../api/component-ids.ts";
import { type DrawnMachine, MACHINES } from "../../kubelet/machines.ts";
import { type Key, useT, useTranslator } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { useClockPaint } from "../parts/clock.tsx";
import controls from "../parts/controls.module.css";
import { Dial } from "../parts/Dial.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { lastTransition, machineKeys, machineValue } from "../store/select/machines.ts";
import { podsOf } from "../store/select/pods.ts";
import { phaseTo, type Timer, timersOf } from "../store/select/timers.ts";
import { runTime } from "../store/time.ts";
import { type Selection, select, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { tell } from "../words/records.ts";
import { Chart } from "./Chart.tsx";
import { firstKey, firstMachine, keyName, machinesFor } from "./choice.ts";
import type { Flow } from "./draw.ts";
import { activeStates, around, fold, folded, graphOf } from "./graph.ts";
import styles from "./statechart.module.css";

const MOST_STATES = 12;
const NONE: ReadonlySet<string> = new Set();

/** The statechart of the selected component or pod, drawn from the definition that runs. */
export default function Statechart() {
  const selection = useView((v) => v.selection);
  const kept = useRef<Selection | null>(selection);
  // A record that is selected on the way keeps the chart that led to it.
  if (selection?.kind !== "record") kept.current = selection;
  const about = kept.current;
  return <Machines key={JSON.stringify(about)} about={about} />;
}

function Machines({ about }: { about: Selection | null }) {
  const t = useT();
  const { has } = useTranslator();
  const shownNode = useView((v) => v.node);
  const candidates = useMemo(() => machinesFor(about), [about]);
  const [machine, setMachine] = useState<DrawnMachine>(() => firstMachine(about, candidates));
  const [chosen, setChosen] = useState<string | null>(null);
  const [large, setLarge] = useState(false);
  const pods = useWorld((w) => podsOf(w.tables));
  const pod = about?.kind === "object" ? pods.find((p) => about.id.startsWith(p.id)) : undefined;
  const node =
    (about?.kind === "component" ? splitComponent(about.id).node : null) ?? (pod?.node || shownNode);
  const table = `${node}/${machine.table}`;
  const keys = useWorld((w) => machineKeys(w.tables, table));
  const key = chosen !== null && keys.includes(chosen) ? chosen : (firstKey(keys, about, pods) ?? "");
  const words = `ui.part.${machine.part}.about`;
  const parts = [...new Set(candidates.map((m) => m.part))];
  const chart = (flow: Flow) => <Live machine={machine} table={table} id={key} flow={flow} />;
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <label>
          <span className="visually-hidden">{t("statechart.machine")}</span>
          <select
            className={controls.input}
            value={machine.id}
            onChange={(e) => {
              setMachine(MACHINES.find((m) => m.id === e.target.value) ?? machine);
              setChosen(null);
            }}
          >
            {parts.map((part) => (
              <optgroup key={part} label={part}>
                {candidates
                  .filter((m) => m.part === part)
                  .map((m) => (
                    <option key={m.id} value={m.id}>
                      {m.id}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        </label>
        {keys.length > 1 || (keys.length === 1 && key !== "") ? (
          <label>
            <span className="visually-hidden">{t("statechart.which", { count: keys.length })}</span>
            <select className={controls.input} value={key} onChange={(e) => setChosen(e.target.value)}>
              {keys.map((k) => (
                <option key={k} value={k}>
                  {keyName(k, pods)}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <span />
        )}
        <IconButton
          icon={Maximize2}
          iconSize={15}
          label={t("statechart.enlarge")}
          onPress={() => setLarge(true)}
        />
      </div>
      {chart("down")}
      {large && (
        <Dialog open onClose={() => setLarge(false)} title={`${machine.id} · ${node}`} width={1240}>
          <div className={styles.large}>
            {has(words) && <p className={styles.about}>{t(words as Key)}</p>}
            {chart("right")}
          </div>
        </Dialog>
      )}
    </div>
  );
}

/** The chart with its machine's state, and under it how it came there and what it waits for. */
function Live({
  machine,
  table,
  id,
  flow,
}: {
  machine: DrawnMachine;
  table: string;
  id: string;
  flow: Flow;
}) {
  const t = useT();
  const translator = useTranslator();
  const [opened, setOpened] = useState<ReadonlySet<string>>(NONE);
  const [closed, setClosed] = useState<ReadonlySet<string>>(NONE);
  const whole = useMemo(() => graphOf(machine.machine), [machine]);
  const graph = useMemo(
    () => fold(whole, new Set([...folded(whole, MOST_STATES, opened), ...closed])),
    [whole, opened, closed],
  );
  const value = useWorld((w) => machineValue(w.tables, table, id));
  const [all, setAll] = useState(false);
  const last = useWorld((w) => lastTransition(w.tables, table, id));
  const timers = useWorld((w) => timersOf(w.tables, table, id));
  const cause = useWorld((w) => (last?.cause ? w.trace.get(last.cause) : undefined));
  const state = activeStates(value).at(-1);
  // Where there is little room a large machine shows what stands around its live state.
  const large = graph.states.length > MOST_STATES && flow === "down" && state !== undefined;
  const near = JSON.stringify([activeStates(value), activeStates(last?.from)]);
  const shown = useMemo(() => {
    const [live, from] = JSON.parse(near) as [string[], string[]];
    return large && !all ? around(graph, live, from) : graph;
  }, [graph, large, all, near]);
  const hiddenStates = graph.states.length - shown.states.length;
  const onFold = (composite: string): void => {
    const shut = graph.states.some((s) => s.id === composite && s.initial === null);
    const change = (set: ReadonlySet<string>, add: boolean): ReadonlySet<string> =>
      new Set(add ? [...set, composite] : [...set].filter((c) => c !== composite));
    setClosed(change(closed, !shut));
    setOpened(change(opened, shut));
  };
  const others = timers.filter((x) => !x.name.startsWith("xstate."));
  return (
    <>
      <Chart
        graph={shown}
        flow={flow}
        label={t("statechart.label", { machine: machine.id, state: state ?? "—" })}
        value={value}
        last={last}
        timers={timers}
        any={t("statechart.any")}
        onFold={onFold}
      />
      {large && (hiddenStates > 0 || all) && (
        <div className={styles.more}>
          <Button size="s" kind="quiet" onPress={() => setAll(!all)}>
            {all ? t("statechart.near") : t("statechart.all", { count: hiddenStates })}
          </Button>
        </div>
      )}
      <dl className={styles.foot}>
        <div className={styles.fact}>
          <dt>{t("statechart.state")}</dt>
          <dd>{state === undefined ? t("statechart.none") : <code>{state}</code>}</dd>
        </div>
        {last && state !== undefined && (
          <>
            <div className={styles.fact}>
              <dt>{t("statechart.last")}</dt>
              <dd>
                <code>{`${runTime(last.time, 3)} ${printEvent(last.event)}`}</code>
              </dd>
            </div>
            {cause && (
              <div className={styles.fact}>
                <dt>{t("statechart.because")}</dt>
                <dd>
                  <button
                    type="button"
                    className={styles.because}
                    onClick={() => select({ kind: "record", seq: cause.seq })}
                  >
                    {tell(cause, translator)}
                  </button>
                </dd>
              </div>
            )}
          </>
        )}
        {others.length > 0 && (
          <div className={styles.fact}>
            <dt>{t("statechart.timers")}</dt>
            <dd className={styles.timers}>
              {others.map((timer) => (
                <Countdown key={timer.name} timer={timer} />
              ))}
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}

/** Delays by the name that the definition gives them. */
const printEvent = (event: string): string => event.replace(/^xstate\.after\.([^.]+).*$/, "after $1");

/** A timer of the machine that is no delay of a state. */
function Countdown({ timer }: { timer: Timer }) {
  const t = useT();
  const since = useRef({ at: -1, from: 0 });
  const now = useWorld((w) => Math.floor(w.now / 100));
  if (since.current.at !== timer.at) since.current = { at: timer.at, from: now * 100 };
  const text = useClockPaint<HTMLSpanElement>((element, time) => {
    element.textContent = t("statechart.in", { seconds: (Math.max(0, timer.at - time) / 1000).toFixed(1) });
  });
  return (
    <span className={styles.timer}>
      <Dial
        size={20}
        colour="waiting"
        phase={phaseTo(timer.at, Math.max(1, timer.at - since.current.from))}
      />
      <code>{timer.name}</code>
      <span ref={text} />
    </span>
  );
}
