/** Files named with -f: read, checked for kind and version, and matched with resources of the server. */
import { parseYaml } from "../../api/manifest/yaml.ts";
import { goJson, isDict } from "../../api/printers/go-format.ts";
import type { ApiObject } from "../../api/types.ts";
import type { Context } from "../context.ts";
import { absolutePath, isDirectory, readFile, viewOf } from "../files.ts";
import { Failure, fail, REFUSED } from "./errors.ts";
import { exampleAt } from "./examples/examples.ts";
import type { Flags } from "./flags.ts";
import { apiVersionOf, RESOURCES, type Resource } from "./resources.ts";

export interface ManifestObject {
  /** File as it is named in messages; `STDIN` for `-`. */
  readonly source: string;
  readonly object: ApiObject;
  readonly resource: Resource;
}

export interface ReadOptions {
  /** Checks kind and version before anything is sent (--validate). */
  readonly validate: boolean;
}

/** Objects of all files, in order, and the texts of what could not be read; the rest is still carried out. */
export function readManifests(
  ctx: Context,
  flags: Flags,
  options: ReadOptions,
): { objects: ManifestObject[]; problems: string[] } {
  const objects: ManifestObject[] = [];
  const problems: string[] = [];
  const missing: string[] = [];
  for (const name of flags.list("filename").flatMap((f) => f.split(","))) {
    if (/^https?:\/\//.test(name)) {
      const text = download(ctx, name);
      readText(name, text, options, objects, problems);
      continue;
    }
    const texts = textsOf(ctx, name, flags.bool("recursive"));
    if (texts === null) missing.push(`the path "${name}" does not exist`);
    for (const { source, text } of texts ?? []) readText(source, text, options, objects, problems);
  }
  if (missing.length === 1 && problems.length === 0) fail(missing[0] ?? "");
  if (missing.length > 0) throw new Failure(missing.map((m) => `${m}\n`).join(""));
  return { objects, problems };
}

/** A manifest of the documentation by its address; the rest of the Internet is not there. */
function download(ctx: Context, url: string): string {
  const example = exampleAt(url);
  ctx.sleep(example === null ? 2000 : 300);
  if (example) return example;
  const [, host = ""] = /\/\/([^/]+)/.exec(url) ?? [];
  if (/^(127\.0\.0\.1|localhost)(:|$)/.test(host))
    throw new Failure(REFUSED.replace(/server \S+ was/, `server ${host} was`));
  const answer = example === undefined ? "404 Not Found" : "503 Service Unavailable";
  return fail(`unable to read URL "${url}", server reported ${answer}, status code=${answer.slice(0, 3)}`);
}

/** A file, the files of a directory, or standard input. */
function textsOf(ctx: Context, name: string, recursive: boolean): { source: string; text: string }[] | null {
  if (name === "-") return [{ source: "STDIN", text: ctx.stdin }];
  return ctx.once(() => {
    if (!isDirectory(ctx.host, ctx.session, name)) {
      const text = readFile(ctx.host, ctx.session, name);
      return text === undefined ? null : [{ source: name, text }];
    }
    const view = viewOf(ctx.host, ctx.session);
    const walk = (dir: string): { source: string; text: string }[] => {
      const names = view.list(absolutePath(dir, ctx.session.cwd));
      return (names.ok ? names.value : []).flatMap((n) => {
        const path = `${dir.replace(/\/$/, "")}/${n}`;
        if (isDirectory(ctx.host, ctx.session, path)) return recursive ? walk(path) : [];
        const text = /\.(ya?ml|json)$/.test(n) ? readFile(ctx.host, ctx.session, path) : undefined;
        return text === undefined ? [] : [{ source: path, text }];
      });
    };
    return walk(name);
  });
}

function readText(
  source: string,
  text: string,
  options: ReadOptions,
  objects: ManifestObject[],
  problems: string[],
): void {
  const parsed = parseYaml(text);
  for (const p of parsed.problems) problems.push(`error parsing ${source}: ${p.message || p.code}`);
  for (const document of parsed.documents) {
    const bad = document.problems.find((p) => p.severity === "error" && p.code !== "duplicateKey");
    if (bad) {
      const why = bad.message.startsWith("error ")
        ? bad.message
        : `error converting YAML to JSON: ${bad.message}`;
      problems.push(`error parsing ${source}: ${why}`);
      return;
    }
    for (const value of flat(document.value)) place(source, value, options, objects, problems);
  }
}

/** Items of a list, or the object itself. */
function flat(value: unknown): unknown[] {
  if (
    isDict(value) &&
    typeof value["kind"] === "string" &&
    value["kind"].endsWith("List") &&
    Array.isArray(value["items"])
  )
    return value["items"].flatMap(flat);
  return value === null || value === undefined ? [] : [value];
}

function place(
  source: string,
  value: unknown,
  options: ReadOptions,
  objects: ManifestObject[],
  problems: string[],
): void {
  if (!isDict(value)) {
    problems.push(
      `unable to decode "${source}": json: cannot unmarshal ${typeof value === "string" ? "string" : Array.isArray(value) ? "array" : "number"} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
    return;
  }
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  const absent = [...(apiVersion ? [] : ["apiVersion not set"]), ...(kind ? [] : ["kind not set"])];
  if (absent.length > 0) {
    const list = absent.length === 1 ? absent[0] : `[${absent.join(", ")}]`;
    if (options.validate)
      problems.push(
        `error validating "${source}": error validating data: ${list}; if you choose to ignore these errors, turn validation off with --validate=false`,
      );
    else
      problems.push(
        `unable to decode "${source}": Object '${kind ? "apiVersion" : "Kind"}' is missing in '${goJson(value)}'`,
      );
    return;
  }
  const resource = RESOURCES.find(
    (r) =>
      r.kind === kind &&
      (apiVersionOf(r) === apiVersion ||
        (r.kind === "HorizontalPodAutoscaler" && apiVersion === "autoscaling/v1")),
  );
  const object = value as ApiObject;
  if (!resource) {
    const { name = "", namespace = "" } = object.metadata ?? {};
    problems.push(
      `resource mapping not found for name: "${name}" namespace: "${namespace}" from "${source}": no matches for kind "${String(kind)}" in version "${String(apiVersion)}"\nensure CRDs are installed first`,
    );
    return;
  }
  objects.push({ source, object, resource });
}

/** Namespace a manifest's object goes to; naming another one on the command line is an error. */
export function namespaceFor(m: ManifestObject, flags: Flags, current: string): string | undefined {
  if (!m.resource.namespaced) return undefined;
  const own = m.object.metadata?.namespace;
  const asked = flags.string("namespace");
  if (own && asked && own !== asked) {
    fail(
      `the namespace from the provided object "${own}" does not match the namespace "${asked}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  return own || asked || current;
}
