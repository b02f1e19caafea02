#!/usr/bin/env node
/**
 * Writes the schemas of the API's kinds from a checkout of Kubernetes' source (run once a release, output committed):
 *   node scripts/make-schema.mjs KUBERNETES_DIR
 * - src/api/schema/types.generated.json: field names, Go types, `omitempty`, patch merge keys. The engine decodes by it.
 * - src/api/schema/internal-pod.generated.json: fields of the server's internal PodSpec, in order: for update errors.
 * - public/schema/kubernetes-1.36.json: JSON schema with descriptions, for the editor.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = process.argv[2];
if (!source || !existsSync(source)) {
  console.error("usage: node scripts/make-schema.mjs KUBERNETES_DIR");
  process.exit(2);
}
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const RELEASE = [1, 36];

/** Package nickname → source file and the name Go prints before its types. */
const API = "staging/src/k8s.io/api";
const PACKAGES = {
  meta: "staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go",
  ...Object.fromEntries(
    [
      "core",
      "apps",
      "batch",
      "storage",
      "discovery",
      "coordination",
      "scheduling",
      "node",
      "policy",
      "certificates",
      "rbac",
      "networking",
      "authentication",
    ].map((p) => [p, `${API}/${p}/v1/types.go`]),
  ),
  autoscaling: `${API}/autoscaling/v2/types.go`,
  scale: `${API}/autoscaling/v1/types.go`,
};

/** `apiVersion/Kind` → type. */
const KINDS = {
  ...kinds(
    "v1",
    "core",
    "Pod Node Service ConfigMap Secret Namespace ServiceAccount PersistentVolumeClaim PersistentVolume Event LimitRange ResourceQuota Endpoints ReplicationController PodTemplate Binding",
  ),
  ...kinds("apps/v1", "apps", "Deployment ReplicaSet DaemonSet StatefulSet ControllerRevision"),
  ...kinds("batch/v1", "batch", "Job CronJob"),
  ...kinds("storage.k8s.io/v1", "storage", "StorageClass CSINode CSIDriver VolumeAttachment"),
  ...kinds("discovery.k8s.io/v1", "discovery", "EndpointSlice"),
  ...kinds("coordination.k8s.io/v1", "coordination", "Lease"),
  ...kinds("scheduling.k8s.io/v1", "scheduling", "PriorityClass"),
  ...kinds("node.k8s.io/v1", "node", "RuntimeClass"),
  ...kinds("policy/v1", "policy", "PodDisruptionBudget Eviction"),
  ...kinds("autoscaling/v2", "autoscaling", "HorizontalPodAutoscaler"),
  ...kinds("autoscaling/v1", "scale", "Scale"),
  ...kinds("certificates.k8s.io/v1", "certificates", "CertificateSigningRequest"),
  ...kinds("rbac.authorization.k8s.io/v1", "rbac", "Role RoleBinding ClusterRole ClusterRoleBinding"),
  ...kinds("networking.k8s.io/v1", "networking", "Ingress IngressClass NetworkPolicy"),
  ...kinds("authentication.k8s.io/v1", "authentication", "TokenRequest"),
};

/** Kinds that no one writes in a manifest. */
const NOT_WRITTEN = new Set([
  "v1/Binding",
  "policy/v1/Eviction",
  "autoscaling/v1/Scale",
  "authentication.k8s.io/v1/TokenRequest",
]);

/** Fields behind gates that are off, where the source does not mark them. */
const HIDDEN_FIELDS = new Set(["core.Lifecycle.stopSignal"]);

/** Types of few values that the source does not mark as enumerations. */
const UNMARKED_ENUMS = new Set([
  "core.ContainerRestartPolicy",
  "core.ContainerRestartRuleAction",
  "core.ContainerRestartRuleOnExitCodesOperator",
  "core.ResourceResizeRestartPolicy",
  "core.RecursiveReadOnlyMode",
  "meta.LabelSelectorOperator",
]);

/** Values of enumerations that stand behind gates which are off. */
const HIDDEN_VALUES = { "core.TolerationOperator": ["Lt", "Gt"] };

function kinds(version, pkg, names) {
  return Object.fromEntries(names.split(" ").map((n) => [`${version}/${n}`, `${pkg}.${n}`]));
}

