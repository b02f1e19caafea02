/** Containers of a pod or a template as describe shows them (kubectl/pkg/describe: describeContainers). */

import { quantity, quantityMilliValue, quantitySign, quantityValue } from "../../quantity.ts";
import type {
  Container,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Pod,
  Probe,
  ResourceRequirements,
} from "../../types.ts";
import { compareBytes } from "../go-format.ts";
import { rfc1123z } from "../human-duration.ts";
import { ceilDiv, quantityText } from "../quantities.ts";
import type { DescribeWriter } from "./writer.ts";

/** What a container's environment is resolved against; null for templates. */
type Resolve = ((e: EnvVar) => string) | null;

const title = (value: boolean): string => (value ? "True" : "False");

export function describeContainers(
  label: string,
  containers: readonly Container[] | undefined,
  statuses: readonly ContainerStatus[] | undefined,
  resolve: Resolve,
  w: DescribeWriter,
  space: string,
): void {
  w.write(0, `${space}${label}:${containers?.length ? "" : " <none>"}\n`);
  for (const container of containers ?? []) {
    const status = statuses?.findLast((s) => s.name === container.name);
    basicInfo(container, status, w, space);
    textLines("Command", container.command, w);
    textLines("Args", container.args, w);
    if (status) {
      describeState("State", status.state, w);
      if (status.lastState?.terminated) describeState("Last State", status.lastState, w);
      w.write(2, `Ready:\t${title(status.ready)}\n`);
      w.write(2, `Restart Count:\t${status.restartCount ?? 0}\n`);
    }
    describeResources(container.resources, w, 2);
    if (container.livenessProbe) w.write(2, `Liveness:\t${probeText(container.livenessProbe)}\n`);
    if (container.readinessProbe) w.write(2, `Readiness:\t${probeText(container.readinessProbe)}\n`);
    if (container.startupProbe) w.write(2, `Startup:\t${probeText(container.startupProbe)}\n`);
    describeEnvFrom(container, w);
    describeEnv(container, resolve, w);
    describeMounts(container, w);
  }
}

function basicInfo(
  c: Container,
  status: ContainerStatus | undefined,
  w: DescribeWriter,
  space: string,
): void {
  w.write(1, `${space ? " " : ""}${c.name}:\n`);
  if (status) w.write(2, `Container ID:\t${status.containerID ?? ""}\n`);
  w.write(2, `Image:\t${c.image ?? ""}\n`);
  if (status) w.write(2, `Image ID:\t${status.imageID ?? ""}\n`);
  const ports = (number: (p: NonNullable<Container["ports"]>[number]) => number): string =>
    (c.ports ?? []).map((p) => `${number(p)}/${p.protocol ?? ""}${p.name ? ` (${p.name})` : ""}`).join(", ");
  const own = ports((p) => p.containerPort);
  w.write(2, own.includes(",") ? `Ports:\t${own}\n` : `Port:\t${own || "<none>"}\n`);
  const host = ports((p) => p.hostPort ?? 0);
  w.write(2, host.includes(",") ? `Host Ports:\t${host}\n` : `Host Port:\t${host || "<none>"}\n`);
  const seccomp = c.securityContext?.seccompProfile;
  if (seccomp) w.write(2, `SeccompProfile:\t${seccomp.type}\n`);
  if (seccomp?.type === "Localhost") w.write(3, `LocalhostProfile:\t${seccomp.localhostProfile ?? ""}\n`);
}

function textLines(label: string, items: readonly string[] | undefined, w: DescribeWriter): void {
  if (!items?.length) return;
  w.write(2, `${label}:\n`);
  for (const item of items) for (const part of item.split("\n")) w.write(3, `${part}\n`);
}

/** Limits and requests, each sorted by name. */
export function describeResources(
  resources: ResourceRequirements | undefined,
  w: DescribeWriter,
  level: number,
): void {
  for (const [label, list] of [
    ["Limits", resources?.limits] as const,
    ["Requests", resources?.requests] as const,
  ]) {
    const names = Object.keys(list ?? {}).sort(compareBytes);
    if (names.length > 0) w.write(level, `${label}:\n`);
    for (const name of names) w.write(level + 1, `${name}:\t${quantityText(list?.[name])}\n`);
  }
}

function describeState(label: string, state: ContainerState | undefined, w: DescribeWriter): void {
  if (state?.running) {
    w.write(2, `${label}:\tRunning\n`);
    w.write(3, `Started:\t${rfc1123z(state.running.startedAt)}\n`);
  } else if (state?.waiting || !state?.terminated) {
    w.write(2, `${label}:\tWaiting\n`);
    if (state?.waiting?.reason) w.write(3, `Reason:\t${state.waiting.reason}\n`);
  } else {
    const t = state.terminated;
    w.write(2, `${label}:\tTerminated\n`);
    if (t.reason) w.write(3, `Reason:\t${t.reason}\n`);
    if (t.message) w.write(3, `Message:\t${t.message}\n`);
    w.write(3, `Exit Code:\t${t.exitCode ?? 0}\n`);
    if ((t.signal ?? 0) > 0) w.write(3, `Signal:\t${t.signal}\n`);
    w.write(3, `Started:\t${rfc1123z(t.startedAt)}\n`);
    w.write(3, `Finished:\t${rfc1123z(t.finishedAt)}\n`);
  }
}

