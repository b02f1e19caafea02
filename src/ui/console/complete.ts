/** What Tab offers: commands, subcommands, kinds of objects, and the names of those that are there. Pure. */

export interface Known {
  /** Names of objects of a kind: `names("Pod", "default")`. */
  names(kind: string, namespace: string | undefined): readonly string[];
  /** Containers of a pod. */
  containers(pod: string, namespace: string | undefined): readonly string[];
  readonly node: string | null;
}

export interface Completion {
  /** Where the word that is completed begins. */
  readonly from: number;
  readonly options: readonly string[];
}

const LOCAL = [
  "kubectl",
  "ssh",
  "curl",
  "cat",
  "cd",
  "ls",
  "echo",
  "grep",
  "head",
  "tail",
  "wc",
  "sort",
  "watch",
  "exit",
];
const ON_NODE = [
  "crictl",
  "systemctl",
  "journalctl",
  "cat",
  "ls",
  "cd",
  "df",
  "free",
  "ps",
  "curl",
  "grep",
  "exit",
];

const VERBS =
  "annotate api-resources apply attach autoscale config cordon cp create debug delete describe diff drain edit events exec explain expose get label logs patch port-forward replace rollout run scale set taint top uncordon version wait".split(
    " ",
  );

const KINDS: Readonly<Record<string, string>> = {
  pods: "Pod",
  nodes: "Node",
  deployments: "Deployment",
  replicasets: "ReplicaSet",
  daemonsets: "DaemonSet",
  statefulsets: "StatefulSet",
  jobs: "Job",
  cronjobs: "CronJob",
  services: "Service",
  configmaps: "ConfigMap",
  secrets: "Secret",
  namespaces: "Namespace",
  events: "Event",
  persistentvolumeclaims: "PersistentVolumeClaim",
  persistentvolumes: "PersistentVolume",
  serviceaccounts: "ServiceAccount",
  endpoints: "Endpoints",
  leases: "Lease",
};
const SHORT: Readonly<Record<string, string>> = {
  po: "pods",
  no: "nodes",
  deploy: "deployments",
  rs: "replicasets",
  ds: "daemonsets",
  sts: "statefulsets",
  cj: "cronjobs",
  svc: "services",
  cm: "configmaps",
  ns: "namespaces",
  ev: "events",
  pvc: "persistentvolumeclaims",
  pv: "persistentvolumes",
  sa: "serviceaccounts",
  ep: "endpoints",
};
const SUB: Readonly<Record<string, readonly string[]>> = {
  rollout: ["history", "pause", "restart", "resume", "status", "undo"],
  config: ["current-context", "get-contexts", "set-context", "view"],
  top: ["nodes", "pods"],
  set: ["env", "image", "resources"],
  systemctl: ["is-active", "restart", "start", "status", "stop"],
  crictl: [
    "exec",
    "images",
    "info",
    "inspect",
    "inspecti",
    "inspectp",
    "logs",
    "pods",
    "ps",
    "pull",
    "rm",
    "rmi",
    "rmp",
    "stats",
    "stop",
    "stopp",
  ],
};
const UNITS = ["containerd", "kubelet"];
/** Verbs whose first argument is a kind, then names. */
const OF_KIND = new Set(
  "annotate autoscale delete describe edit get label patch scale wait expose explain".split(" "),
);
const OF_POD = new Set(["logs", "exec", "attach", "debug", "port-forward"]);
const OF_NODE = new Set(["cordon", "uncordon", "drain"]);
const WITH_VALUE = new Set([
  "-n",
  "--namespace",
  "-o",
  "--output",
  "-l",
  "--selector",
  "-c",
  "--container",
  "-f",
  "--filename",
  "--tail",
  "--since",
]);

const kindOf = (word: string): string | undefined => {
  const lower = word.toLowerCase();
  const plural = SHORT[lower] ?? (Object.hasOwn(KINDS, lower) ? lower : `${lower}s`);
  return KINDS[plural];
};

/** Completes the word before the cursor. */
export function complete(line: string, known: Known): Completion {
  const command = /[^|;&]*$/.exec(line)?.[0] ?? "";
  const words = command.trimStart().split(/\s+/);
  const word = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const from = line.length - word.length;
  const of = (options: readonly string[]): Completion => ({
    from,
    options: [...new Set(options)].filter((o) => o.startsWith(word)).sort(),
  });
  if (before.length === 0) return of(known.node === null ? LOCAL : ON_NODE);
  const [name = "", ...args] = before;
  if (name === "ssh") return of(known.names("Node", undefined));
  if (name === "systemctl" || name === "crictl" || name === "journalctl") {
    if (name === "journalctl")
      return of(args.at(-1) === "-u" ? UNITS : ["-u", "-f", "--no-pager", "--since"]);
    return of(args.length === 0 ? (SUB[name] ?? []) : name === "systemctl" ? UNITS : []);
  }
  if (name !== "kubectl" && name !== "k") return of([]);
  return of(kubectlOptions(word, args, known));
}

function kubectlOptions(word: string, args: readonly string[], known: Known): readonly string[] {
  const last = args.at(-1) ?? "";
  const at = args.findIndex((a) => a === "-n" || a === "--namespace");
  const namespace = at >= 0 ? args[at + 1] : "default";
  const plain = args.filter((a, i) => !a.startsWith("-") && !WITH_VALUE.has(args[i - 1] ?? ""));
  const [verb, kind, ...rest] = plain;
  if (last === "-n" || last === "--namespace") return known.names("Namespace", undefined);
  if (last === "-o" || last === "--output") return ["json", "name", "wide", "yaml", "jsonpath="];
  if (last === "-c" || last === "--container")
    return known.containers((kind ?? "").replace(/^pods?\//, ""), namespace);
  if (verb === undefined) return VERBS;
  if (SUB[verb] && kind === undefined) return SUB[verb];
  const names = (of: string): readonly string[] => known.names(of, of === "Node" ? undefined : namespace);
  const slash = word.indexOf("/");
  if (slash > 0) {
    const found = kindOf(word.slice(0, slash));
    return found ? names(found).map((n) => word.slice(0, slash + 1) + n) : [];
  }
  if (OF_NODE.has(verb)) return names("Node");
  if (OF_POD.has(verb)) return kind === undefined ? names("Pod") : [];
  const target = verb === "rollout" || verb === "set" || verb === "top" ? rest[0] : kind;
  if (verb === "top" && kind !== undefined) return names(kindOf(kind) ?? "");
  if (OF_KIND.has(verb) || verb === "rollout" || verb === "set") {
    if (target === undefined) return Object.keys(KINDS);
    const found = kindOf(target);
    return found ? names(found).filter((n) => !rest.includes(n)) : [];
  }
  return [];
}

/** What all options share from the beginning. */
export function commonStart(options: readonly string[]): string {
  let start = options[0] ?? "";
  for (const o of options) while (!o.startsWith(start)) start = start.slice(0, -1);
  return start;
}
