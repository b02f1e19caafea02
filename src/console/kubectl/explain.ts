/** `kubectl explain`: the fields of a kind and their types. The API's own descriptions are not part of this model. */
import { type Field, type FieldType, structFields, structOfKind } from "../../api/schema/types.ts";
import type { Command } from "../context.ts";
import { fail, usage } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { apiVersionOf, needResource } from "./resources.ts";

function typeText(type: FieldType): string {
  switch (type.kind) {
    case "pointer":
      return typeText(type.of);
    case "list":
      return `[]${typeText(type.of)}`;
    case "map":
      return `map[string]${typeText(type.of)}`;
    case "struct":
      return type.name.split(".").at(-1) ?? type.name;
    case "bool":
      return "boolean";
    case "int32":
    case "int64":
      return "integer";
    case "float64":
      return "number";
    case "intOrString":
      return "IntOrString";
    case "quantity":
      return "Quantity";
    case "raw":
      return "Object";
    default:
      return "string";
  }
}

const inner = (type: FieldType): string | undefined =>
  type.kind === "struct" ? type.name : "of" in type ? inner(type.of) : undefined;

export const explain: Command = (args, ctx) => {
  const f = parseFlags(flags("recursive|R api-version=string output|o=string"), args);
  const [path] = f.args;
  if (path === undefined)
    usage(
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n',
      "kubectl explain",
    );
  if (f.args.length > 1) usage("We accept only this format: explain RESOURCE\n", "kubectl explain");
  const [type = "", ...fields] = (path ?? "").split(".");
  const resource = needResource(type);
  const apiVersion = f.string("api-version") || apiVersionOf(resource);
  const root = structOfKind(apiVersion, resource.kind);
  if (root === undefined)
    fail(`couldn't find resource for "${resource.group}/${resource.version}, Resource=${resource.name}"`);
  let struct: string | undefined = root;
  let last: FieldType | null = null;
  for (const name of fields) {
    const field: Field | undefined = struct === undefined ? undefined : structFields(struct).get(name);
    if (!field) return fail(`field "${name}" does not exist`);
    last = field.type;
    struct = last ? inner(last) : undefined;
  }
  const group = resource.group ? `GROUP:      ${resource.group}\n` : "";
  ctx.out(`${group}KIND:       ${resource.kind}\nVERSION:    ${resource.version}\n\n`);
  if (last) ctx.out(`FIELD: ${fields.at(-1)} <${typeText(last)}>\n\n`);
  ctx.out("DESCRIPTION:\n    <empty>\n\n");
  if (struct !== undefined) ctx.out(`FIELDS:\n${fieldLines(struct, "  ", f.bool("recursive"), [])}\n`);
  return 0;
};

function fieldLines(struct: string, indent: string, recursive: boolean, above: readonly string[]): string {
  return [...structFields(struct).values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((field) => {
      const below = inner(field.type);
      const deeper =
        recursive && below !== undefined && !above.includes(below)
          ? fieldLines(below, `${indent}  `, true, [...above, struct])
          : "";
      const required = field.omitEmpty ? "" : " -required-";
      return `${indent}${field.name}\t<${typeText(field.type)}>${required}\n${recursive ? deeper : `${indent}  <no description>\n\n`}`;
    })
    .join("");
}
