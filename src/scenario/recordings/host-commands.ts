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
  /\b(stop|start|restart|kill|SIG[A-Z]+|remove|delete|erase|write|rewrite|append|edit|freeze|thaw|suspend|create|change|fill|reboot|shut|power ?off|go on|put|move|copy|set|make|touch|pull|push|load|drop|block|cut|umount|unmount|mount -|add|label|taint|emit|send|corrupt|damage|swap|limit|throttle|disconnect|unplug|delay|(?:is|are) (?:written|removed|deleted|stopped|started|restarted|killed|changed|put|moved))\b/i;

/** Tools that only look, and what describes a look: `the running containers …`, `number of …`. */
const LOOK_TOOLS =
  /^(ls|cat|stat|grep|cut|find|du|df|ps|mount(?= *$| *\|)|findmnt|head|tail|wc|readlink|id|hostname|date|uname|free|ss|netstat|journalctl|systemctl (status|is-active|show|cat)|crictl (ps|pods|images|img|inspect[pi]?|stats|statsp|logs|info|version|imagefsinfo)|ctr .*\b(ls|list|info)|sysctl (-n |-a|[\w.]+$)|ip (a|addr|route|link)|getfattr|getcap|lsns|nsenter .*(cat|ls|ps|ip)|curl|wget -q?O ?-)\b/i;
const LOOK_WORDS =
  /^(the|its|all|each|every|number|names?|list|size|content|contents|what|which|whether|how|where|permissions?|owner|processes|mounts|labels|cgroups?|containers?)\b/i;

/** A tool's output that goes into a file. */
const WRITES = /[^2]>\s*[^&\s]/;

const looks = (command: string): boolean => {
  if (/^cut (the|off)\b/i.test(command)) return false;
  if (LOOK_TOOLS.test(command)) return !WRITES.test(command);
  return LOOK_WORDS.test(command) && !ACTS.test(command);
};

/** What is left and has no word for doing anything: `is the volume mounted`, `sizes of the logs`. */
const onlyTells = (command: string): boolean =>
  /^(wait|await|sleep)\b/i.test(command) || !(ACTS.test(command) || WRITES.test(command));

/** Tools of a node's shell that change something there. */
const SHELL =
  /^(crictl (rm|rmp|rmi|stop|stopp|pull|exec) +(-\S+ +)*(\$\(|[0-9a-f]{12,}|\S+[:/.]\S+$)|crictl (rm|rmp|rmi|stop|stopp)( +-[\w-]+)+$|systemctl \w+ \w+|rm -|rm \/|touch \/|mkdir |mv \/|cp \/|cat +>|tee \/|echo |printf |dd |fallocate |truncate |sed -i|ln -|chmod )/;

/** Daemons, and the fault that stands for one being down. */
const DAEMONS: readonly (readonly [RegExp, Fault])[] = [
  [/\b(kube-?api-?server|api[ -]?server)\b/i, { type: "api-unreachable" }],
  [/\b(containerd|(container )?runtime)\b/i, { type: "runtime-down" }],
  [/\bregistry\b/i, { type: "registry-down" }],
  [/\bkubelet\b/i, { type: "kubelet-stop" }],
];

const GO_ON = /\b(go(es)? on|continue|resume|thaw|unfreeze|SIGCONT|-CONT)\b/i;
const FREEZE = /\b(freeze|suspend|pause|SIGSTOP|-STOP)\b/i;
const RESTART = /\brestart|\b(stop|kill)\b.*\bstart(s|ed)?\b/i;
/** How long a daemon is stopped, in seconds. */
const FOR = /\bfor (\d+(?:\.\d+)?) ?s(?:ec|econds)?\b/i;
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
  const forS = FOR.exec(command)?.[1];
  if (forS !== undefined) return [{ fault }, { clear, after: Number(forS) * 1000 }];
  if (RESTART.test(command))
    return daemon.type === "kubelet-stop"
      ? [{ fault: { type: "kubelet-restart" } }]
      : [{ fault: daemon }, { clear, after: RESTART_MS }];
  if (FREEZE.test(command) || STOP.test(command)) return [{ fault }];
  return START.test(command) ? [{ clear }] : undefined;
}

const NAME_LIST = /[\w.-]+(?:(?:,\s*(?:and )?|\s+and\s+)[\w.-]+)*/.source;

/** Removal of a container as a node's shell does it: what runs is stopped. */
const REMOVE = "crictl rm -f";

