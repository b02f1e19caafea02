import { makeEnvironmentVariables } from "../../../kubelet/env/environment.ts";
import { expand, mappingFor } from "../../../kubelet/env/expand.ts";
import {
  extractFieldPathAsString,
  formatMap,
  splitMaybeSubscriptedPath,
} from "../../../kubelet/env/field-path.ts";
import type { Adapter } from "../adapter.ts";
import { matches } from "../compare.ts";

export const envExpansion: Adapter = ({ text, variables }) => ({
  text: expand(text, mappingFor(...variables)),
});

const VOLUMES = "/volumes";

const lookup =
  (kind: string, objects: any, make: (data: any) => any) =>
  (name: string): any =>
    objects?.[name]
      ? { ok: true, value: make(objects[name]) }
      : { ok: false, error: `${kind} "${name}" not found` };

const encoded = (data: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );

function env(given: any): unknown {
  const result = makeEnvironmentVariables(given.pod, given.container, {
    servicesSynced: given.servicesSynced,
    services: (given.services ?? []).map(({ name, namespace, clusterIP, ports }: any) => ({
      metadata: { name, namespace },
      spec: { clusterIP, ports },
    })),
    configMap: lookup("configmap", given.configMaps, (data) => ({ data })),
    secret: lookup("secret", given.secrets, (data) => ({ data: encoded(data) })),
    nodeAllocatable: given.nodeAllocatable ?? {},
    podIps: given.podIPs ?? [],
    hostIps: given.hostIPs ?? [],
    volumePath: (name) => (given.volumeFiles?.[name] ? `${VOLUMES}/${name}` : undefined),
    readFile: (path) => {
      const [name = "", ...rest] = path.slice(VOLUMES.length + 1).split("/");
      return given.volumeFiles?.[name]?.[rest.join("/")];
    },
  });
  if (!result.ok) return { error: true, message: result.error };
  return { error: false, env: result.env.map(([name, value]) => ({ name, value })) };
}

export const downwardEnv: Adapter = {
  run: (given) => {
    switch (given.op) {
      case "env":
        return env(given);
      case "fieldPath": {
        const result = extractFieldPathAsString(given.object, given.fieldPath);
        return result.ok ? { error: false, value: result.value } : { error: true, message: result.error };
      }
      case "split": {
        const { path, subscript } = splitMaybeSubscriptedPath(given.fieldPath);
        return { subscripted: subscript !== undefined, path, subscript };
      }
      case "formatMap":
        return { text: formatMap(given.map) };
      default:
        throw new Error(`unknown op ${given.op}`);
    }
  },
  compare: ({ messageContains, ...expect }, actual) =>
    matches(expect, actual, ["env"]) &&
    (messageContains === undefined || String(actual.message ?? "").includes(messageContains)),
};
