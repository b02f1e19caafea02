import { Pause, Play, RotateCcw } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { MiniStage } from "../../lessons/format.ts";
import type { SimulationClient } from "../../worker/client.ts";
import { useT, useTranslator } from "../i18n.tsx";
import { BackoffRing } from "../parts/BackoffRing.tsx";
import { IconButton } from "../parts/Button.tsx";
import { ClockContext } from "../parts/clock.tsx";
import { Dial } from "../parts/Dial.tsx";
import { type ProbeCell, ProbeCells } from "../parts/ProbeCells.tsx";
import { StateBadge } from "../parts/StateGlyph.tsx";
import type { State } from "../parts/states.ts";
import { MIRROR } from "../store/mirror.ts";
import { stillNow } from "../store/settings.ts";
import { runTime } from "../store/time.ts";
import { applyUpdate, NO_WORLD, type World } from "../store/world.ts";
import { numberValue, numberWords } from "./goal-words.ts";
import { startSimulation } from "./grader.ts";
import styles from "./lesson.module.css";
import { useLesson } from "./lesson-store.ts";
import { miniState, miniView } from "./mini-view.ts";

/** Real ms that a mini-stage takes from its beginning to its end. */
const WHOLE_RUN = 14_000;
/** Looks at the run on its way, where it does not play. */
const STILL_STEPS = 80;

/** From when on the pod is in a state; null: there is none. */
interface Turn {
  readonly from: number;
  readonly state: State | null;
}

type Values = Readonly<Record<string, string | number>>;

