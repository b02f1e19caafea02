/** Rows of nodes, events, namespaces and what else the cluster itself consists of. */
import type {
  ApiObject,
  ConfigMap,
  CoreEvent,
  Lease,
  Namespace,
  Node,
  PriorityClass,
  RuntimeClass,
  Secret,
  ServiceAccount,
} from "../types.ts";
import { compareBytes } from "./go-format.ts";
import { humanDuration, parseStamp, timestampSince } from "./human-duration.ts";
import type * as k8s from "./kinds.ts";
import { nodeRoles } from "./labels.ts";
import { quantityText } from "./quantities.ts";
import { columns, type TablePrinter } from "./table.ts";

/** `Ready`, `NotReady` or `Unknown`, and whether the node is cordoned. */
function nodeStatus(node: Node): string {
  const ready = node.status?.conditions?.findLast((c) => c.type === "Ready");
  const status = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
  return node.spec?.unschedulable ? `${status},SchedulingDisabled` : status;
}

export const nodePrinter: TablePrinter<Node> = {
  columns: columns(
    "Name,Status,Roles,Age,Version,(Internal-IP),(External-IP),(OS-Image),(Kernel-Version),(Container-Runtime)",
  ),
  row(node, { nowMs, wide }) {
    const { metadata, status } = node;
    const info = status?.nodeInfo;
    const roles = nodeRoles(metadata?.labels).join(",") || "<none>";
    const cells = [
      metadata?.name ?? "",
      nodeStatus(node),
      roles,
      timestampSince(metadata?.creationTimestamp, nowMs),
      info?.kubeletVersion ?? "",
    ];
    if (!wide) return cells;
    const address = (type: string): string =>
      status?.addresses?.find((a) => a.type === type)?.address ?? "<none>";
    const kernel = `${info?.kernelVersion || "<unknown>"}${info?.architecture ? ` (${info.architecture})` : ""}`;
    return [
      ...cells,
      address("InternalIP"),
      address("ExternalIP"),
      info?.osImage || "<unknown>",
      kernel,
      info?.containerRuntimeVersion || "<unknown>",
    ];
  },
};

export const eventPrinter: TablePrinter<CoreEvent> = {
  columns: columns("Last Seen,Type,Reason,Object,(Subobject),(Source),Message,(First Seen),(Count),(Name)"),
  row(e, { nowMs, wide }) {
    const first = timestampSince(
      parseStamp(e.firstTimestamp) === null ? e.eventTime : e.firstTimestamp,
      nowMs,
    );
    let last = parseStamp(e.lastTimestamp) === null ? first : timestampSince(e.lastTimestamp, nowMs);
    if (e.series) last = timestampSince(e.series.lastObservedTime, nowMs);
    const count = e.series ? (e.series.count ?? 0) : e.count || 1;
    const { kind = "", name = "", fieldPath = "" } = e.involvedObject ?? {};
    const target = name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
    const head = [last, e.type ?? "", e.reason ?? "", target];
    const message = (e.message ?? "").trim();
    if (!wide) return [...head, message];
    const component = e.source?.component || e.reportingComponent || "";
    const host = e.source?.host || e.reportingInstance || "";
    return [
      ...head,
      fieldPath,
      host ? `${component}, ${host}` : component,
      message,
      first,
      count,
      e.metadata?.name ?? "",
    ];
  },
};

