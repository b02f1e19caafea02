import { applyDefaults, prepare } from "../../../api/defaults/index.ts";
import { formatFieldSelector, matchesFields, parseFieldSelector } from "../../../api/field-selectors.ts";
import { applyDefaultImageTag, parseImageName } from "../../../api/image-reference.ts";
import {
  formatLabelSelector,
  labelSelectorAsSelector,
  matchesLabels,
  parseLabelSelector,
} from "../../../api/label-selectors.ts";
import { deepEqual } from "../../../api/plain.ts";
import { dropDisabledFields } from "../../../api/pod-strategy.ts";
import { getPodQOS } from "../../../api/qos.ts";
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  quantityMilliValue,
  quantitySign,
  quantityValue,
  quantity as readable,
  subQuantity,
} from "../../../api/quantity.ts";
import { podForCreate } from "../../../api/server/pod-strategy.ts";
import {
  findMatchingUntoleratedTaint,
  getMinTolerationSeconds,
  taintEviction,
  toleratesTaint,
} from "../../../api/tolerations.ts";
import type { Pod } from "../../../api/types.ts";
import { errorTypeText } from "../../../api/validation/field-error.ts";
import { validateCreate, validateUpdate } from "../../../api/validation/index.ts";
import type { Adapter } from "../adapter.ts";

const quantity: Adapter = (given) => {
  const parsed = parseQuantity(given.text);
  if (!parsed.ok) return { ok: false };
  const q = parsed.quantity;
  const out = {
    ok: true,
    canonical: formatQuantity(q),
    format: q.format,
    sign: quantitySign(q),
    value: String(quantityValue(q)),
    milliValue: String(quantityMilliValue(q)),
  };
  if (given.other === undefined) return out;
  const other = readable(given.other);
  return {
    ...out,
    compare: compareQuantity(q, other),
    sum: formatQuantity(addQuantity(q, other)),
    difference: formatQuantity(subQuantity(q, other)),
  };
};

const selector: Adapter = (given) => {
  if (given.type === "fields") {
    const parsed = parseFieldSelector(given.selector);
    if (!parsed.ok) return { ok: false };
    return {
      ok: true,
      canonical: formatFieldSelector(parsed.selector),
      matches: matchesFields(parsed.selector, given.fields ?? {}),
    };
  }
  const parsed =
    given.type === "labels"
      ? parseLabelSelector(given.selector)
      : labelSelectorAsSelector(given.labelSelector);
  if (!parsed.ok) return { ok: false };
  return {
    ok: true,
    canonical: formatLabelSelector(parsed.selector),
    matches: matchesLabels(parsed.selector, given.labels),
  };
};

const imageReference: Adapter = (given) => {
  const parsed = parseImageName(given.image);
  if (!parsed.ok) return { error: true, message: parsed.error };
  const toPull = applyDefaultImageTag(given.image);
  return { error: false, ...parsed.reference, imageToPull: toPull.ok ? toPull.image : "" };
};

const tolerations: Adapter = (given) => {
  const [taints, tolerations] = [given.taints ?? [], given.tolerations ?? []];
  switch (given.op) {
    case "tolerates":
      return { tolerated: toleratesTaint(given.toleration, given.taint) };
    case "untolerated": {
      const taint = findMatchingUntoleratedTaint(taints, tolerations, given.effects ?? undefined);
      return taint ? { tolerated: false, taint } : { tolerated: true };
    }
    case "minSeconds":
      return { seconds: getMinTolerationSeconds(tolerations) };
    case "taintEviction":
      return taintEviction(taints, tolerations);
    default:
      throw new Error(`op ${given.op} is not known`);
  }
};

/** The value at `spec.containers[0].ports`; map keys with dots stand in the last step of their own. */
function at(object: unknown, path: string): unknown {
  let value: any = object;
  let rest = path;
  while (rest !== "" && value !== null && value !== undefined) {
    if (typeof value === "object" && Object.hasOwn(value, rest)) return value[rest];
    const [step = "", index] = /^\.?([^.[\]]+)|^\[(\d+)\]/.exec(rest)?.slice(0, 3) ?? [];
    if (step === "") return undefined;
    value = value[index ?? step.slice(1, -1)];
    rest = rest.slice(step.length).replace(/^\./, "");
  }
  return value;
}

const podDefaults: Adapter = {
  run: (given) => applyDefaults(given.object),
  compare: (expect, actual) => {
    const found: Record<string, unknown> = {};
    let ok = true;
    for (const [path, wanted] of Object.entries(expect.fields ?? {})) {
      found[path] = at(actual, path) ?? null;
      if (!deepEqual(found[path], wanted)) ok = false;
    }
    return { ok, actual: { fields: found } };
  },
};

const podValidation: Adapter = {
  run: (given) => {
    given.object.metadata ??= {};
    const { metadata } = given.object;
    // The server makes up the name before it checks it.
    if (!metadata.name && metadata.generateName) metadata.name = `${metadata.generateName}abcde`;
    const object = dropDisabledFields(prepare(given.object));
    const errors = given.old
      ? validateUpdate(object, prepare(given.old))
      : validateCreate(podForCreate(object as Pod, ""));
    return errors.map((e) => ({ type: errorTypeText(e.type), field: e.field, message: e.detail }));
  },
  compare: (expect, actual) => {
    const key = (e: any) => `${e.type} ${e.field}`;
    const found = new Set(actual.map(key));
    const wanted = new Set((expect.errors ?? []).map(key));
    const ok =
      expect.valid === (actual.length === 0) &&
      found.size === wanted.size &&
      (expect.errors ?? []).every((w: any) =>
        actual.some((a: any) => key(a) === key(w) && a.message.startsWith(w.messageContains ?? "")),
      );
    return { ok, actual };
  },
};

/** Suite name → adapter. */
export const adapters: Record<string, Adapter> = {
  quantity,
  selector,
  "image-reference": imageReference,
  "qos-class": (given) => ({ qosClass: getPodQOS(given.pod) }),
  tolerations,
  "pod-defaults": podDefaults,
  "pod-validation": podValidation,
};
