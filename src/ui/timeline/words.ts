/** What is said of a thing on the timeline: in its tooltip, and to those who hear it. */
import type { Translator } from "../i18n.tsx";
import { runTime } from "../store/time.ts";
import type { DriftMark } from "./model.ts";
import { stateOf } from "./paint-bar.ts";
import type { Row } from "./rows.ts";
import type { Target } from "./targets.ts";

export interface Told {
  readonly title: string;
  /** Printed by Kubernetes: shown as it is. */
  readonly printed?: string;
  readonly lines: readonly string[];
}

/** The answer of a probe may be a whole page. */
const oneLine = (text: string): string => {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
};

const time = (ms: number): string => runTime(ms, 2);

export function tell(target: Target, now: number, { t, format }: Translator): Told {
  const open = (to: number): boolean => to === Number.POSITIVE_INFINITY;
  switch (target.kind) {
    case "segment": {
      const { kind, label, from, to, until, delay } = target.segment;
      const end = open(to) ? now : to;
      const lines = [
        t(open(to) ? "timeline.since" : "timeline.fromTo", {
          from: time(from),
          to: time(to),
          lasts: format.duration(Math.max(0, end - from)),
        }),
      ];
      if (delay)
        lines.push(t("timeline.backoff", { delay: format.duration(delay), until: time(until ?? 0) }));
      else if (until !== undefined) lines.push(t("timeline.grace", { until: time(until) }));
      const state = stateOf(kind);
      const node =
        target.row.startsWith("node/") && (state === "ready" || state === "failed" || state === "unknown");
      return {
        title: t(node ? `timeline.node.${state}` : `timeline.kind.${kind}`),
        ...(label ? { printed: label } : {}),
        lines,
      };
    }
    case "exit": {
      const { code, at, reason } = target.exit;
      return {
        title: code === null ? t("timeline.exit.unknown") : t("timeline.exit", { code }),
        ...(reason ? { printed: reason } : {}),
        lines: [time(at)],
      };
    }
    case "signal":
      return {
        title: target.signal.signal,
        lines: [
          t(target.signal.signal === "SIGTERM" ? "timeline.sigterm" : "timeline.sigkill"),
          time(target.signal.at),
        ],
      };
    case "events": {
      const [only] = target.events;
      if (only && target.events.length === 1)
        return { title: only.reason, printed: only.message, lines: [time(only.at)] };
      const shown = target.events.slice(-6);
      const more = target.events.length - shown.length;
      return {
        title: t("timeline.events", { count: target.events.length }),
        lines: [
          ...(more > 0 ? [t("timeline.earlier", { count: more })] : []),
          ...shown.map((e) => `${time(e.at)}  ${e.reason}`),
        ],
      };
    }
    case "input": {
      const { kind, label, at, to } = target.input;
      const lines = [
        to === undefined
          ? time(at)
          : open(to)
            ? t("timeline.fault.lasts", { from: time(at) })
            : t("timeline.fromTo", { from: time(at), to: time(to), lasts: format.duration(to - at) }),
      ];
      return { title: t(kind === "fault" ? "timeline.fault" : "timeline.input"), printed: label, lines };
    }
    case "probe": {
      const { at, result, output } = target.run;
      return {
        title: t(`timeline.probe.${target.type}`),
        ...(output ? { printed: oneLine(output) } : {}),
        lines: [t(`timeline.result.${result}`), time(at)],
      };
    }
    case "probe-due":
      return {
        title: t(`timeline.probe.${target.type}`),
        lines: [t("timeline.due", { at: time(target.at) })],
      };
    case "delay":
      return {
        title: t(`timeline.probe.${target.type}`),
        printed: `initialDelaySeconds: ${Math.round((target.to - target.from) / 1000)}`,
        lines: [t("timeline.delay", { until: time(target.to) })],
      };
    case "lease":
      return {
        title: "Lease",
        lines: [
          target.due
            ? t("timeline.due", { at: time(target.at) })
            : t("timeline.lease", { at: time(target.at) }),
        ],
      };
    case "drift":
      return tellDrift(target.drift, { t, format });
    case "now":
      return { title: t("timeline.now", { at: time(now) }), lines: [t("timeline.now.drag")] };
  }
}

/** A moment that came at another time than on the real node, and whether that is within the tolerance. */
function tellDrift(
  { moment, nth, recorded, simulated, fits, tolerance }: DriftMark,
  { t, format }: Pick<Translator, "t" | "format">,
): Told {
  const by = t("timeline.seconds", {
    n: format.number(Math.abs(simulated - recorded) / 1000, { maximumFractionDigits: 1 }),
  });
  const within =
    tolerance.kind === "backoff"
      ? ""
      : t("timeline.seconds", { n: format.number(tolerance.within / 1000, { maximumFractionDigits: 1 }) });
  return {
    title: t(`fidelity.moment.${moment}`, { n: nth + 1 }),
    lines: [
      t(simulated > recorded ? "fidelity.drift.later" : "fidelity.drift.earlier", { by }),
      t("fidelity.drift.times", { recorded: time(recorded), simulated: time(simulated) }),
      t(fits ? `fidelity.drift.fits.${tolerance.kind}` : "fidelity.drift.off", { within }),
    ],
  };
}

/** Name of a lane. */
export function nameOf(row: Row, { t }: Translator): string {
  switch (row.kind) {
    case "node":
      return row.node.name;
    case "pod":
      return row.pod.name;
    case "container":
      return `${row.pod.name}, ${row.container.name}`;
    case "probe":
      return `${row.pod.name}, ${row.container.name}, ${t(`timeline.probe.${row.probe.type}`)}`;
    case "ghost":
      return t("timeline.recorded", { name: row.ghost.name });
  }
}

/** A thing in one sentence, for a screen reader. */
export function announce(row: Row, target: Target | null, now: number, translator: Translator): string {
  if (!target) return nameOf(row, translator);
  const { title, printed, lines } = tell(target, now, translator);
  return [nameOf(row, translator), title, printed, ...lines].filter(Boolean).join(". ");
}