/** A run of its own behind a mini-stage: begins anew with other values, plays while it is in view. */
function useMiniRun(scenario: string, object: string, until: number, values: Values) {
  const history = useRef<readonly Turn[]>([]);
  const [store] = useState(() => createStore<World>(() => NO_WORLD));
  const [playing, setPlaying] = useState(() => !stillNow());
  const [visible, setVisible] = useState(false);
  const client = useRef<SimulationClient | null>(null);
  const key = JSON.stringify(values);
  const [round, setRound] = useState(0);

  useEffect(() => () => client.current?.dispose(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the values
  useEffect(() => {
    if (!visible) return;
    client.current ??= startSimulation((update) => {
      const now = applyUpdate(store.getState(), update);
      const before = update.reset ? [] : history.current;
      const state = miniState(now, object);
      history.current = before.at(-1)?.state === state ? before : [...before, { from: now.now, state }];
      store.setState(now, true);
    });
    const engine = client.current;
    let gone = false;
    engine
      .open({ scenario, name: "mini", values, mirror: MIRROR })
      .then(async () => {
        // Where nothing is to move the end is shown at once, with the way there on the line.
        if (!stillNow()) return;
        for (let step = 1; step <= STILL_STEPS && !gone; step++)
          await engine.advance(Math.round((until * step) / STILL_STEPS));
      })
      .catch((error: unknown) => {
        if (!gone) console.error(error);
      });
    return () => {
      gone = true;
    };
  }, [visible, scenario, key, round]);
  useEffect(() => {
    if (!playing || !visible) return;
    let frame = 0;
    let last = performance.now();
    let busy = false;
    const turn = (time: number): void => {
      frame = requestAnimationFrame(turn);
      const { phase, now } = store.getState();
      const by = (Math.min(100, time - last) * until) / WHOLE_RUN;
      if (busy || phase !== "ready" || !client.current) {
        last = time;
        return;
      }
      if (by < 1) return;
      last = time;
      if (now >= until) {
        setPlaying(false);
        return;
      }
      busy = true;
      client.current
        .advance(Math.min(until, now + Math.round(by)))
        .catch(() => {})
        .finally(() => {
          busy = false;
        });
    };
    frame = requestAnimationFrame(turn);
    return () => cancelAnimationFrame(frame);
  }, [playing, visible, store, until]);
  return {
    store,
    history,
    playing,
    setVisible,
    toggle: () => {
      if (store.getState().now >= until) setRound((r) => r + 1);
      setPlaying(!playing);
    },
    again: () => {
      setRound((r) => r + 1);
      setPlaying(true);
    },
  };
}

/** One mechanism alone, live, with sliders over its numbers. */
export function Mini({ id }: { id: string }) {
  const mini = useLesson((l) => l.folder?.lesson.spec.miniStages.find((m) => m.id === id));
  const number = useLesson((l) => (l.folder?.lesson.spec.miniStages.findIndex((m) => m.id === id) ?? 0) + 1);
  const scenario = useLesson((l) => (mini ? l.folder?.files[mini.scenario] : undefined));
  if (!mini || scenario === undefined) return null;
  return <Stage mini={mini} scenario={scenario} number={number} />;
}

function Stage({ mini, scenario, number }: { mini: MiniStage; scenario: string; number: number }) {
  const t = useT();
  const translator = useTranslator();
  const [places, setPlaces] = useState<readonly number[]>(() => mini.sliders.map((s) => s.start));
  const values: Values = Object.fromEntries(
    mini.sliders.map((s, i) => [s.path, s.values[places[i] ?? 0] as string | number]),
  );
  const run = useMiniRun(scenario, mini.object, mini.until, values);
  const box = useRef<HTMLElement>(null);
  const { setVisible } = run;
  useEffect(() => {
    if (!box.current) return;
    const watcher = new IntersectionObserver((entries) => setVisible(entries.some((e) => e.isIntersecting)));
    watcher.observe(box.current);
    return () => watcher.disconnect();
  }, [setVisible]);
  const clock = useMemo(
    () => ({
      now: () => run.store.getState().now,
      subscribe: (listener: () => void) => run.store.subscribe(listener),
    }),
    [run.store],
  );
  return (
    <section ref={box} className={styles.mini} aria-label={t("lesson.mini", { number })}>
      <ClockContext.Provider value={clock}>
        <Picture mini={mini} world={useStore(run.store)} turns={run.history.current}>
          <IconButton
            icon={run.playing ? Pause : Play}
            label={t(run.playing ? "ui.time.pause" : "ui.time.play")}
            onPress={run.toggle}
          />
          <IconButton icon={RotateCcw} label={t("lesson.mini.again")} onPress={run.again} />
        </Picture>
      </ClockContext.Provider>
      {mini.sliders.map((slider, i) => (
        <label key={slider.id} className={styles.slider} title={slider.path}>
          <span>{numberWords(slider.path, translator)}</span>
          <input
            type="range"
            min={0}
            max={slider.values.length - 1}
            step={1}
            value={places[i] ?? 0}
            aria-label={numberWords(slider.path, translator)}
            aria-valuetext={numberValue(slider.path, slider.values[places[i] ?? 0] ?? "", translator)}
            onChange={(e) => {
              const at = Number(e.target.value);
              setPlaces(places.map((p, k) => (k === i ? at : p)));
              if (!stillNow() && !run.playing) run.toggle();
            }}
          />
          <output>{numberValue(slider.path, slider.values[places[i] ?? 0] ?? "", translator)}</output>
        </label>
      ))}
    </section>
  );
}

/** The dial or ring, what kubectl would print, and the line of the run. */
function Picture({
  mini,
  world,
  turns,
  children,
}: {
  mini: MiniStage;
  world: World;
  turns: readonly Turn[];
  children: ReactNode;
}) {
  const t = useT();
  const view = miniView(world, mini.object);
  const probe = view.probe;
  const cells: ProbeCell[] = probe
    ? Array.from({ length: Math.min(10, probe.threshold) }, (_, i) => ({
        kind: probe.ran === 0 ? "delay" : i < probe.streak ? (probe.ok ? "success" : "failure") : "empty",
      }))
    : [];
  const ring = view.ring;
  return (
    <>
      <div className={styles.miniHead}>
        {mini.show === "probe" && probe ? (
          <Dial
            size={64}
            colour="probe"
            phase={(now) => Math.min(1, (now - probe.since) / probe.periodMs)}
            label={probe.kind}
          />
        ) : (mini.show === "backoff" || mini.show === "grace") && ring ? (
          <BackoffRing
            size={64}
            from={ring.from}
            to={ring.to}
            kind={mini.show === "grace" ? "terminating" : "waiting"}
            unit="s"
            label={t("lesson.mini.wait")}
          />
        ) : (
          <Dial size={64} phase={(now) => now / mini.until} label={t("lesson.mini.time")} />
        )}
        <div className={styles.miniText}>
          <p>
            <b>{mini.object}</b> <StateBadge state={view.state}>{view.status}</StateBadge>
          </p>
          <p className={styles.note}>
            <span className={styles.whole}>READY {view.ready} ·</span>{" "}
            <span className={styles.whole}>RESTARTS {view.restarts}</span>
          </p>
          {probe && (
            <p className={styles.cells}>
              <span>{probe.kind}</span>
              <ProbeCells cells={cells} label={`${probe.streak} / ${probe.threshold}`} />
            </p>
          )}
        </div>
        <div className={styles.miniKeys}>{children}</div>
      </div>
      <div className={styles.track} aria-hidden>
        {turns.map(({ from, state }, i) => {
          const to = turns[i + 1]?.from ?? world.now;
          if (state === null) return null;
          return (
            <i
              key={from}
              className={`fill-${state}`}
              style={{
                left: `${(100 * from) / mini.until}%`,
                width: `${(100 * (to - from)) / mini.until}%`,
              }}
            />
          );
        })}
        <b style={{ left: `${(100 * world.now) / mini.until}%` }} />
      </div>
      <p className={styles.trackTime}>
        <span>0:00</span>
        <time>{runTime(world.now, 1)}</time>
        <span>{runTime(mini.until, 0)}</span>
      </p>
    </>
  );
}
