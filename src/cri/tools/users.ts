/** Users and groups of a container. */
import { options, type Tool, type ToolIo } from "./contract.ts";

const USERS: Readonly<Record<number, string>> = {
  0: "root",
  65534: "nobody",
  101: "nginx",
  33: "www-data",
  999: "redis",
  1: "daemon",
  2: "bin",
};

/** Name of a uid in the container's /etc/passwd. */
export function userName(io: ToolIo, uid: number): string | undefined {
  const passwd = io.host.fs.read("/etc/passwd");
  if (!passwd.ok) return USERS[uid];
  const line = passwd.value.content.split("\n").find((l) => l.split(":")[2] === String(uid));
  return line?.split(":")[0];
}

export function groupName(io: ToolIo, gid: number): string | undefined {
  const group = io.host.fs.read("/etc/group");
  if (!group.ok) return USERS[gid];
  return group.value.content
    .split("\n")
    .find((l) => l.split(":")[2] === String(gid))
    ?.split(":")[0];
}

interface Who {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** A user of /etc/passwd, with the groups that list it. */
function userNamed(io: ToolIo, name: string): Who | undefined {
  const rows = (path: string): string[][] => {
    const found = io.host.fs.read(path);
    return (found.ok ? found.value.content : "").split("\n").map((line) => line.split(":"));
  };
  const row = rows("/etc/passwd").find(([user, , uid]) => user === name || uid === name);
  if (!row) return undefined;
  const gid = Number(row[3]);
  const more = rows("/etc/group").filter(([, , , members = ""]) => members.split(",").includes(row[0] ?? ""));
  return { uid: Number(row[2]), gid, groups: [gid, ...more.map(([, , n]) => Number(n))] };
}

export const id: Tool = (args, io) => {
  const [name] = options(args, "").rest;
  const who: Who | undefined = name === undefined ? io.host.proc : userNamed(io, name);
  if (!who) {
    io.err(io.host.flavor === "gnu" ? `id: '${name}': no such user\n` : `id: unknown user ${name}\n`);
    return 1;
  }
  const { uid, gid, groups } = who;
  const named = (n: number, name: string | undefined): string => (name ? `${n}(${name})` : String(n));
  // busybox lists what the kernel gives; GNU puts the effective group first.
  const all = [...new Set(io.host.flavor === "busybox" && groups.length > 0 ? groups : [gid, ...groups])];
  const { flags } = options(args, "");
  if (flags.u) io.out(`${flags.n ? (userName(io, uid) ?? uid) : uid}\n`);
  else if (flags.g) io.out(`${flags.n ? (groupName(io, gid) ?? gid) : gid}\n`);
  else if (flags.G) io.out(`${all.join(" ")}\n`);
  else {
    const list =
      all.length > 1 || groups.length > 0 || uid === 0 || io.host.flavor === "gnu"
        ? ` groups=${all.map((g) => named(g, groupName(io, g))).join(",")}`
        : "";
    io.out(`uid=${named(uid, userName(io, uid))} gid=${named(gid, groupName(io, gid))}${list}\n`);
  }
  return 0;
};
