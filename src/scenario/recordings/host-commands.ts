/** What was done on the machine of a recording, as faults and inputs. */
import type { Fault, TimelineEntry } from "../format.ts";

/** An entry of the timeline, `after` so many ms from the action's own time. */
export type Step = Partial<TimelineEntry> & { readonly after?: number };

/** What a command may mean without naming it. */
export interface Machine {
  /** NAMESPACE/NAME of the pod that the recording is about. */
  readonly pod: string;
  /** Its first container. */
  readonly container?: string | undefined;
  readonly pauseImage: string;
}

/** The one that a node of the recordings had besides its sandboxes' own. */
export const PAUSE_IMAGE = "registry.k8s.io/pause:3.10.1";

/** A file of static pods as it was written last. */
export interface WrittenFile {
  readonly path: string;
  readonly content: string;
}

/** Words for doing something. */
const ACTS =
  /\b(stop|start|restart|kill|remove|delete|write|freeze|create|change|fill|reboot|go on|put|move|set|make|touch|pull|load|drop|block|cut|unmount|mount -)/i;

/** Tools that only look, and what describes a look: `the running containers …`, `number of …`. */
const LOOK_TOOLS =
  /^(ls|cat|stat|grep|cut|find|du|df|ps|mount(?= *$| *\|)|findmnt|head|tail|wc|readlink|id|hostname|date|uname|free|ss|netstat|journalctl|systemctl (status|is-active|show|cat)|crictl (ps|pods|images|img|inspect[pi]?|stats|statsp|logs|info|version|imagefsinfo)|ctr .*\b(ls|list|info)|sysctl (-n |-a|[\w.]+$)|ip (a|addr|route|link)|getfattr|getcap|lsns|nsenter .*(cat|ls|ps|ip)|curl|wget -q?O ?-)\b/i;
const LOOK_WORDS =
  /^(the|its|all|each|every|number|names?|list|size|content|contents|what|which|whether|how|where|permissions?|owner|processes|mounts|labels|cgroups?|containers?)\b/i;

const looks = (command: string): boolean => {
  if (LOOK_TOOLS.test(command)) return !/[^2]>\s*[^&\s]/.test(command);
  return LOOK_WORDS.test(command) && !ACTS.test(command);
};

/** Tools of a node's shell that change something there. */
const SHELL =
  /^(crictl (rm|rmp|rmi|stop|stopp|pull|exec) +(-\S+ +)*(\$\(|[0-9a-f]{12,}|\S+[:/.]\S+$)|systemctl \w+ \w+|rm -|rm \/|touch \/|mkdir |mv \/|cp \/|echo |printf |dd |fallocate |truncate |sed -i|ln -|chmod )/;

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

const NAME_LIST = /[\w.-]+(?:(?:,\s*(?:and )?|\s+and\s+)[\w.-]+)*/.source;

/** What `crictl rm of the containers a, b and c` and the like do, in a node's shell. */
function runtimeSteps(command: string, pod: string): readonly Step[] | undefined {
  const found = /^(?:crictl )?(rmp|stopp|rmi|rm|stop|remove|delete)\b(?: -f)?(?: -a)?\s*(?:of )?(.*)$/i.exec(
    command,
  );
  if (!found) return undefined;
  const [verb, what] = [(found[1] ?? "").toLowerCase(), (found[2] ?? "").trim()];
  const run = (line: string): readonly Step[] => [{ run: line, on: "node-1" }];
  const image = /^(?:the )?(?:image )?(\S+[:/]\S+)$/i.exec(what)?.[1];
  if (image && (verb === "rmi" || /^(?:the )?image /i.test(what))) return run(`crictl rmi ${image}`);
  if (/^all (?:the )?containers and (?:all )?(?:pod )?sandboxes/i.test(what))
    return run("crictl stop $(crictl ps -q); crictl stopp $(crictl pods -q); crictl rmp $(crictl pods -q)");
  const own = `$(crictl pods -q --name '^${pod.split("/")[1] ?? ""}')`;
  if (/\bsandbox(es)?\b/i.test(what)) {
    const stop = `crictl stopp ${own}`;
    return run(verb === "stopp" || verb === "stop" ? stop : `${stop}; crictl rmp ${own}`);
  }
  const names = new RegExp(
    `^(?:the )?(?:ended |exited |dead |running )?(?:init |sidecar )?containers? (${NAME_LIST})(?: (?:of|in|from) the (?:pod|runtime))*$`,
    "i",
  )
    .exec(what)?.[1]
    ?.split(/,\s*(?:and )?|\s+and\s+/);
  if (!names) return undefined;
  const word = verb === "stop" ? "stop" : "rm";
  return run(names.map((n) => `crictl ${word} $(crictl ps -a -q --name '^${n}$')`).join("; "));
}

/** A signal to the first process of a sandbox or of a container. */
function signalSteps(command: string, { pod, container: first }: Machine): readonly Step[] | undefined {
  const words = /^kill (?:-(?:SIG)?(\w+) )?(?:\(?(SIG\w+)\)? )?(?:of |to )?(.*)$/i.exec(command);
  if (!words) return undefined;
  const signal = (words[1] ?? words[2]?.replace(/^SIG/i, "") ?? "9").toUpperCase();
  const whom = words[3] ?? "";
  if (/pause process|sandbox/i.test(whom))
    return [{ fault: { type: "kill", pod, container: "POD", signal } }];
  const named =
    /(?:process|pid 1|program) (?:1 )?(?:of|in) (?:the )?container (?:named )?([a-z0-9-]+)/i.exec(whom) ??
    /container ([a-z0-9-]+)'s (?:main |first )?process/i.exec(whom);
  const container = named?.[1] ?? (/container/i.test(whom) && /process/i.test(whom) ? first : undefined);
  if (container) return [{ fault: { type: "kill", pod, container, signal } }];
  return undefined;
}

/** A file written again and again with images `NAME-0` to `NAME-N`, and at last with the pause image. */
function seriesSteps(
  command: string,
  file: WrittenFile | undefined,
  pauseImage: string,
): readonly Step[] | undefined {
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
    end === undefined ? [] : [write(/^the pause/i.test(end) ? pauseImage : end, count * periodMs)];
  return [...steps, ...final];
}

/**
 * Steps of a command; none where it only looks, undefined where it is not known.
 * @param files the static pods' files written so far
 */
export function hostSteps(
  command: string,
  machine: Machine,
  files: readonly WrittenFile[],
): readonly Step[] | undefined {
  if (looks(command)) return [];
  if (SHELL.test(command)) return [{ run: command, on: "node-1" }];
  return (
    signalSteps(command, machine) ??
    runtimeSteps(command, machine.pod) ??
    seriesSteps(command, files.at(-1), machine.pauseImage) ??
    daemonSteps(command)
  );
}