export const namespacePrinter: TablePrinter<Namespace> = {
  columns: columns("Name,Status,Age"),
  row: ({ metadata, status }, { nowMs }) => [
    metadata?.name ?? "",
    status?.phase ?? "",
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

type ComponentStatus = ApiObject & {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
    readonly error?: string;
  }[];
};

export const componentStatusPrinter: TablePrinter<ComponentStatus> = {
  columns: columns("Name,Status,Message,Error"),
  row: ({ metadata, conditions }) => {
    const healthy = conditions?.find((c) => c.type === "Healthy");
    const word = { True: "Healthy", False: "Unhealthy" }[healthy?.status ?? ""] ?? "Unknown";
    return [metadata?.name ?? "", word, healthy?.message ?? "", healthy?.error ?? ""];
  },
};

const size = (map: object | undefined): number => Object.keys(map ?? {}).length;

export const configMapPrinter: TablePrinter<ConfigMap> = {
  columns: columns("Name,Data,Age"),
  row: ({ metadata, data, binaryData }, { nowMs }) => [
    metadata?.name ?? "",
    size(data) + size(binaryData),
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

export const secretPrinter: TablePrinter<Secret> = {
  columns: columns("Name,Type,Data,Age"),
  row: ({ metadata, type, data }, { nowMs }) => [
    metadata?.name ?? "",
    type ?? "",
    size(data),
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

export const serviceAccountPrinter: TablePrinter<ServiceAccount> = {
  columns: columns("Name,Age"),
  row: ({ metadata }, { nowMs }) => [
    metadata?.name ?? "",
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

export const leasePrinter: TablePrinter<Lease> = {
  columns: columns("Name,Holder,Age"),
  row: ({ metadata, spec }, { nowMs }) => [
    metadata?.name ?? "",
    spec?.holderIdentity ?? "",
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

export const priorityClassPrinter: TablePrinter<PriorityClass> = {
  columns: columns("Name,Value,Global-Default,Age,PreemptionPolicy"),
  row({ metadata, value, globalDefault, preemptionPolicy }, { nowMs, wide }) {
    const cells = [
      metadata?.name ?? "",
      value ?? 0,
      globalDefault ?? false,
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
    return wide ? [...cells, preemptionPolicy ?? ""] : cells;
  },
};

export const runtimeClassPrinter: TablePrinter<RuntimeClass> = {
  columns: columns("Name,Handler,Age"),
  row: ({ metadata, handler }, { nowMs }) => [
    metadata?.name ?? "",
    handler ?? "",
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

/** `Pending`, `Approved` or `Denied`, then `,Failed` and `,Issued` where they hold. */
export function csrStatus(csr: k8s.CertificateSigningRequest): string {
  const has = (type: string): boolean => csr.status?.conditions?.some((c) => c.type === type) ?? false;
  const decision = has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending";
  return `${decision}${has("Failed") ? ",Failed" : ""}${csr.status?.certificate ? ",Issued" : ""}`;
}

export const csrPrinter: TablePrinter<k8s.CertificateSigningRequest> = {
  columns: columns("Name,Age,SignerName,Requestor,RequestedDuration,Condition"),
  row(csr, { nowMs }) {
    const { metadata, spec } = csr;
    const seconds = spec?.expirationSeconds;
    const duration = seconds === undefined || seconds === null ? "<none>" : humanDuration(seconds * 1000);
    return [
      metadata?.name ?? "",
      timestampSince(metadata?.creationTimestamp, nowMs),
      spec?.signerName || "<none>",
      spec?.username ?? "",
      duration,
      csrStatus(csr),
    ];
  },
};

export const resourceQuotaPrinter: TablePrinter<k8s.ResourceQuota> = {
  columns: columns("Name,Request,Limit,Age"),
  row({ metadata, status }, { nowMs }) {
    const requests: string[] = [];
    const limits: string[] = [];
    for (const name of Object.keys(status?.hard ?? {}).sort(compareBytes)) {
      const text = `${name}: ${quantityText(status?.used?.[name])}/${quantityText(status?.hard?.[name])}`;
      (name.startsWith("limits.") ? limits : requests).push(text);
    }
    return [
      metadata?.name ?? "",
      requests.join(", "),
      limits.join(", "),
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
  },
};

export const podDisruptionBudgetPrinter: TablePrinter<k8s.PodDisruptionBudget> = {
  columns: columns("Name,Min Available,Max Unavailable,Allowed Disruptions,Age"),
  row: ({ metadata, spec, status }, { nowMs }) => [
    metadata?.name ?? "",
    String(spec?.minAvailable ?? "N/A"),
    String(spec?.maxUnavailable ?? "N/A"),
    status?.disruptionsAllowed ?? 0,
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

function subjects(list: readonly k8s.Subject[] | undefined): string[] {
  const of = (kind: string, text: (s: k8s.Subject) => string): string =>
    (list ?? [])
      .filter((s) => s.kind === kind)
      .map(text)
      .join(", ");
  return [
    of("User", (s) => s.name),
    of("Group", (s) => s.name),
    of("ServiceAccount", (s) => (s.namespace ? `${s.namespace}/${s.name}` : s.name)),
  ];
}

export const roleBindingPrinter: TablePrinter<k8s.RoleBinding | k8s.ClusterRoleBinding> = {
  columns: columns("Name,Role,Age,(Users),(Groups),(ServiceAccounts)"),
  row({ metadata, roleRef, subjects: list }, { nowMs, wide }) {
    const cells = [
      metadata?.name ?? "",
      `${roleRef.kind}/${roleRef.name}`,
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
    return wide ? [...cells, ...subjects(list)] : cells;
  },
};

/** Kinds without a printer of their own: name and creation time (the API server's default table). */
export const defaultPrinter: TablePrinter = {
  columns: columns("Name,Created At"),
  row: ({ metadata }) => [metadata?.name ?? "", metadata?.creationTimestamp ?? "<unknown>"],
};
