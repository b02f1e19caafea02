/** Services: `validateService` and the ranges of the allocators. */
import type { Service } from "../types.ts";
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidPortNum } from "./content.ts";
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  invalidEach,
  notSupported,
  required,
} from "./field-error.ts";
import { validatePortNumOrName } from "./handlers.ts";
import { nameRule, validateLabels, validateObjectMeta, validateObjectMetaUpdate } from "./metadata.ts";
import { validateIP } from "./pod-spec.ts";

type Spec = NonNullable<Service["spec"]>;
type Port = NonNullable<Spec["ports"]>[number];

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const FIRST_NODE_PORT = 30000;
const LAST_NODE_PORT = 32767;
const LONGEST_AFFINITY = 86400;

const isHeadless = (spec: Spec): boolean => spec.clusterIP === "None" || spec.clusterIPs?.[0] === "None";

function validatePort(port: Port, several: boolean, names: Set<string>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (several && !port.name) errors.push(required(`${path}.name`));
  else if (port.name) {
    errors.push(...invalidEach(`${path}.name`, port.name, isDNS1123Label(port.name)));
    if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
    names.add(port.name);
  }
  errors.push(...invalidEach(`${path}.port`, port.port ?? 0, isValidPortNum(port.port ?? 0)));
  if (!port.protocol) errors.push(required(`${path}.protocol`));
  else if (!PROTOCOLS.includes(port.protocol))
    errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  errors.push(...validatePortNumOrName(port.targetPort, `${path}.targetPort`));
  if (port.appProtocol !== undefined)
    errors.push(...invalidEach(`${path}.appProtocol`, port.appProtocol, isQualifiedName(port.appProtocol)));
  return errors;
}

function validateByType(spec: Spec): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec.type === "LoadBalancer" || spec.type === "NodePort") && isHeadless(spec)) {
    errors.push(invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type !== "ExternalName") return errors;
  for (const field of ["clusterIPs", "ipFamilies"] as const) {
    if ((spec[field] ?? []).length > 0)
      errors.push(forbidden(`spec.${field}`, "may not be set for ExternalName services"));
  }
  if (spec.ipFamilyPolicy !== undefined)
    errors.push(forbidden("spec.ipFamilyPolicy", "may not be set for ExternalName services"));
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") errors.push(required("spec.externalName"));
  else errors.push(...invalidEach("spec.externalName", name, isDNS1123Subdomain(name)));
  return errors;
}

function validateAffinity(spec: Spec): FieldError[] {
  const affinity = spec.sessionAffinity ?? "";
  if (affinity !== "ClientIP" && affinity !== "None")
    return [notSupported("spec.sessionAffinity", affinity, ["ClientIP", "None"])];
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (affinity !== "ClientIP" || seconds === undefined || (seconds > 0 && seconds <= LONGEST_AFFINITY))
    return [];
  const path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds";
  return [invalid(path, seconds, `must be greater than 0 and less than ${LONGEST_AFFINITY}`)];
}