/** Path of a URL with what is not allowed there escaped (net/url). */
const escapePath = (path: string): string =>
  path === "*"
    ? path
    : encodeURI(path).replace(/[!'()*?#[\]]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** `http-get http://:80/healthz delay=0s timeout=1s period=10s #success=1 #failure=3` (DescribeProbe). */
function probeText(p: Probe): string {
  const attributes = `delay=${p.initialDelaySeconds ?? 0}s timeout=${p.timeoutSeconds ?? 0}s period=${p.periodSeconds ?? 0}s #success=${p.successThreshold ?? 0} #failure=${p.failureThreshold ?? 0}`;
  if (p.exec) return `exec [${(p.exec.command ?? []).join(" ")}] ${attributes}`;
  if (p.httpGet) {
    const { scheme = "", host = "", port, path = "" } = p.httpGet;
    const authority = `${host.includes(":") ? `[${host}]` : host}:${port ?? 0}`;
    const slash = path !== "" && !path.startsWith("/") ? "/" : "";
    return `http-get ${scheme ? `${scheme.toLowerCase()}:` : ""}//${authority}${slash}${escapePath(path)} ${attributes}`;
  }
  if (p.tcpSocket) return `tcp-socket ${p.tcpSocket.host ?? ""}:${p.tcpSocket.port ?? 0} ${attributes}`;
  if (p.grpc) return `grpc <pod>:${p.grpc.port} ${p.grpc.service ?? ""} ${attributes}`;
  return `unknown ${attributes}`;
}

function describeEnvFrom(container: Container, w: DescribeWriter): void {
  if (!container.envFrom?.length) return;
  w.write(2, "Environment Variables from:\n");
  for (const e of container.envFrom) {
    const source = e.configMapRef ?? e.secretRef;
    const kind = e.configMapRef ? "ConfigMap" : e.secretRef ? "Secret" : "";
    const prefix = e.prefix ? ` with prefix '${e.prefix}'` : "";
    w.write(3, `${source?.name ?? ""}\t${kind}${prefix}\tOptional: ${source?.optional ?? false}\n`);
  }
}

function describeEnv(container: Container, resolve: Resolve, w: DescribeWriter): void {
  w.write(2, `Environment:${container.env?.length ? "" : "\t<none>"}\n`);
  for (const e of container.env ?? []) {
    const from = e.valueFrom;
    if (!from) {
      (e.value ?? "").split("\n").forEach((part, i) => {
        w.write(3, i === 0 ? `${e.name}:\t${part}\n` : `\t${part}\n`);
      });
    } else if (from.fieldRef) {
      w.write(
        3,
        `${e.name}:\t${resolve ? resolve(e) : ""} (${from.fieldRef.apiVersion ?? ""}:${from.fieldRef.fieldPath})\n`,
      );
    } else if (from.resourceFieldRef) {
      const resource = from.resourceFieldRef.resource;
      const value = resourceValue(container, resource, from.resourceFieldRef.divisor);
      const shown =
        value === "0" && (resource === "limits.cpu" || resource === "limits.memory")
          ? "node allocatable"
          : value;
      w.write(3, `${e.name}:\t${shown} (${resource})\n`);
    } else if (from.secretKeyRef) {
      const { key, name = "", optional = false } = from.secretKeyRef;
      w.write(3, `${e.name}:\t<set to the key '${key}' in secret '${name}'>\tOptional: ${optional}\n`);
    } else if (from.configMapKeyRef) {
      const { key, name = "", optional = false } = from.configMapKeyRef;
      w.write(3, `${e.name}:\t<set to the key '${key}' of config map '${name}'>\tOptional: ${optional}\n`);
    }
  }
}

/** Value of a resourceFieldRef in units of its divisor, rounded up; empty for a resource it cannot name. */
function resourceValue(container: Container, resource: string, divisor: string | undefined): string {
  const match = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.*)$/.exec(resource);
  if (!match) return "";
  const list = match[1] === "limits" ? container.resources?.limits : container.resources?.requests;
  const value = quantity(list?.[match[2] ?? ""] ?? "0");
  const given = quantity(divisor ?? "0");
  const by = quantitySign(given) === 0 ? quantity("1") : given;
  const size = match[2] === "cpu" ? quantityMilliValue : quantityValue;
  return String(ceilDiv(size(value), size(by)));
}

function describeMounts(container: Container, w: DescribeWriter): void {
  const none = container.volumeMounts?.length ? "" : "\t<none>";
  w.write(2, `Mounts:${none}\n`);
  for (const m of [...(container.volumeMounts ?? [])].sort((a, b) =>
    compareBytes(a.mountPath, b.mountPath),
  )) {
    const flags = [m.readOnly ? "ro" : "rw", ...(m.subPath ? [`path=${JSON.stringify(m.subPath)}`] : [])];
    w.write(3, `${m.mountPath} from ${m.name} (${flags.join(",")})\n`);
  }
  if (!container.volumeDevices?.length) return;
  w.write(2, `Devices:${none}\n`);
  for (const d of [...container.volumeDevices].sort((a, b) => compareBytes(a.devicePath, b.devicePath))) {
    w.write(3, `${d.devicePath} from ${d.name}\n`);
  }
}

/** Value of a fieldRef where describe knows it: the pod's own metadata (kubectl/pkg/util/fieldpath). */
export function metadataField(pod: Pod, path: string): string {
  const meta = pod.metadata;
  const subscript = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/.exec(path);
  if (subscript)
    return (
      (subscript[1] === "metadata.labels" ? meta?.labels : meta?.annotations)?.[subscript[2] ?? ""] ?? ""
    );
  const map = (entries: { [key: string]: string } | undefined): string =>
    Object.keys(entries ?? {})
      .sort(compareBytes)
      .map((k) => `${k}=${JSON.stringify(entries?.[k])}`)
      .join("\n");
  switch (path) {
    case "metadata.name":
      return meta?.name ?? "";
    case "metadata.namespace":
      return meta?.namespace ?? "";
    case "metadata.uid":
      return meta?.uid ?? "";
    case "metadata.labels":
      return map(meta?.labels);
    case "metadata.annotations":
      return map(meta?.annotations);
    default:
      return "";
  }
}
