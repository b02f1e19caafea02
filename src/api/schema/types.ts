/** The kinds' fields as the server knows them; `types.generated.json` is written by `scripts/make-schema.mjs`. */
import data from "./types.generated.json" with { type: "json" };

export type FieldType =
  | { readonly kind: "pointer" | "list" | "map"; readonly of: FieldType; readonly go: string }
  | { readonly kind: "struct"; readonly name: string; readonly go: string }
  | { readonly kind: "string" | "bool" | "int32" | "int64" | "float64" | "bytes"; readonly go: string }
  | {
      readonly kind: "quantity" | "intOrString" | "time" | "microTime" | "duration" | "raw";
      readonly go: string;
    };

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** A zero value is left out. */
  readonly omitEmpty: boolean;
  /** Left out when zero even where it is a struct. */
  readonly omitZero: boolean;
  /** `merge`, `replace`, `retainKeys`: how a strategic merge patch treats it. */
  readonly strategies: readonly string[];
  /** Key by which a merged list's items are matched. */
  readonly mergeKey?: string;
}

export type Struct = ReadonlyMap<string, Field>;

const sources: Readonly<Record<string, Readonly<Record<string, string>>>> = data.types as Record<
  string,
  Record<string, string>
>;
const aliases: Readonly<Record<string, string>> = data.aliases;
const kinds: Readonly<Record<string, string>> = data.kinds;
const structs = new Map<string, Struct>();

/** Name of the struct behind a kind; undefined for a kind that this API does not have. */
export function structOfKind(apiVersion: string, kind: string): string | undefined {
  return Object.hasOwn(kinds, `${apiVersion}/${kind}`) ? kinds[`${apiVersion}/${kind}`] : undefined;
}

/** `apiVersion/Kind` of all kinds. */
export const kindNames: readonly string[] = Object.keys(kinds);

/** Fields of a struct, by name; read on first use. */
export function structFields(name: string): Struct {
  const known = structs.get(name);
  if (known) return known;
  const fields = new Map<string, Field>();
  for (const [field, text] of Object.entries(sources[name] ?? {})) fields.set(field, readField(field, text));
  structs.set(name, fields);
  return fields;
}

const FIELD = /^([^?0~]+(?:32|64)?)(\?)?(0)?(?:~([a-zA-Z,]+))?(?:@(\w+))?$/;

function readField(name: string, text: string): Field {
  const [, type = "", omit, zero, strategy, mergeKey] = FIELD.exec(text) ?? [];
  return {
    name,
    type: readType(type),
    omitEmpty: omit !== undefined,
    omitZero: zero !== undefined,
    strategies: strategy?.split(",") ?? [],
    ...(mergeKey === undefined ? {} : { mergeKey }),
  };
}

const PLAIN: Readonly<Record<string, FieldType["kind"]>> = {
  string: "string",
  bool: "bool",
  int: "int64",
  int32: "int32",
  int64: "int64",
  uint16: "int32",
  float64: "float64",
  "[]byte": "bytes",
};
const SPECIAL = new Set(["quantity", "intOrString", "time", "microTime", "duration", "raw"]);

/** What Go prints for a type: the package's last part is its version. */
function goName(text: string): string {
  return text
    .replace(/^(\*+)/, "")
    .replace(/\b([a-z]+)\.([A-Z])/g, (_, pkg: string, first: string) =>
      pkg === "types" ? `types.${first}` : `${pkg === "autoscaling" ? "v2" : "v1"}.${first}`,
    );
}

function readType(text: string): FieldType {
  const go = goName(text);
  if (text.startsWith("*")) return { kind: "pointer", of: readType(text.slice(1)), go };
  const plain = PLAIN[text];
  if (plain) return { kind: plain, go } as FieldType;
  if (SPECIAL.has(text)) return { kind: text, go } as FieldType;
  if (text.startsWith("[]")) return { kind: "list", of: readType(text.slice(2)), go };
  if (text.startsWith("map[string]")) return { kind: "map", of: readType(text.slice(11)), go };
  const behind = aliases[text];
  if (behind !== undefined) return { ...readType(behind), go } as FieldType;
  return { kind: "struct", name: text, go };
}
