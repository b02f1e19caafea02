/** Descriptions of services and endpoint slices. */
import type { EndpointSlice, Service } from "../../types.ts";
import { formatLabels } from "../labels.ts";
import { writeEvents } from "./events.ts";
import type { DescribeContext } from "./workloads.ts";
import { tabbed, writeAnnotations, writeLabels } from "./writer.ts";

const joinHostPort = (host: string, port: number | undefined): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port ?? 0}`;

/** Ready addresses of the slices' ports of this name: at most three, and how many more. */
function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return "<none>";
  const all: string[] = [];
  for (const { ports, endpoints } of slices) {
    const ready = (endpoints ?? [])
      .filter((e) => e.conditions?.ready !== false)
      .map((e) => e.addresses?.[0] ?? "");
    if (!ports?.length) all.push(...ready);
    for (const p of ports ?? [])
      if ((p.name ?? "") === portName) all.push(...ready.map((a) => joinHostPort(a, p.port)));
  }
  const shown = all.slice(0, 3).join(",");
  return all.length > 3 ? `${shown} + ${all.length - 3} more...` : shown;
}

export function describeService(
  service: Service,
  slices: readonly EndpointSlice[],
  { events, nowMs }: DescribeContext,
): string {
  const { metadata, spec, status } = service;
  return tabbed((w) => {
    const put = (label: string, value: unknown): void => w.write(0, `${label}:\t${value}\n`);
    const optional = (label: string, value: unknown): void => {
      if (value !== undefined && value !== null && value !== "" && value !== 0) put(label, value);
    };
    put("Name", metadata?.name ?? "");
    put("Namespace", metadata?.namespace ?? "");
    writeLabels(w, "Labels", metadata?.labels);
    writeAnnotations(w, "Annotations", metadata?.annotations);
    put("Selector", formatLabels(spec?.selector));
    put("Type", spec?.type ?? "");
    optional("IP Family Policy", spec?.ipFamilyPolicy);
    put("IP Families", spec?.ipFamilies?.join(",") || "<none>");
    put("IP", spec?.clusterIP ?? "");
    put("IPs", spec?.clusterIPs?.join(",") || "<none>");
    optional("External IPs", spec?.externalIPs?.join(","));
    optional("Desired LoadBalancer IP", spec?.loadBalancerIP);
    optional("External Name", spec?.externalName);
    const ingress = (status?.loadBalancer?.ingress ?? []).map((i) =>
      i.ip ? `${i.ip}${i.ipMode ? ` (${i.ipMode})` : ""}` : (i.hostname ?? ""),
    );
    optional("LoadBalancer Ingress", ingress.join(", "));
    for (const port of spec?.ports ?? []) {
      const name = port.name || "<unset>";
      put("Port", `${name}\t${port.port}/${port.protocol ?? ""}`);
      put("TargetPort", `${port.targetPort ?? 0}/${port.protocol ?? ""}`);
      optional("AppProtocol", port.appProtocol);
      if (port.nodePort) put("NodePort", `${name}\t${port.nodePort}/${port.protocol ?? ""}`);
      put("Endpoints", endpointsText(slices, port.name ?? ""));
    }
    put("Session Affinity", spec?.sessionAffinity ?? "");
    optional("External Traffic Policy", spec?.externalTrafficPolicy);
    optional("Internal Traffic Policy", spec?.internalTrafficPolicy);
    optional("HealthCheck NodePort", spec?.healthCheckNodePort);
    optional("LoadBalancer Source Ranges", spec?.loadBalancerSourceRanges?.join(","));
    optional("Traffic Distribution", spec?.trafficDistribution);
    writeEvents(w, events, nowMs);
  });
}

export function describeEndpointSlice(slice: EndpointSlice, { events, nowMs }: DescribeContext): string {
  return tabbed((w) => {
    w.write(0, `Name:\t${slice.metadata?.name ?? ""}\n`);
    w.write(0, `Namespace:\t${slice.metadata?.namespace ?? ""}\n`);
    writeLabels(w, "Labels", slice.metadata?.labels);
    writeAnnotations(w, "Annotations", slice.metadata?.annotations);
    w.write(0, `AddressType:\t${slice.addressType}\n`);
    if (!slice.ports?.length) w.write(0, "Ports: <unset>\n");
    else {
      w.write(0, "Ports:\n");
      w.write(1, "Name\tPort\tProtocol\n");
      w.write(1, "----\t----\t--------\n");
      for (const p of slice.ports)
        w.write(1, `${p.name || "<unset>"}\t${p.port ?? "<unset>"}\t${p.protocol ?? "TCP"}\n`);
    }
    w.write(0, slice.endpoints?.length ? "Endpoints:\n" : "Endpoints: <none>\n");
    for (const e of slice.endpoints ?? []) {
      w.write(1, `- Addresses:\t${(e.addresses ?? []).join(", ") || "<none>"}\n`);
      w.write(2, "Conditions:\n");
      w.write(3, `Ready:\t${e.conditions?.ready ?? "<unset>"}\n`);
      w.write(2, `Hostname:\t${e.hostname ?? "<unset>"}\n`);
      if (e.targetRef) w.write(2, `TargetRef:\t${e.targetRef.kind ?? ""}/${e.targetRef.name ?? ""}\n`);
      w.write(2, `NodeName:\t${e.nodeName ?? "<unset>"}\n`);
      w.write(2, `Zone:\t${e.zone ?? "<unset>"}\n`);
    }
    writeEvents(w, events, nowMs);
  });
}