/** Gates that are on in this release. */
function enabledGates() {
  const text = readFileSync(join(source, "pkg/features/kube_features.go"), "utf8");
  const on = new Set();
  for (const [, gate, body] of text.matchAll(
    /^\t(?:genericfeatures\.)?(\w+): \{\n((?:\t\t\{Version.*\n)+)/gm,
  )) {
    let enabled = false;
    for (const [, major, minor, value] of body.matchAll(
      /MustParse\("(\d+)\.(\d+)"\), Default: (true|false)/g,
    )) {
      if (Number(major) < RELEASE[0] || Number(minor) <= RELEASE[1]) enabled = value === "true";
    }
    if (enabled) on.add(gate);
  }
  return on;
}

/** Structs, aliases and enumerations of one file. */
function parse(pkg, file) {
  const lines = readFileSync(join(source, file), "utf8").split("\n");
  const out = { structs: new Map(), aliases: new Map(), enums: new Map(), values: new Map() };
  let comment = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (/^\s*\/\//.test(line)) {
      comment.push(line.replace(/^\s*\/\/ ?/, ""));
      continue;
    }
    const struct = /^type (\w+) struct \{$/.exec(line);
    const alias = /^type (\w+) (?!struct|interface|func)(.+)$/.exec(line);
    const value = /^\s*(?:const )?\w+\s+(\w+)\s*=\s*"([^"]*)"/.exec(line);
    if (struct) {
      const fields = [];
      const doc = comment;
      comment = [];
      for (i++; lines[i] !== "}"; i++) {
        const f = lines[i];
        if (/^\s*\/\//.test(f)) comment.push(f.replace(/^\s*\/\/ ?/, ""));
        else {
          const m = /^\t(?:(\w+)\s+)?(\S+)(?:\s+`(.*)`)?\s*(?:\/\/.*)?$/.exec(f);
          if (m && f.trim() !== "") fields.push({ go: m[1], type: m[2], tag: m[3] ?? "", comment });
          comment = [];
        }
      }
      out.structs.set(struct[1], { fields, doc });
    } else if (alias) {
      out.aliases.set(alias[1], alias[2].replace(/\s*\/\/.*/, "").replace(/^= /, ""));
      if (comment.some((c) => c.startsWith("+enum"))) out.enums.set(alias[1], []);
    } else if (value) {
      const list = out.values.get(value[1]) ?? [];
      if (!comment.some((c) => c.startsWith("+featureGate"))) list.push(value[2]);
      out.values.set(value[1], list);
    }
    comment = [];
  }
  return out;
}

const parsed = Object.fromEntries(Object.entries(PACKAGES).map(([pkg, file]) => [pkg, parse(pkg, file)]));
const gates = enabledGates();

/** Types that travel in a form of their own. */
const LEAVES = {
  "resource.Quantity": "quantity",
  "intstr.IntOrString": "intOrString",
  "metav1.Time": "time",
  "metav1.MicroTime": "microTime",
  "metav1.Duration": "duration",
  "runtime.RawExtension": "raw",
  "metav1.FieldsV1": "raw",
  "types.UID": "types.UID",
  "runtime.Object": "raw",
};
const IMPORTS = { v1: "core", metav1: "meta", corev1: "core", apiv1: "core", batchv1: "batch", api: "core" };

/** A Go type with our nicknames: `*int32`, `[]core.Container`, `map[string]string`, `quantity`. */
function typeName(pkg, type) {
  if (type.startsWith("*")) return `*${typeName(pkg, type.slice(1))}`;
  if (type === "[]byte") return type;
  if (type.startsWith("[]")) return `[]${typeName(pkg, type.slice(2))}`;
  const map = /^map\[([\w.]+)\](.+)$/.exec(type);
  if (map) return `map[string]${typeName(pkg, map[2])}`;
  if (LEAVES[type]) return LEAVES[type];
  if (pkg === "meta" && ["Time", "MicroTime", "Duration", "FieldsV1"].includes(type))
    return LEAVES[`metav1.${type}`];
  if (/^(string|bool|int|int32|int64|float64|uint\d*)$/.test(type)) return type;
  const dot = type.indexOf(".");
  if (dot < 0) return `${pkg}.${type}`;
  const nick = type.slice(0, dot);
  // `v1` is meta/v1 in a few files and core/v1 in the rest: take the package that has the type.
  const name = type.slice(dot + 1);
  const guess = IMPORTS[nick] ?? nick;
  return parsed[guess]?.structs.has(name) || parsed[guess]?.aliases.has(name)
    ? `${guess}.${name}`
    : `meta.${name}`;
}

const find = (full) => {
  const [pkg, name] = full.split(".");
  return { pkg, struct: parsed[pkg]?.structs.get(name), alias: parsed[pkg]?.aliases.get(name) };
};

/** All fields of a struct that travel, embedded ones in their place. */
function fieldsOf(full) {
  const { pkg, struct } = find(full);
  const out = [];
  for (const field of struct.fields) {
    const json = /json:"([^"]*)"/.exec(field.tag)?.[1];
    if (json === undefined || json === "-") continue;
    const [name, ...options] = json.split(",");
    if (options.includes("inline") || name === "") {
      const inner = typeName(pkg, field.type);
      if (inner === "meta.TypeMeta")
        out.push(
          { name: "apiVersion", type: "string", omit: true, comment: ["API version of the object."] },
          { name: "kind", type: "string", omit: true, comment: ["Kind of the object."] },
        );
      else out.push(...fieldsOf(inner.replace(/^\*/, "")));
      continue;
    }
    const gate = field.comment.map((c) => /^\+featureGate=(\w+)/.exec(c)?.[1]).find(Boolean);
    out.push({
      name,
      type: typeName(pkg, field.type),
      omit: options.includes("omitempty") || options.includes("omitzero"),
      zero: options.includes("omitzero"),
      optional: options.includes("omitempty") || field.comment.some((c) => c.startsWith("+optional")),
      merge: /patchStrategy:"([^"]*)"/.exec(field.tag)?.[1],
      key: /patchMergeKey:"([^"]*)"/.exec(field.tag)?.[1],
      comment: field.comment,
      hidden: HIDDEN_FIELDS.has(`${full}.${name}`) || (gate !== undefined && !gates.has(gate)),
    });
  }
  return out;
}

