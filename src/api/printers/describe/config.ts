/** Descriptions of config maps, secrets, service accounts, namespaces, quotas and limit ranges. */
import type { ConfigMap, Namespace, Secret, ServiceAccount } from "../../types.ts";
import { compareBytes } from "../go-format.ts";
import { rfc1123z } from "../human-duration.ts";
import type { LimitRange, ResourceQuota } from "../kinds.ts";
import { quantityText } from "../quantities.ts";
import { writeEvents } from "./events.ts";
import type { DescribeContext } from "./workloads.ts";
import { type DescribeWriter, tabbed, writeAnnotations, writeLabels } from "./writer.ts";

type Named = {
  metadata?: {
    name?: string;
    namespace?: string;
    labels?: { [k: string]: string };
    annotations?: { [k: string]: string };
  };
};

function head(w: DescribeWriter, { metadata }: Named, namespaced = true): void {
  w.write(0, `Name:\t${metadata?.name ?? ""}\n`);
  if (namespaced) w.write(0, `Namespace:\t${metadata?.namespace ?? ""}\n`);
  writeLabels(w, "Labels", metadata?.labels);
  writeAnnotations(w, "Annotations", metadata?.annotations);
}

const sorted = (map: object | undefined): string[] => Object.keys(map ?? {}).sort(compareBytes);

/** Number of bytes that base64 text stands for. */
const decodedSize = (data: string): number => Math.floor((data.replace(/=+$/, "").length * 3) / 4);

export function describeConfigMap(map: ConfigMap, { events, nowMs }: DescribeContext): string {
  return tabbed((w) => {
    head(w, map);
    w.write(0, "\nData\n====\n");
    for (const key of sorted(map.data)) w.write(0, `${key}:\n----\n${map.data?.[key] ?? ""}\n\n`);
    w.write(0, "\nBinaryData\n====\n");
    for (const key of sorted(map.binaryData))
      w.write(0, `${key}: ${decodedSize(map.binaryData?.[key] ?? "")} bytes\n`);
    w.write(0, "\n");
    writeEvents(w, events, nowMs);
  });
}

/** `token`: the decoded token of a service account's secret, which alone is shown. */
export function describeSecret(secret: Secret, token: (data: string) => string): string {
  return tabbed((w) => {
    head(w, secret);
    w.write(0, `\nType:\t${secret.type ?? ""}\n`);
    w.write(0, "\nData\n====\n");
    for (const key of sorted(secret.data)) {
      const data = secret.data?.[key] ?? "";
      const shown =
        key === "token" && secret.type === "kubernetes.io/service-account-token"
          ? token(data)
          : `${decodedSize(data)} bytes`;
      w.write(0, `${key}:\t${shown}\n`);
    }
  });
}

export function describeServiceAccount(account: ServiceAccount, { events, nowMs }: DescribeContext): string {
  return tabbed((w) => {
    head(w, account);
    const secrets = account.imagePullSecrets ?? [];
    if (secrets.length === 0) w.write(0, "Image pull secrets:\t<none>\n");
    secrets.forEach((s, i) => {
      w.write(0, `${i === 0 ? "Image pull secrets:" : " ".repeat(19)}\t${s.name ?? ""}\n`);
    });
    writeEvents(w, events, nowMs);
  });
}

export function describeNamespace(
  ns: Namespace,
  quotas: readonly ResourceQuota[],
  limits: readonly LimitRange[],
): string {
  return tabbed((w) => {
    head(w, ns, false);
    w.write(0, `Status:\t${ns.status?.phase ?? ""}\n`);
    if (ns.status?.conditions?.length) {
      w.write(0, "Conditions:\n");
      w.write(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage\n");
      w.write(1, "----\t------\t------------------\t------\t-------\n");
      for (const c of ns.status.conditions) {
        w.write(
          1,
          `${c.type}\t${c.status}\t${rfc1123z(c.lastTransitionTime)}\t${c.reason ?? ""}\t${c.message ?? ""}\n`,
        );
      }
    }
    w.write(0, "\n");
    if (quotas.length === 0) w.write(0, "No resource quota.\n");
    else w.write(0, "Resource Quotas\n");
    for (const q of [...quotas].sort((a, b) => compareBytes(a.metadata?.name ?? "", b.metadata?.name ?? "")))
      quotaRows(q, w);
    w.write(0, "\n");
    if (limits.length === 0) w.write(0, "No LimitRange resource.\n");
    else {
      w.write(0, `Resource Limits\n Type\t${LIMIT_HEAD}\n`);
      w.write(0, ` ----\t${LIMIT_RULE}\n`);
    }
    for (const l of limits) limitRows(l, " ", w);
  });
}

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
  NotTerminating:
    "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
  BestEffort:
    "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
  NotBestEffort:
    "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
};

function scopeLines(quota: ResourceQuota, level: number, bullet: string, w: DescribeWriter): void {
  const scopes = [...(quota.spec?.scopes ?? [])].sort(compareBytes);
  if (scopes.length === 0) return;
  w.write(level, `Scopes:\t${scopes.join(", ")}\n`);
  for (const scope of scopes) if (SCOPES[scope]) w.write(level, `${bullet}* ${SCOPES[scope]}\n`);
}

const usage = (quota: ResourceQuota, name: string): string =>
  `${name}\t${quantityText(quota.status?.used?.[name])}\t${quantityText(quota.status?.hard?.[name])}\n`;

function quotaRows(quota: ResourceQuota, w: DescribeWriter): void {
  w.write(1, `Name:\t${quota.metadata?.name ?? ""}\n`);
  scopeLines(quota, 1, "", w);
  w.write(1, "Resource\tUsed\tHard\n");
  w.write(1, "--------\t---\t---\n");
  for (const name of sorted(quota.status?.hard)) w.write(1, usage(quota, name));
}

export function describeResourceQuota(quota: ResourceQuota): string {
  return tabbed((w) => {
    w.write(0, `Name:\t${quota.metadata?.name ?? ""}\n`);
    w.write(0, `Namespace:\t${quota.metadata?.namespace ?? ""}\n`);
    scopeLines(quota, 0, " ", w);
    w.write(0, "Resource\tUsed\tHard\n");
    w.write(0, "--------\t----\t----\n");
    for (const name of sorted(quota.status?.hard)) w.write(0, usage(quota, name));
  });
}

const LIMIT_HEAD = "Resource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio";
const LIMIT_RULE = "--------\t---\t---\t---------------\t-------------\t-----------------------";

function limitRows({ spec }: LimitRange, prefix: string, w: DescribeWriter): void {
  for (const item of spec?.limits ?? []) {
    const lists = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio];
    const names = [...new Set(lists.flatMap((l) => Object.keys(l ?? {})))].sort(compareBytes);
    for (const name of names) {
      const cells = lists.map((l) => (l?.[name] === undefined ? "-" : quantityText(l[name])));
      w.write(0, `${prefix}${item.type}\t${name}\t${cells.join("\t")}\n`);
    }
  }
}

export function describeLimitRange(range: LimitRange): string {
  return tabbed((w) => {
    w.write(0, `Name:\t${range.metadata?.name ?? ""}\n`);
    w.write(0, `Namespace:\t${range.metadata?.namespace ?? ""}\n`);
    w.write(0, `Type\t${LIMIT_HEAD}\n`);
    w.write(0, `----\t${LIMIT_RULE}\n`);
    limitRows(range, "", w);
  });
}
