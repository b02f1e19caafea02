/** Rows of services, endpoints and what else is about the network. */
import type { EndpointSlice, Service } from "../types.ts";
import { compareBytes } from "./go-format.ts";
import { timestampSince } from "./human-duration.ts";
import type * as k8s from "./kinds.ts";
import { formatLabelSelector, formatLabels } from "./labels.ts";
import { quantityText } from "./quantities.ts";
import { columns, type TablePrinter } from "./table.ts";

/** The first three of a list, and how many more there are. */
function firstThree(list: readonly string[], none: string): string {
  const shown = list.slice(0, 3).join(",");
  return list.length > 3 ? `${shown} + ${list.length - 3} more...` : shown || none;
}

const BALANCER_WIDTH = 16;

/** Addresses of a load balancer, sorted, each once; cut to 16 characters unless wide. */
function balancerText(
  ingress: readonly { ip?: string; hostname?: string }[] | undefined,
  wide: boolean,
): string {
  const all = new Set((ingress ?? []).map((i) => i.ip || i.hostname || "").filter((a) => a !== ""));
  const text = [...all].sort(compareBytes).join(",");
  return !wide && text.length > BALANCER_WIDTH ? `${text.slice(0, BALANCER_WIDTH - 3)}...` : text;
}

function externalIp({ spec, status }: Service, wide: boolean): string {
  const own = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case "ClusterIP":
    case "NodePort":
      return own.join(",") || "<none>";
    case "LoadBalancer": {
      const balancer = balancerText(status?.loadBalancer?.ingress, wide);
      return [...(balancer ? [balancer] : []), ...own].join(",") || "<pending>";
    }
    case "ExternalName":
      return spec.externalName ?? "";
    default:
      return "<unknown>";
  }
}

