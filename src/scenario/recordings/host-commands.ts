/** What was done on the machine of a recording, as faults and inputs. */
import type { Fault, TimelineEntry } from "../format.ts";

/** An entry of the timeline, `after` so many ms from the action's own time. */
export type Step = Partial<TimelineEntry> & { readonly after?: number };

/** A file of static pods as it was written last. */
export interface WrittenFile {
  readonly path: string;
  readonly content: string;
}

/** Commands that only look. */
const LOOKS =
  /^(the (running|names?|list|ids?|number)|number of |names? of |ls |cat |stat |crictl (ps|pods|images|inspect)|journalctl|systemctl status|grep |cut |find |du |df )/i;

/** Daemons, and the fault that stands for one being down. */
const DAEMONS: readonly (readonly [RegExp, Fault])[] = [
  [/\b(kube-?api-?server|api[ -]?server)\b/i, { type: "api-unreachable" }],
  [/\b(containerd|(container )?runtime)\b/i, { type: "runtime-down" }],
  [/\bregistry\b/i, { type: "registry-down" }],
  [/\bkubelet\b/i, { type: "kubelet-stop" }],
];

const GO_ON = /\b(go(es)? on|continue|resume|thaw|unfreeze|SIGCONT|-CONT)\b/i;
const FREEZE = /\b(freeze|suspend|pause|SIGSTOP|-STOP)\b/i;
const RESTART = /\brestart\b/i;
const STOP = /\b(stop|kill|SIGTERM|SIGKILL|terminate)\b/i;
const START = /\bstart\b/i;
/** Time that a daemon is gone when it is restarted. */
const RESTART_MS = 1000;

function daemonSteps(command: string): readonly Step[] | undefined {
  const daemon = DAEMONS.find(([name]) => name.test(command))?.[1];
  if (!daemon) return undefined;
  const fault: Fault =
    daemon.type === "api-unreachable" && (FREEZE.test(command) || GO_ON.test(command))
      ? { ...daemon, frozen: true }
      : daemon;
  const clear = { type: daemon.type };
  if (GO_ON.test(command)) return [{ clear }];
  if (RESTART.test(command))
    return daemon.type === "kubelet-stop"
      ? [{ fault: { type: "kubelet-restart" } }]
      : [{ fault: daemon }, { clear, after: RESTART_MS }];
  if (FREEZE.test(command) || STOP.test(command)) return [{ fault }];
  return START.test(command) ? [{ clear }] : undefined;
}

/** Removal of ended containers out of the runtime, by name. */
function removalSteps(command: string): readonly Step[] | undefined {
  const names = /^crictl rm (?:-f )?(?:of )?(?:the )?(?:ended )?(?:init )?containers? (.+)$/i
    .exec(command)?.[1]
    ?.split(/,\s*(?:and )?|\s+and\s+/);
  return (
    names && [
      { run: names.map((n) => `crictl rm $(crictl ps -a -q --name '^${n}$')`).join("; "), on: "node-1" },
    ]
  );
}

/** A file written again and again with images `NAME-0` to `NAME-N`, and at last with the pause image. */
function seriesSteps(command: string, file: WrittenFile | undefined): readonly Step[] | undefined {
  const found =
    /image (\S+?)-0\b.*?\1-(\d+), one each ([\d.]+) ?s(?:, then with (the pause image|\S+))?/i.exec(command);
  if (!found || !file) return undefined;
  const [, name, last, period, end] = found as unknown as [
    string,
    string,
    string,
    string,
    string | undefined,
  ];
  const manifest = JSON.parse(file.content) as { spec: { containers: { name: string; image?: string }[] } };
  // Every version has its image only: what the first one ran is gone.
  const { metadata, apiVersion, kind } = manifest as unknown as Record<string, unknown>;
  const write = (image: string, after: number): Step => {
    const containers = manifest.spec.containers.map((c) => ({ name: c.name, image }));
    const content = JSON.stringify({
      apiVersion,
      kind,
      metadata,
      spec: { restartPolicy: "Always", containers },
    });
    return { write: { node: "node-1", path: file.path, content }, after };
  };
  const count = Number(last) + 1;
  const periodMs = Number(period) * 1000;
  const steps = Array.from({ length: count }, (_, i) => write(`${name}-${i}`, i * periodMs));
  const final =
    end === undefined
      ? []
      : [write(/^the pause/i.test(end) ? "registry.k8s.io/pause:3.10.1" : end, count * periodMs)];
  return [...steps, ...final];
}

/**
 * Steps of a command; none where it only looks, undefined where it is not known.
 * @param pod NAMESPACE/NAME of the pod that the recording is about
 */
export function hostSteps(
  command: string,
  pod: string,
  files: readonly WrittenFile[],
): readonly Step[] | undefined {
  if (LOOKS.test(command)) return [];
  if (/pause process|sandbox/i.test(command) && /kill/i.test(command)) {
    const signal = /kill -(\w+)/.exec(command)?.[1] ?? "9";
    return [{ fault: { type: "kill", pod, container: "POD", signal } }];
  }
  return removalSteps(command) ?? seriesSteps(command, files.at(-1)) ?? daemonSteps(command);
}
