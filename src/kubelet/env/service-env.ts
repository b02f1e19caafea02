/** Variables that tell a container where services are (pkg/kubelet/envvars, pkg/kubelet/kubelet_pods.go). */
import type { Service } from "../../api/types.ts";

type Vars = Record<string, string>;

const variableName = (name: string): string => name.replaceAll("-", "_").toUpperCase();

/** Services whose variables a pod of that namespace gets: its own namespace's, and always the API server's. */
export function servicesFor(
  services: readonly Service[],
  namespace: string,
  enableServiceLinks: boolean,
): Service[] {
  const chosen = new Map<string, Service>();
  for (const service of services) {
    const ip = service.spec?.clusterIP;
    if (!ip || ip === "None") continue;
    const name = service.metadata?.name ?? "";
    if (service.metadata?.namespace === "default" && name === "kubernetes") {
      if (!chosen.has(name)) chosen.set(name, service);
    } else if (service.metadata?.namespace === namespace && enableServiceLinks) {
      chosen.set(name, service);
    }
  }
  return [...chosen.values()];
}

/** `X_SERVICE_HOST`, `X_SERVICE_PORT[_NAME]` and the older `X_PORT…` variables. */
export function serviceEnv(services: readonly Service[]): Vars {
  const vars: Vars = {};
  for (const { metadata, spec } of services) {
    const prefix = variableName(metadata?.name ?? "");
    const ip = spec?.clusterIP ?? "";
    const host = ip.includes(":") ? `[${ip}]` : ip;
    const ports = spec?.ports ?? [];
    vars[`${prefix}_SERVICE_HOST`] = ip;
    ports.forEach(({ name, port, protocol: given }, i) => {
      const protocol = given || "TCP";
      const address = `${protocol.toLowerCase()}://${host}:${port}`;
      if (i === 0) {
        vars[`${prefix}_SERVICE_PORT`] = String(port);
        vars[`${prefix}_PORT`] = address;
      }
      if (name) vars[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(port);
      const own = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
      vars[own] = address;
      vars[`${own}_PROTO`] = protocol.toLowerCase();
      vars[`${own}_PORT`] = String(port);
      vars[`${own}_ADDR`] = ip;
    });
  }
  return vars;
}