/** Every struct that the kinds reach, and the plain types behind aliases. */
function reach() {
  const structs = new Map();
  const aliases = new Map();
  const queue = Object.values(KINDS);
  for (let full = queue.pop(); full !== undefined; full = queue.pop()) {
    if (structs.has(full) || aliases.has(full)) continue;
    const { pkg, struct, alias } = find(full);
    if (struct) structs.set(full, fieldsOf(full));
    else if (alias) aliases.set(full, typeName(pkg, alias));
    else throw new Error(`no type ${full}`);
    const types = struct ? structs.get(full).map((f) => f.type) : [aliases.get(full)];
    for (const t of types) {
      const inner = t.replace(/^(?:\*|\[\]|map\[string\])+/, "");
      if (/^[a-z]+\.[A-Z]/.test(inner) && inner !== "types.UID") queue.push(inner);
    }
  }
  aliases.set("types.UID", "string");
  return { structs, aliases };
}

const { structs, aliases } = reach();
const sorted = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** `type`, then `?` where a zero value is left out, `0` where a zero struct is, `~strategy@key` for patches. */
const compact = (f) =>
  f.type +
  (f.omit ? "?" : "") +
  (f.zero ? "0" : "") +
  (f.merge ? `~${f.merge}${f.key ? `@${f.key}` : ""}` : "");

const types = {
  kinds: KINDS,
  aliases: Object.fromEntries(sorted(aliases)),
  types: Object.fromEntries(
    sorted(structs).map(([name, fields]) => [
      name,
      Object.fromEntries(fields.map((f) => [f.name, compact(f)])),
    ]),
  ),
};
mkdirSync(join(root, "src/api/schema"), { recursive: true });
const lines = (object) =>
  `{\n${Object.entries(object)
    .map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`)
    .join(",\n")}\n}`;
writeFileSync(
  join(root, "src/api/schema/types.generated.json"),
  `{\n"kinds":${lines(types.kinds)},\n"aliases":${lines(types.aliases)},\n"types":${lines(types.types)}\n}\n`,
);

// --- the server's internal PodSpec ---------------------------------------------------------------------------

function internalPod() {
  const internal = parse("internal", "pkg/apis/core/types.go");
  const out = {};
  const queue = ["PodSpec", "SecurityContext"];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (out[name] || !internal.structs.has(name)) continue;
    out[name] = [];
    const add = (fields) => {
      for (const f of fields) {
        if (f.go === undefined) {
          add(internal.structs.get(f.type)?.fields ?? []);
          continue;
        }
        let type = f.type.replace(/map\[\w+\]/, "map[string]");
        const inner = type.replace(/^(?:\*|\[\]|map\[string\])+/, "");
        const alias = internal.aliases.get(inner);
        if (alias) type = type.replace(inner, alias.replace(/map\[\w+\]/, "map[string]"));
        out[name].push([f.go, type]);
        queue.push(type.replace(/^(?:\*|\[\]|map\[string\])+/, ""));
      }
    };
    add(internal.structs.get(name).fields);
  }
  return out;
}
writeFileSync(
  join(root, "src/api/schema/internal-pod.generated.json"),
  `${lines(Object.fromEntries(Object.entries(internalPod()).sort(([a], [b]) => (a < b ? -1 : 1))))}\n`,
);

// --- JSON schema for the editor --------------------------------------------------------------------------------

function describe(comment) {
  const text = [];
  for (const line of comment) {
    if (line.startsWith("---") || /^TODO/.test(line)) break;
    if (!line.startsWith("+")) text.push(line.trim());
  }
  return text.join(" ").replace(/\s+/g, " ").trim();
}

function enumOf(full) {
  const [pkg, name] = full.split(".");
  const { enums, values } = parsed[pkg] ?? {};
  if (!enums?.has(name) && !UNMARKED_ENUMS.has(full)) return undefined;
  const hidden = HIDDEN_VALUES[full] ?? [];
  const list = [...new Set(values.get(name) ?? [])].filter((v) => !hidden.includes(v));
  return list.length > 0 ? list : undefined;
}

const QUANTITY = { anyOf: [{ type: "string" }, { type: "number" }] };
function jsonType(type) {
  if (type.startsWith("*")) return jsonType(type.slice(1));
  if (type === "[]byte") return { type: "string", format: "byte" };
  if (type.startsWith("[]")) return { type: "array", items: jsonType(type.slice(2)) };
  if (type.startsWith("map[string]"))
    return { type: "object", additionalProperties: jsonType(type.slice(11)) };
  switch (type) {
    case "string":
      return { type: "string" };
    case "bool":
      return { type: "boolean" };
    case "float64":
      return { type: "number" };
    case "quantity":
      return QUANTITY;
    case "intOrString":
      return { anyOf: [{ type: "integer" }, { type: "string" }] };
    case "time":
    case "microTime":
      return { type: "string", format: "date-time" };
    case "duration":
      return { type: "string" };
    case "raw":
      return {};
  }
  if (/^u?int/.test(type)) return { type: "integer" };
  if (structs.has(type)) return { $ref: `#/definitions/${type}` };
  const values = enumOf(type);
  return values ? { type: "string", enum: values } : jsonType(aliases.get(type));
}