function validatePortClashes(ports: readonly Port[], isClusterIP: boolean): FieldError[] {
  const errors: FieldError[] = [];
  const nodePorts = new Set<string>();
  const taken = new Set<string>();
  ports.forEach((port, i) => {
    if (isClusterIP && port.nodePort)
      errors.push(forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
  });
  ports.forEach((port, i) => {
    if (!port.nodePort) return;
    const key = `${port.protocol}/${port.nodePort}`;
    if (nodePorts.has(key)) errors.push(duplicate(`spec.ports[${i}].nodePort`, port.nodePort));
    nodePorts.add(key);
  });
  ports.forEach((port, i) => {
    const key = `${port.protocol}/${port.port}`;
    if (taken.has(key)) {
      const shown = {
        Name: "",
        Protocol: port.protocol ?? "",
        AppProtocol: null,
        Port: port.port ?? 0,
        TargetPort: 0,
        NodePort: 0,
      };
      errors.push(duplicate(`spec.ports[${i}]`, shown));
    }
    taken.add(key);
  });
  return errors;
}

function validateTraffic(spec: Spec): FieldError[] {
  const errors: FieldError[] = [];
  const isPublic =
    spec.type === "LoadBalancer" ||
    spec.type === "NodePort" ||
    (spec.type === "ClusterIP" && (spec.externalIPs ?? []).length > 0);
  const policy = spec.externalTrafficPolicy ?? "";
  const path = "spec.externalTrafficPolicy";
  if (!isPublic) {
    if (policy !== "")
      errors.push(invalid(path, policy, "may only be set for externally-accessible services"));
  } else if (policy === "") errors.push(required(path));
  else if (policy !== "Cluster" && policy !== "Local")
    errors.push(notSupported(path, policy, ["Cluster", "Local"]));
  const inner = spec.internalTrafficPolicy;
  if (inner !== undefined && inner !== "Cluster" && inner !== "Local")
    errors.push(notSupported("spec.internalTrafficPolicy", inner, ["Cluster", "Local"]));
  const distribution = spec.trafficDistribution;
  const known = ["PreferClose", "PreferSameZone", "PreferSameNode"];
  if (distribution !== undefined && !known.includes(distribution))
    errors.push(notSupported("spec.trafficDistribution", distribution, known));
  return errors;
}

function validateNodePortRange(ports: readonly Port[]): FieldError[] {
  return ports.flatMap(({ nodePort }, i) => {
    if (!nodePort || (nodePort >= FIRST_NODE_PORT && nodePort <= LAST_NODE_PORT)) return [];
    const detail = `provided port is not in the valid range. The range of valid ports is ${FIRST_NODE_PORT}-${LAST_NODE_PORT}`;
    return [invalid(`spec.ports[${i}].nodePort`, nodePort, detail)];
  });
}

function validateSpec(service: Service): FieldError[] {
  const spec = service.spec ?? {};
  const ports = spec.ports ?? [];
  const errors: FieldError[] = [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== "ExternalName")
    errors.push(required("spec.ports"));
  errors.push(...validateByType(spec));
  const names = new Set<string>();
  ports.forEach((port, i) => {
    errors.push(...validatePort(port, ports.length > 1, names, `spec.ports[${i}]`));
  });
  errors.push(...validateLabels(spec.selector, "spec.selector"), ...validateAffinity(spec));
  (spec.clusterIPs ?? []).forEach((ip, i) => {
    if (ip !== "None" && ip !== "") errors.push(...validateIP(ip, `spec.clusterIPs[${i}]`));
  });
  (spec.externalIPs ?? []).forEach((ip, i) => {
    errors.push(...validateIP(ip, `spec.externalIPs[${i}]`));
  });
  const type = spec.type ?? "";
  if (!TYPES.includes(type))
    errors.push(type === "" ? required("spec.type") : notSupported("spec.type", type, TYPES));
  errors.push(...validatePortClashes(ports, type === "ClusterIP"));
  if (spec.allocateLoadBalancerNodePorts !== undefined && type !== "LoadBalancer") {
    errors.push(
      forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'"),
    );
  }
  errors.push(...validateTraffic(spec));
  return errors.length > 0 ? errors : validateNodePortRange(ports);
}

export const validateService = (service: Service): FieldError[] => [
  ...validateObjectMeta(service.metadata, true, nameRule(isDNS1123Label)),
  ...validateSpec(service),
];

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors = validateObjectMetaUpdate(service.metadata, old.metadata);
  const before = old.spec?.clusterIPs?.[0] ?? "";
  const now = service.spec?.clusterIPs?.[0] ?? "";
  const external = service.spec?.type === "ExternalName" || old.spec?.type === "ExternalName";
  if (!external && before !== "" && now !== before) {
    errors.push(invalid("spec.clusterIPs[0]", service.spec?.clusterIPs ?? null, "may not change once set"));
  }
  return [...errors, ...validateSpec(service)];
}
