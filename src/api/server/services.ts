/** Cluster addresses of services (pkg/registry/core/service/ipallocator), from 10.96.0.0/16. */
import type { ApiObject, Service } from "../types.ts";
import type { Store } from "./store.ts";

/** Gives a service the next free cluster address, unless it is headless, external, or has one. */
export function allocateServiceIp(store: Store, object: ApiObject): ApiObject {
  const service = object as Service;
  const spec = service.spec;
  if (!spec || spec.type === "ExternalName" || spec.clusterIP) return object;
  const used = new Set(store.list<Service>("Service").map((s) => s.spec?.clusterIP));
  for (let n = 20; n < 65_000; n++) {
    const ip = `10.96.${n >> 8}.${n & 255}`;
    if (!used.has(ip)) return { ...service, spec: { ...spec, clusterIP: ip, clusterIPs: [ip] } } as ApiObject;
  }
  return object;
}
