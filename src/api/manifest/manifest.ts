/** Manifests read, decoded and checked as the server would: for the editor, and for whoever applies them. */
import { prepare } from "../defaults/index.ts";
import { dropDisabledFields } from "../pod-strategy.ts";
import { decodeKind, strictError } from "../schema/codec.ts";
import { kindNames, structOfKind } from "../schema/types.ts";
import { kindInfo } from "../server/kinds.ts";
import type { ApiObject, Pod } from "../types.ts";
import { errorText } from "../validation/field-error.ts";
import { validateCreate } from "../validation/index.ts";
import { parseYaml, type Span, type YamlDocument } from "./yaml.ts";

export interface ManifestProblem extends Span {
  /**
   * Of the text: `tooLarge`, `tooManyDocuments`, `tooDeep`, `tooManyAliases`, `syntax`, `duplicateKey`. Of a document:
   * `notAnObject`, `noKind`, `noApiVersion`, `unknownKind`, `unknownVersion`, `unknownField`, `undecodable`, `invalid`.
   */
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly args: Readonly<Record<string, string | number>>;
  /** What Kubernetes prints, where it prints something: not translated. */
  readonly message: string;
  /** Field path, "" where it is about the whole. */
  readonly path: string;
  /** Number of the document, from 0; -1 for the text as a whole. */
  readonly document: number;
}

export interface ManifestDocument {
  readonly span: Span;
  /** The document as plain data, as it is sent to the server; null where it could not be read. */
  readonly value: ApiObject | null;
  /** The decoded object, unknown fields dropped; null where it cannot be decoded. */
  readonly object: ApiObject | null;
  readonly problems: readonly ManifestProblem[];
}

export interface Manifest {
  readonly documents: readonly ManifestDocument[];
  /** Problems of the text as a whole and of all documents, in order. */
  readonly problems: readonly ManifestProblem[];
}

type Report = (
  problem: Pick<ManifestProblem, "code" | "message" | "path"> &
    Partial<Pick<ManifestProblem, "args" | "severity">>,
) => void;

/** Items of a `kind: List`, or the object itself. */
function flatten(document: YamlDocument): { value: unknown; prefix: string }[] {
  const { value } = document;
  const list = value as { kind?: unknown; apiVersion?: unknown; items?: unknown } | null;
  if (
    typeof list === "object" &&
    list?.kind === "List" &&
    list.apiVersion === "v1" &&
    Array.isArray(list.items)
  ) {
    return list.items.map((item: unknown, i) => ({ value: item, prefix: `items[${i}]` }));
  }
  return [{ value, prefix: "" }];
}

/** Reads a text and decodes its objects; no defaults, no checks of values. */
export function readManifest(text: string): Manifest {
  return read(text, () => {});
}

/** Reads a text and says of every object what the server would, with places in the text. */
export function checkManifest(text: string): Manifest {
  return read(text, validate);
}

type Check = (object: ApiObject, report: Report) => void;

function read(text: string, check: Check): Manifest {
  const parsed = parseYaml(text);
  const problems: ManifestProblem[] = parsed.problems.map((p) => ({ ...p, path: "", document: -1 }));
  const documents: ManifestDocument[] = [];
  for (const document of parsed.documents) {
    for (const { value, prefix } of flatten(document)) {
      const index = documents.length;
      const found: ManifestProblem[] = document.problems.map((p) => ({ ...p, path: "", document: index }));
      const report: Report = ({ code, message, path, args = {}, severity = "error" }) => {
        const full = prefix && path ? `${prefix}.${path}` : prefix || path;
        found.push({
          code,
          severity,
          args,
          message,
          path,
          document: index,
          ...document.place(full, code === "unknownField" ? "key" : "value"),
        });
      };
      const object = found.some((p) => p.severity === "error") ? null : decode(value, report);
      if (object && !found.some((p) => p.severity === "error")) check(object, report);
      const plain =
        typeof value === "object" && value !== null && !Array.isArray(value) ? (value as ApiObject) : null;
      documents.push({ span: document.span, value: plain, object, problems: found });
      problems.push(...found);
    }
  }
  return { documents, problems };
}

function decode(value: unknown, report: Report): ApiObject | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    report({ code: "notAnObject", message: "", path: "" });
    return null;
  }
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  if (typeof kind !== "string" || kind === "")
    report({ code: "noKind", message: "kind not set", path: "kind" });
  if (typeof apiVersion !== "string" || apiVersion === "")
    report({ code: "noApiVersion", message: "apiVersion not set", path: "apiVersion" });
  if (typeof kind !== "string" || typeof apiVersion !== "string" || kind === "" || apiVersion === "")
    return null;
  if (structOfKind(apiVersion, kind) === undefined) {
    const elsewhere = kindNames.find((name) => name.endsWith(`/${kind}`));
    const message = `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`;
    if (elsewhere) {
      const known = elsewhere.slice(0, -kind.length - 1);
      report({ code: "unknownVersion", message, path: "apiVersion", args: { kind, apiVersion, known } });
    } else report({ code: "unknownKind", message, path: "kind", args: { kind, apiVersion } });
    return null;
  }
  const decoded = decodeKind<ApiObject>(apiVersion, kind, value);
  if (!decoded) return null;
  if (decoded.error !== undefined) {
    report({ code: "undecodable", message: decoded.error, path: decoded.errorPath ?? "" });
    return null;
  }
  for (const path of decoded.unknown)
    report({ code: "unknownField", message: strictError([path]), path, args: { field: path } });
  return decoded.object;
}

/** What the checks find once defaults are in: on a create, in namespace `default` where none is given. */
function validate(object: ApiObject, report: Report): void {
  const meta = object.metadata ?? {};
  const namespaced = kindInfo(object.kind ?? "")?.namespaced ?? false;
  const named: ApiObject = {
    ...object,
    metadata: {
      ...meta,
      ...(meta.name || !meta.generateName ? {} : { name: `${meta.generateName}abcde` }),
      ...(namespaced ? { namespace: meta.namespace ?? "default" } : {}),
    },
  };
  const prepared = prepare(named);
  const complete = object.kind === "Pod" ? dropDisabledFields(prepared as Pod) : prepared;
  for (const error of validateCreate(withAccount(complete))) {
    report({
      code: "invalid",
      message: errorText(error),
      path: error.field,
      args: { field: error.field, type: error.type },
    });
  }
}

/** Admission gives every pod a service account before it is checked. */
function withAccount(object: ApiObject): ApiObject {
  const { spec } = object as Pod;
  if (object.kind !== "Pod" || !spec || spec.serviceAccountName) return object;
  return { ...object, spec: { ...spec, serviceAccountName: "default" } } as ApiObject;
}
