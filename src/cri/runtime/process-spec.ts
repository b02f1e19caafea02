/** A container's first process from its config and its image: command, environment, directory, user. */
import { getNode } from "../../node/fs.ts";
import type { ContainerConfig } from "../contract.ts";
import type { ImageConfig } from "../registry.ts";
import type { ProcessSpec, SandboxRow } from "./context.ts";

export type ProcessSpecResult = { readonly ok: true; readonly process: ProcessSpec } | { readonly ok: false; readonly error: string };

function lines(image: ImageConfig, path: string): string[][] {
  const node = getNode(image.root, path);
  return node?.kind === "file" ? node.content.split("\n").filter((l) => l !== "").map((l) => l.split(":")) : [];
}

/** Command as containerd puts it together: a command of one's own drops the image's arguments. */
export function processSpec(config: ContainerConfig, image: ImageConfig, sandbox: SandboxRow, nodeHostname: string): ProcessSpecResult {
  const own = config.command.length > 0;
  const argv = [...(own ? config.command : image.entrypoint), ...(config.args.length > 0 ? config.args : own ? [] : image.cmd)];
  if (argv.length === 0) return { ok: false, error: "failed to generate container spec: failed to generate spec: no command specified" };
  const passwd = lines(image, "/etc/passwd");
  const group = lines(image, "/etc/group");
  const [imageUser = "", imageGroup] = image.user.split(":");
  const wanted = config.user.username ?? (config.user.uid !== undefined ? String(config.user.uid) : imageUser);
  const entry = passwd.find((l) => l[0] === wanted) ?? (/^\d*$/.test(wanted) ? passwd.find((l) => l[2] === (wanted || "0")) : undefined);
  if (!entry && !/^\d*$/.test(wanted)) return { ok: false, error: "mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount: no users found" };
  const uid = entry ? Number(entry[2]) : Number(wanted || "0");
  const fromImage = config.user.uid === undefined && config.user.username === undefined && imageGroup !== undefined ? Number(group.find((l) => l[0] === imageGroup)?.[2] ?? imageGroup) : undefined;
  const gid = config.user.gid ?? fromImage ?? (entry ? Number(entry[3]) : 0);
  const named = entry ? group.filter((l) => (l[3] ?? "").split(",").includes(entry[0]!)).map((l) => Number(l[2])) : [];
  const groups = [...new Set([gid, ...named, ...(config.user.groups ?? [])])].sort((a, b) => a - b);
  const env: Record<string, string> = {};
  for (const [k, v] of image.env) env[k] = v;
  env.HOSTNAME = sandbox.config.hostname || nodeHostname;
  if (config.tty) env.TERM = "xterm";
  for (const [k, v] of config.env) env[k] = v;
  env.HOME ??= entry?.[5] ?? "/";
  return { ok: true, process: { argv, env, cwd: config.workingDir || image.workdir, uid, gid, groups } };
}
