/**
 * The object that applying a manifest would leave: what `kubectl diff` compares the live object with. Maps are merged
 * key by key, lists of named things by their key, and what the last applied text had and this one has not is removed
 * (the three-way merge of `kubectl apply`, with the patch merge keys of the core types).
 */
type Value = unknown;
type Fields = Readonly<Record<string, Value>>;

/** Patch merge keys by the list's field (k8s.io/api/core/v1: patchMergeKey). */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  env: "name",
  volumes: "name",
  imagePullSecrets: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  ports: "containerPort",
  hostAliases: "ip",
  topologySpreadConstraints: "topologyKey",
};

const isFields = (v: Value): v is Fields => typeof v === "object" && v !== null && !Array.isArray(v);

/** The merge key of a list, where all its items have it. */
function mergeKey(field: string, ...lists: readonly (readonly Value[])[]): string | undefined {
  const key =
    field === "ports" && lists.flat().some((i) => isFields(i) && "port" in i) ? "port" : MERGE_KEYS[field];
  return key && lists.flat().every((i) => isFields(i) && i[key] !== undefined) ? key : undefined;
}

export function expectedObject(live: Value, wanted: Value, last: Value, field = ""): Value {
  if (wanted === undefined) return live;
  if (isFields(wanted) && isFields(live)) {
    const out: Record<string, Value> = { ...live };
    if (isFields(last)) for (const key of Object.keys(last)) if (!(key in wanted)) delete out[key];
    for (const [key, value] of Object.entries(wanted)) {
      if (value === null) delete out[key];
      else out[key] = expectedObject(live[key], value, isFields(last) ? last[key] : undefined, key);
    }
    return out;
  }
  if (Array.isArray(wanted) && Array.isArray(live)) {
    const before = Array.isArray(last) ? (last as Value[]) : [];
    const key = mergeKey(field, wanted, live, before);
    if (!key) return wanted;
    const of = (list: readonly Value[], id: Value): Value => list.find((i) => (i as Fields)[key] === id);
    const kept = live.filter(
      (i) => of(wanted, (i as Fields)[key]) !== undefined || of(before, (i as Fields)[key]) === undefined,
    );
    const merged = kept.map((i) => {
      const id = (i as Fields)[key];
      return expectedObject(i, of(wanted, id), of(before, id));
    });
    const added = wanted.filter((i) => of(live, (i as Fields)[key]) === undefined);
    return [...merged, ...added];
  }
  return wanted;
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** What was applied last, from the annotation that `kubectl apply` leaves. */
export function lastApplied(live: Value): Value {
  if (!isFields(live) || !isFields(live["metadata"])) return undefined;
  const { annotations } = live["metadata"] as { annotations?: Value };
  const text = isFields(annotations) ? annotations[LAST_APPLIED] : undefined;
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

/** Without what the server keeps for itself: nobody's manifest has it. */
export function withoutServerFields(object: Value): Value {
  if (!isFields(object)) return object;
  const { status: _, ...rest } = object;
  if (!isFields(rest["metadata"])) return rest;
  const {
    managedFields: __,
    resourceVersion: ___,
    generation: ____,
    ...metadata
  } = rest["metadata"] as Record<string, Value>;
  if (isFields(metadata["annotations"])) {
    const { [LAST_APPLIED]: _____, ...annotations } = metadata["annotations"] as Record<string, Value>;
    if (Object.keys(annotations).length > 0) metadata["annotations"] = annotations;
    else delete metadata["annotations"];
  }
  return { ...rest, metadata };
}