export const servicePrinter: TablePrinter<Service> = {
  columns: columns("Name,Type,Cluster-IP,External-IP,Port(s),Age,(Selector)"),
  row(service, { nowMs, wide }) {
    const { metadata, spec } = service;
    const ports = (spec?.ports ?? []).map(
      (p) => `${p.port ?? 0}${p.nodePort ? `:${p.nodePort}` : ""}/${p.protocol ?? ""}`,
    );
    const cells = [
      metadata?.name ?? "",
      spec?.type ?? "",
      spec?.clusterIPs?.[0] ?? "<none>",
      externalIp(service, wide),
      ports.join(",") || "<none>",
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
    return wide ? [...cells, formatLabels(spec?.selector)] : cells;
  },
};

export const endpointSlicePrinter: TablePrinter<EndpointSlice> = {
  columns: columns("Name,AddressType,Ports,Endpoints,Age"),
  row({ metadata, addressType, ports, endpoints }, { nowMs }) {
    const portTexts = (ports ?? []).map((p) => String(p.port ?? p.name ?? "*"));
    const addresses = (endpoints ?? []).flatMap((e) => e.addresses ?? []);
    return [
      metadata?.name ?? "",
      addressType ?? "",
      firstThree(portTexts, "<unset>"),
      firstThree(addresses, "<unset>"),
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
  },
};

export const endpointsPrinter: TablePrinter<k8s.Endpoints> = {
  columns: columns("Name,Endpoints,Age"),
  row({ metadata, subsets }, { nowMs }) {
    const all = (subsets ?? []).flatMap(({ ports, addresses }) => {
      const ips = (addresses ?? []).map((a) => a.ip);
      if (!ports?.length) return ips;
      return ports.flatMap((p) => ips.map((ip) => `${ip.includes(":") ? `[${ip}]` : ip}:${p.port}`));
    });
    return [
      metadata?.name ?? "",
      firstThree(all, subsets?.length ? "" : "<none>"),
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
  },
};

export const ingressPrinter: TablePrinter<k8s.Ingress> = {
  columns: columns("Name,Class,Hosts,Address,Ports,Age"),
  row({ metadata, spec, status }, { nowMs, wide }) {
    const rules = spec?.rules ?? [];
    const named: string[] = [];
    let more = false;
    for (const { host } of rules) {
      if (named.length === 3) more = true;
      if (!more && host) named.push(host);
    }
    const hosts =
      named.length === 0 ? "*" : `${named.join(",")}${more ? ` + ${rules.length - 3} more...` : ""}`;
    return [
      metadata?.name ?? "",
      spec?.ingressClassName ?? "<none>",
      hosts,
      balancerText(status?.loadBalancer?.ingress, wide),
      spec?.tls?.length ? "80, 443" : "80",
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
  },
};

export const ingressClassPrinter: TablePrinter<k8s.IngressClass> = {
  columns: columns("Name,Controller,Parameters,Age"),
  row({ metadata, spec }, { nowMs }) {
    const p = spec?.parameters;
    const standard = metadata?.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true";
    return [
      `${metadata?.name ?? ""}${standard ? " (default)" : ""}`,
      spec?.controller ?? "",
      p ? `${p.kind}${p.apiGroup ? `.${p.apiGroup}` : ""}/${p.name}` : "<none>",
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
  },
};

export const networkPolicyPrinter: TablePrinter<k8s.NetworkPolicy> = {
  columns: columns("Name,Pod-Selector,Age"),
  row: ({ metadata, spec }, { nowMs }) => [
    metadata?.name ?? "",
    formatLabelSelector(spec?.podSelector ?? {}),
    timestampSince(metadata?.creationTimestamp, nowMs),
  ],
};

type Value = { averageValue?: string; value?: string; averageUtilization?: number } | undefined;

/** `current/target` of one metric of an autoscaler. */
function metricText(spec: k8s.MetricSpec, status: k8s.MetricStatus | undefined): string {
  const plain = (target: Value, current: Value): string => {
    if (target?.averageValue !== undefined) {
      const now = current?.averageValue === undefined ? "<unknown>" : quantityText(current.averageValue);
      return `${now}/${quantityText(target.averageValue)} (avg)`;
    }
    return `${current ? quantityText(current.value) : "<unknown>"}/${quantityText(target?.value)}`;
  };
  const utilisation = (name: string, target: Value, current: Value): string => {
    if (target?.averageValue !== undefined) {
      return `${name}: ${current ? quantityText(current.averageValue) : "<unknown>"}/${quantityText(target.averageValue)}`;
    }
    const now = current?.averageUtilization === undefined ? "<unknown>" : `${current.averageUtilization}%`;
    return `${name}: ${now}/${target?.averageUtilization === undefined ? "<auto>" : `${target.averageUtilization}%`}`;
  };
  switch (spec.type) {
    case "External":
      return plain(spec.external?.target, status?.external?.current);
    case "Object":
      return plain(spec.object?.target, status?.object?.current);
    case "Pods": {
      const now = status?.pods ? quantityText(status.pods.current?.averageValue) : "<unknown>";
      return `${now}/${quantityText(spec.pods?.target?.averageValue)}`;
    }
    case "Resource":
      return utilisation(spec.resource?.name ?? "", spec.resource?.target, status?.resource?.current);
    case "ContainerResource":
      return utilisation(
        spec.containerResource?.name ?? "",
        spec.containerResource?.target,
        status?.containerResource?.current,
      );
    default:
      return "<unknown type>";
  }
}

export const horizontalPodAutoscalerPrinter: TablePrinter<k8s.HorizontalPodAutoscaler> = {
  columns: columns("Name,Reference,Targets,MinPods,MaxPods,Replicas,Age"),
  row({ metadata, spec, status }, { nowMs }) {
    const metrics = (spec?.metrics ?? []).map((m, i) => metricText(m, status?.currentMetrics?.[i]));
    const shown = metrics.slice(0, 2).join(", ");
    return [
      metadata?.name ?? "",
      `${spec?.scaleTargetRef?.kind ?? ""}/${spec?.scaleTargetRef?.name ?? ""}`,
      metrics.length === 0
        ? "<none>"
        : metrics.length > 2
          ? `${shown} + ${metrics.length - 2} more...`
          : shown,
      spec?.minReplicas === undefined || spec.minReplicas === null ? "<unset>" : String(spec.minReplicas),
      spec?.maxReplicas ?? 0,
      status?.currentReplicas ?? 0,
      timestampSince(metadata?.creationTimestamp, nowMs),
    ];
  },
};