function definition(full, version, kind) {
  const { struct } = find(full);
  const fields = structs.get(full).filter((f) => !f.hidden && !(kind && f.name === "status"));
  const properties = {};
  for (const f of fields) {
    const base = jsonType(f.type);
    const description = describe(f.comment);
    properties[f.name] = description
      ? base.$ref
        ? { allOf: [base], description }
        : { ...base, description }
      : base;
  }
  if (kind) {
    properties.apiVersion = { type: "string", enum: [version], description: "API version of the object." };
    properties.kind = { type: "string", enum: [kind], description: "Kind of the object." };
  }
  const must = kind
    ? ["apiVersion", "kind"]
    : fields.filter((f) => !f.optional && !f.omit).map((f) => f.name);
  return {
    description: describe(struct.doc),
    type: "object",
    properties,
    ...(must.length > 0 ? { required: must } : {}),
    additionalProperties: false,
  };
}

const written = Object.entries(KINDS).filter(([k]) => !NOT_WRITTEN.has(k));
const definitions = {};
for (const name of structs.keys()) definitions[name] = definition(name);
for (const [key, full] of written) {
  const at = key.lastIndexOf("/");
  definitions[full] = definition(full, key.slice(0, at), key.slice(at + 1));
}
/** Definitions that nothing refers to any more (status types). */
const used = new Set();
const visit = (name) => {
  if (used.has(name)) return;
  used.add(name);
  for (const [, ref] of JSON.stringify(definitions[name]).matchAll(/#\/definitions\/([\w.]+)/g)) visit(ref);
};
for (const [, full] of written) visit(full);
const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $comment: "Kinds of Kubernetes 1.36. Descriptions: The Kubernetes Authors, Apache-2.0.",
  type: "object",
  required: ["apiVersion", "kind"],
  properties: {
    apiVersion: {
      type: "string",
      enum: [...new Set(written.map(([k]) => k.slice(0, k.lastIndexOf("/"))))],
      description: "API version of the object.",
    },
    kind: {
      type: "string",
      enum: [...new Set(written.map(([k]) => k.slice(k.lastIndexOf("/") + 1)))],
      description: "Kind of the object.",
    },
  },
  allOf: written.map(([key, full]) => {
    const at = key.lastIndexOf("/");
    return {
      if: {
        required: ["apiVersion", "kind"],
        properties: { apiVersion: { const: key.slice(0, at) }, kind: { const: key.slice(at + 1) } },
      },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
      then: { $ref: `#/definitions/${full}` },
    };
  }),
  definitions: Object.fromEntries([...used].sort().map((n) => [n, definitions[n]])),
};
mkdirSync(join(root, "public/schema"), { recursive: true });
writeFileSync(join(root, "public/schema/kubernetes-1.36.json"), `${JSON.stringify(schema)}\n`);
console.log(`${structs.size} types, ${aliases.size} aliases, ${used.size} definitions for the editor`);