/** What `crictl rm of the containers a, b and c` and the like do, in a node's shell. */
function runtimeSteps(command: string, pod: string): readonly Step[] | undefined {
  const found =
    /^(?:crictl )?(rmp|stopp|rmi|rm|stop|pull|remove|delete)\b(?: and (?:crictl )?(rmp|rm|remove|delete)\b)?(?: (?:-t|--timeout)[ =]?\d+s?| -\w+)*\s*(?:of )?(.*?)(?: (?:from|in) the (?:runtime|node))?(?: \([^)]*\))?$/i.exec(
      command,
    );
  if (!found) return undefined;
  const verb = (found[2] ?? found[1] ?? "").toLowerCase();
  const what = (found[3] ?? "").trim();
  const run = (line: string): readonly Step[] => [{ run: line, on: "node-1" }];
  const image = /^(?:the )?(?:image )?(\S+[:/]\S+)$/i.exec(what)?.[1];
  if (image && verb === "pull") return run(`crictl pull ${image}`);
  if (image && (verb === "rmi" || /^(?:the )?image /i.test(what))) return run(`crictl rmi ${image}`);
  if (/^all (?:the )?containers and (?:all )?(?:pod )?sandboxes/i.test(what))
    return run("crictl stop $(crictl ps -q); crictl stopp $(crictl pods -q); crictl rmp $(crictl pods -q)");
  const own = `$(crictl pods -q --name '^${pod.split("/")[1] ?? ""}')`;
  if (/\bsandbox(es)?\b/i.test(what)) {
    const stop = `crictl stopp ${own}`;
    return run(verb === "stopp" || verb === "stop" ? stop : `${stop}; crictl rmp ${own}`);
  }
  if (verb === "pull") return undefined;
  const word = verb === "stop" ? "crictl stop" : REMOVE;
  if (
    /^(?:all |both )?(?:the |its )?(?:ended |exited |dead |running )?containers(?: of the pod)?$/i.test(what)
  )
    return run(`${word} $(crictl ps -a -q --pod ${own})`);
  const names = new RegExp(
    `^(?:the )?(?:ended |exited |dead |running )?(?:init |sidecar )?containers? (${NAME_LIST})(?: (?:of|in|from) the (?:pod|runtime))*$`,
    "i",
  )
    .exec(what)?.[1]
    ?.split(/,\s*(?:and )?|\s+and\s+/);
  if (!names || names.some((n) => /^(runtime|daemon)$/i.test(n))) return undefined;
  return run(names.map((n) => `${word} $(crictl ps -a -q --name '^${n}$')`).join("; "));
}

/** What is done to the node itself: its disk, its way to the API server, its power, its labels. */
function nodeSteps(command: string): readonly Step[] | undefined {
  const full = /\bfill (?:up )?(?:the )?.*?\b(\d+) ?%/i.exec(command)?.[1];
  if (full) {
    const fs = /image/i.test(command) ? "imagefs" : "nodefs";
    return [{ fault: { type: "disk-fill", fs, to: `${full}%` } }];
  }
  if (/\biptables\b.*(6443|443)|\b(block|cut|drop|disconnect)\b.*\bAPI ?server\b/i.test(command)) {
    if (/\s-D\b|\bunblock/i.test(command)) return [{ clear: { type: "api-unreachable" } }];
    const frozen = /DROP/.test(command);
    return [{ fault: { type: "api-unreachable", ...(frozen ? { frozen } : {}) } as Fault }];
  }
  if (/\b(unblock|let through|restore)\b.*\bAPI ?server\b/i.test(command))
    return [{ clear: { type: "api-unreachable" } }];
  // `crictl stopp of the sandbox (as at a reboot)` is none.
  const power = /^(?!crictl\b|stop\b|rm\b|remove\b)[^(]*?\b(reboot|power ?off)\b/i
    .exec(command)?.[1]
    ?.replace(" ", "")
    .toLowerCase();
  if (power) return [{ run: `systemctl ${power}`, on: "node-1" }];
  const label =
    /^(?:add |set |remove |delete )?(?:the )?label (?:the node(?: node-1)?:? )?(\S+=\S*|\S+-)$/i.exec(
      command,
    );
  return label ? [{ run: `kubectl label node node-1 ${label[1]} --overwrite` }] : undefined;
}

/** The static pod's file as a whole: taken away, or written as it was. */
function fileSteps(command: string, file: WrittenFile | undefined): readonly Step[] | undefined {
  const named = /(\/etc\/kubernetes\/manifests\/\S+)/.exec(command)?.[1];
  if (!file && !named) return undefined;
  if (!named && !/\b(static pod|manifest|file)\b/i.test(command)) return undefined;
  const path = named ?? file?.path ?? "";
  if (/^(remove|delete|erase)\b|^move\b.*\baway\b|^take\b.*\baway\b/i.test(command))
    return [{ remove: { node: "node-1", path } }];
  if (
    file &&
    /^(touch|rewrite)\b|\bunchanged\b|\b(written|put|move|moved|write it) (back|again)\b/i.test(command)
  )
    return [{ write: { node: "node-1", path, content: file.content } }];
  return undefined;
}

/** A signal to the first process of a sandbox or of a container. */
function signalSteps(command: string, { pod, container: first }: Machine): readonly Step[] | undefined {
  const words =
    /^(?:kill|send) (?:-(?:SIG)?(\w+) )?(?:\(?(SIG\w+)\)? )?(?:of |to )?(.*)$/i.exec(command) ??
    /^()(SIG\w+) (?:of |to )?(.*)$/.exec(command);
  if (!words) return undefined;
  const signal = (words[1] || words[2]?.replace(/^SIG/i, "") || "9").toUpperCase();
  const whom = words[3] ?? "";
  if (/\b(kubelet|containerd|runtime|api ?server|registry)\b/i.test(whom)) return undefined;
  if (/pause process|sandbox/i.test(whom))
    return [{ fault: { type: "kill", pod, container: "POD", signal } }];
  const named =
    /(?:process|pid 1|program|^\S+) (?:1 )?(?:of|in) (?:the )?container (?:named )?([a-z0-9-]+)/i.exec(
      whom,
    ) ?? /container ([a-z0-9-]+)'s (?:main |first )?process/i.exec(whom);
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
  if (/^kubectl /.test(command)) return [{ run: command }];
  if (SHELL.test(command)) return [{ run: command, on: "node-1" }];
  return (
    signalSteps(command, machine) ??
    seriesSteps(command, files.at(-1), machine.pauseImage) ??
    nodeSteps(command) ??
    fileSteps(command, files.at(-1)) ??
    runtimeSteps(command, machine.pod) ??
    daemonSteps(command) ??
    (onlyTells(command) ? [] : undefined)
  );
}
