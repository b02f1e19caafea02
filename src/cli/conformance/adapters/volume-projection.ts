import {
  configMapPayload,
  errorsText,
  type PayloadResult,
  projectedPayload,
  secretPayload,
  validatePath,
} from "../../../kubelet/volume-manager/payload.ts";
import type { Adapter } from "../adapter.ts";
import { matches } from "../compare.ts";

const mode = (octal: string | undefined | null): number | undefined =>
  octal === undefined || octal === null ? undefined : Number.parseInt(octal, 8);
const octal = (bits: number): string => bits.toString(8).padStart(4, "0");
const encoded = (data: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );

/** Modes are written in octal text in the vectors, as numbers in the API. */
function withModes(value: any): any {
  if (Array.isArray(value)) return value.map(withModes);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, v]) => [
      key,
      key === "mode" || key === "defaultMode" ? mode(v as string) : withModes(v),
    ]),
  );
}

function answer(result: PayloadResult): unknown {
  if (!result.ok) return { error: errorsText(result.errors) };
  const payload = Object.entries(result.payload).map(([path, { mode: bits, ...file }]) => [
    path,
    { ...file, mode: octal(bits) },
  ]);
  return { error: null, payload: Object.fromEntries(payload) };
}

function projected(given: any): unknown {
  const { pod, fsUser, fsGroup } = given;
  const lookup =
    (kind: string, objects: any, make: (object: any) => any) =>
    (name: string): any =>
      objects?.[name]
        ? { ok: true, value: make(objects[name]) }
        : { ok: false, error: `${kind} "${name}" not found` };
  return answer(
    projectedPayload(withModes(given.projected), pod, {
      configMap: lookup("configmap", given.configMaps, (object) => object),
      secret: lookup("secret", given.secrets, (data) => ({ data: encoded(data) })),
      token: ({ serviceAccount, expirationSeconds, audience = "https://api" }) => ({
        ok: true,
        value: `${pod.metadata.namespace}:${serviceAccount}:${expirationSeconds}:[${audience}]`,
      }),
      nodeAllocatable: given.nodeAllocatable ?? {},
      ...(fsUser === undefined ? {} : { fsUser }),
      ...(fsGroup === undefined ? {} : { fsGroup }),
    }),
  );
}

export const volumeProjection: Adapter = {
  run: (given) => {
    const items = withModes(given.items ?? []);
    switch (given.op) {
      case "configmap":
        return answer(configMapPayload(given.object, items, mode(given.defaultMode), given.optional));
      case "secret":
        return answer(
          secretPayload(
            { ...given.object, data: encoded(given.object.data) },
            items,
            mode(given.defaultMode),
            given.optional,
          ),
        );
      case "projected":
        return projected(given);
      case "path":
        return { error: validatePath(given.path) };
      default:
        throw new Error(`unknown op ${given.op}`);
    }
  },
  compare: (expect, actual) =>
    matches(expect, actual) &&
    (!expect.payload || Object.keys(expect.payload).length === Object.keys(actual.payload ?? {}).length),
};
