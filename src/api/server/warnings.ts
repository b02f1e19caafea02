/** What the server warns of when a pod is created: `pkg/api/pod/warnings.go`, as far as people meet it. */
import { isWhole, quantity } from "../quantity.ts";
import type { Pod, PodSpec } from "../types.ts";
import { containersWithPath } from "../validation/containers.ts";
import { isDNS1123Label } from "../validation/content.ts";

const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region":
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone":
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type":
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

function specWarnings(spec: PodSpec, path: string): string[] {
  const out: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {}).sort()) {
    if (DEPRECATED_LABELS[key]) out.push(`${path}.nodeSelector[${key}]: ${DEPRECATED_LABELS[key]}`);
  }
  const ports = new Map<string, string>();
  for (const [container, at] of containersWithPath(spec, path)) {
    const seen = new Map<string, number>();
    (container.env ?? []).forEach((env, i) => {
      if (seen.has(env.name))
        out.push(
          `${at}.env[${i}]: hides previous definition of ${JSON.stringify(env.name)}, which may be dropped when using apply`,
        );
      seen.set(env.name, i);
    });
    for (const field of ["limits", "requests"] as const) {
      for (const [name, value] of Object.entries(container.resources?.[field] ?? {}).sort()) {
        if ((name === "memory" || name === "ephemeral-storage") && !isWhole(quantity(value))) {
          out.push(
            `${at}.resources.${field}[${name}]: fractional byte value ${JSON.stringify(value)} is invalid, must be an integer`,
          );
        }
      }
    }
    (container.ports ?? []).forEach((port, i) => {
      const key = `${port.protocol}/${port.containerPort}/${port.hostIP ?? ""}/${port.hostPort ?? ""}`;
      const before = ports.get(key);
      const here = `${at}.ports[${i}]`;
      if (before) out.push(`${here}: duplicate port definition with ${before}`);
      else ports.set(key, here);
    });
  }
  return out;
}

export function podWarnings(pod: Pod): string[] {
  const messages = isDNS1123Label(pod.metadata?.name ?? "");
  const name =
    messages.length > 0
      ? [
          `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${messages.join(" ")}]`,
        ]
      : [];
  return [...name, ...(pod.spec ? specWarnings(pod.spec, "spec") : [])];
}
