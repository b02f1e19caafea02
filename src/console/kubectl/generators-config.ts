/** `kubectl create configmap` and `kubectl create secret`. */

import { goJson } from "../../api/printers/go-format.ts";
import type { ApiObject } from "../../api/types.ts";
import { encodeBase64 } from "../../sim/bytes.ts";
import type { Command, Context } from "../context.ts";
import { isDirectory, readFile } from "../files.ts";
import { Failure, fail } from "./errors.ts";
import { type Flags, flags } from "./flags.ts";
import { command, nameArg, submit } from "./making.ts";

/** Data of `--from-literal`, `--from-file` and `--from-env-file`. */
function dataOf(f: Flags, ctx: Context): { [key: string]: string } {
  const data: { [key: string]: string } = {};
  const put = (key: string, value: string): void => {
    if (Object.hasOwn(data, key))
      fail(
        `cannot add key "${key}", another key by that name already exists in Data for ConfigMap "${f.args[0] ?? ""}"`,
      );
    data[key] = value;
  };
  const read = (path: string): string =>
    ctx.once(() => readFile(ctx.host, ctx.session, path) ?? null) ??
    fail(`error reading ${path}: no such file or directory`);
  for (const literal of f.list("from-literal")) {
    const at = literal.indexOf("=");
    if (at <= 0) fail(`invalid literal source ${literal}, expected key=value`);
    put(literal.slice(0, at), literal.slice(at + 1).replace(/^(["'])(.*)\1$/s, "$2"));
  }
  for (const source of f.list("from-file")) {
    const at = source.indexOf("=");
    const path = at < 0 ? source : source.slice(at + 1);
    if (at < 0 && ctx.once(() => isDirectory(ctx.host, ctx.session, path)))
      fail(`error reading ${path}: is a directory`);
    put(at < 0 ? (path.split("/").at(-1) ?? path) : source.slice(0, at), read(path));
  }
  for (const path of f.list("from-env-file")) {
    for (const line of read(path).split("\n")) {
      const text = line.trimStart();
      if (text === "" || text.startsWith("#")) continue;
      const at = text.indexOf("=");
      put(at < 0 ? text : text.slice(0, at), at < 0 ? (ctx.session.vars[text] ?? "") : text.slice(at + 1));
    }
  }
  return data;
}

const DATA = flags("from-literal=list from-file=list from-env-file=list append-hash");

export const configMap = command("kubectl create configmap", DATA, (f, ctx) => {
  const name = nameArg(f, "kubectl create configmap");
  const data = dataOf(f, ctx);
  return submit(ctx, f, "ConfigMap", {
    ...(Object.keys(data).length > 0 ? { data } : {}),
    metadata: { name },
  } as ApiObject);
});

const secretGeneric = command(
  "kubectl create secret generic",
  [...DATA, ...flags("type=string")],
  (f, ctx) => {
    const name = nameArg(f, "kubectl create secret generic");
    const data = Object.fromEntries(Object.entries(dataOf(f, ctx)).map(([k, v]) => [k, encodeBase64(v)]));
    return submit(ctx, f, "Secret", {
      ...(Object.keys(data).length > 0 ? { data } : {}),
      metadata: { name },
      ...(f.has("type") ? { type: f.string("type") } : {}),
    } as ApiObject);
  },
);

const secretDocker = command(
  "kubectl create secret docker-registry",
  flags(
    "docker-server=string docker-username=string docker-password=string docker-email=string from-file=list append-hash",
  ),
  (f, ctx) => {
    const name = nameArg(f, "kubectl create secret docker-registry");
    const [user, password] = [f.string("docker-username"), f.string("docker-password")];
    if (!user || !password)
      fail(
        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
      );
    const email = f.string("docker-email");
    const auth = `{"username":${goJson(user)},"password":${goJson(password)}${email ? `,"email":${goJson(email)}` : ""},"auth":${goJson(encodeBase64(`${user}:${password}`))}}`;
    const config = `{"auths":{${goJson(f.string("docker-server", "https://index.docker.io/v1/"))}:${auth}}}`;
    return submit(ctx, f, "Secret", {
      data: { ".dockerconfigjson": encodeBase64(config) },
      metadata: { name },
      type: "kubernetes.io/dockerconfigjson",
    } as ApiObject);
  },
);

const secretTls = command(
  "kubectl create secret tls",
  flags("cert=string key=string append-hash"),
  (f, ctx) => {
    const name = nameArg(f, "kubectl create secret tls");
    if (!f.has("key") || !f.has("cert")) fail("key and cert must be specified");
    const read = (path: string): string =>
      ctx.once(() => readFile(ctx.host, ctx.session, path) ?? null) ??
      fail(`Cannot read file ${path}, open ${path}: no such file or directory`);
    return submit(ctx, f, "Secret", {
      data: {
        "tls.crt": encodeBase64(read(f.string("cert"))),
        "tls.key": encodeBase64(read(f.string("key"))),
      },
      metadata: { name },
      type: "kubernetes.io/tls",
    } as ApiObject);
  },
);

const SECRET_HELP = `Create a secret with specified type.

 A docker-registry type secret is for accessing a container registry.

 A generic type secret indicate an Opaque secret type.

 A tls type secret holds TLS certificate and its associated key.

Available Commands:
  docker-registry   Create a secret for use with a Docker registry
  generic           Create a secret from a local file, directory, or literal value
  tls               Create a TLS secret

Usage:
  kubectl create secret (docker-registry | generic | tls) [options]

Use "kubectl create secret <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands).
`;

export const secret: Command = (args, ctx) => {
  const [kind, ...rest] = args;
  const made: Readonly<Record<string, Command>> = {
    generic: secretGeneric,
    "docker-registry": secretDocker,
    tls: secretTls,
  };
  const own = kind !== undefined && Object.hasOwn(made, kind) ? made[kind] : undefined;
  if (own) return own(rest, ctx);
  throw new Failure(SECRET_HELP);
};
