/** Addresses and node ports of services (pkg/registry/core/service/ipallocator, portallocator): 10.96.0.0/16, 30000-32767. */
import type { Simulation } from "../../sim/index.ts";
import type { ApiObject, Service } from "../types.ts";
import { type FieldError, invalid } from "../validation/field-error.ts";
import type { Store } from "./store.ts";

const FIRST_NODE_PORT = 30000;
const NODE_PORTS = 2768;
/** The first addresses are kept for those who ask for a certain one. */
const FIRST_DYNAMIC = 256;
const ADDRESSES = 65_536;

type Allocated =
  | { readonly ok: true; readonly object: ApiObject }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const addressOf = (n: number): string => `10.96.${n >> 8}.${n & 255}`;

/** Gives a service what it lacks of address, families and node ports; says what is taken. */
export function allocateService(
  sim: Simulation,
  store: Store,
  object: ApiObject,
  old?: ApiObject,
): Allocated {
  const service = object as Service;
  const { spec } = service;
  if (!spec || spec.type === "ExternalName") return { ok: true, object };
  const before = (old as Service | undefined)?.spec;
  const others = store.list<Service>("Service").filter((s) => s.metadata?.uid !== old?.metadata?.uid || !old);
  const key = `${service.metadata?.namespace}/${service.metadata?.name}`;
  const taken = new Set(others.map((s) => s.spec?.clusterIP));
  let ip = spec.clusterIP || before?.clusterIP || "";
  if (ip === "") ip = nextAddress(sim, key, taken);
  else if (ip !== "None" && ip !== before?.clusterIP && taken.has(ip)) {
    const shown = [ip];
    return {
      ok: false,
      errors: [
        invalid("spec.clusterIPs", shown, `failed to allocate IP ${ip}: provided IP is already allocated`),
      ],
    };
  }
  const ports = allocatePorts(sim, key, spec, before, others);
  if (!ports.ok) return ports;
  const families =
    ip === "None" && !spec.selector
      ? {}
      : { ipFamilies: spec.ipFamilies ?? ["IPv4"], ipFamilyPolicy: spec.ipFamilyPolicy ?? "SingleStack" };
  const next = {
    ...spec,
    clusterIP: ip,
    clusterIPs: [ip],
    ...families,
    ...(ports.ports ? { ports: ports.ports } : {}),
  };
  return { ok: true, object: { ...service, spec: next } as ApiObject };
}

function nextAddress(sim: Simulation, key: string, taken: ReadonlySet<string | undefined>): string {
  const start = Math.floor(sim.draw("cluster-ip", key) * (ADDRESSES - FIRST_DYNAMIC - 1));
  for (let i = 0; i < ADDRESSES - FIRST_DYNAMIC - 1; i++) {
    const ip = addressOf(FIRST_DYNAMIC + ((start + i) % (ADDRESSES - FIRST_DYNAMIC - 1)));
    if (!taken.has(ip)) return ip;
  }
  return "";
}

type Spec = NonNullable<Service["spec"]>;
type Ports =
  | { readonly ok: true; readonly ports: Spec["ports"] }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

function allocatePorts(
  sim: Simulation,
  key: string,
  spec: Spec,
  before: Spec | undefined,
  others: readonly Service[],
): Ports {
  const wants =
    spec.type === "NodePort" ||
    (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
  if (!wants) return { ok: true, ports: spec.ports };
  const taken = new Set(others.flatMap((s) => (s.spec?.ports ?? []).map((p) => p.nodePort)));
  const errors: FieldError[] = [];
  const ports = (spec.ports ?? []).map((port, i) => {
    const kept = before?.ports?.find((p) => p.port === port.port && p.protocol === port.protocol)?.nodePort;
    if (port.nodePort && port.nodePort !== kept && taken.has(port.nodePort)) {
      errors.push(invalid(`spec.ports[${i}].nodePort`, port.nodePort, "provided port is already allocated"));
    }
    const nodePort = port.nodePort || kept || nextPort(sim, key, taken);
    taken.add(nodePort);
    return { ...port, nodePort };
  });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, ports };
}

function nextPort(sim: Simulation, key: string, taken: ReadonlySet<number | undefined>): number {
  const start = Math.floor(sim.draw("node-port", key) * NODE_PORTS);
  for (let i = 0; i < NODE_PORTS; i++) {
    const port = FIRST_NODE_PORT + ((start + i) % NODE_PORTS);
    if (!taken.has(port)) return port;
  }
  return 0;
}
