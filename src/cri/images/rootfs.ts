/** Files that images bring: one tree a kind, built once and shared by every container. */
import { type DirNode, dir, type FsNode, file, link, tree } from "../../node/fs.ts";
import { BINARY } from "../os/executables.ts";
import { DEFAULT_CONF, WELCOME } from "../programs/nginx.ts";
import { APPLETS } from "../tools/multicall.ts";

/** An executable that runs the named program. */
export function binary(program: string, size = 1_000_000): FsNode {
  return file(`${BINARY}${program}\n`, 0o755, size);
}

export type Base = "busybox" | "alpine" | "debian" | "ubuntu" | "fedora" | "scratch";

const GNU_MISSING = new Set([
  "curl",
  "wget",
  "nc",
  "netcat",
  "ncat",
  "nslookup",
  "dig",
  "host",
  "ping",
  "killall",
  "top",
  "su-exec",
  "gosu",
  "tini",
  "dumb-init",
  "less",
  "sysctl",
  "watch",
  "free",
  "nmeter",
  "httpd",
  "usleep",
]);
const BUSYBOX_MISSING = new Set([
  "curl",
  "dig",
  "host",
  "ncat",
  "su-exec",
  "gosu",
  "tini",
  "dumb-init",
  "gawk",
  "mawk",
  "stdbuf",
  "fallocate",
  "column",
  "pgrep",
  "pkill",
]);

const PASSWD =
  "root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/sbin/nologin\ndaemon:x:2:2:daemon:/sbin:/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/sbin/nologin\nnobody:x:65534:65534:nobody:/home:/bin/false\n";
const GROUP = "root:x:0:\nbin:x:1:\ndaemon:x:2:\ntty:x:5:\nwww-data:x:33:\nnogroup:x:65534:\n";

function os(base: Base): Record<string, string | FsNode> {
  const releases: Readonly<Record<Base, string>> = {
    busybox: "",
    scratch: "",
    alpine: 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\n',
    debian:
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
    ubuntu: 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\n',
    fedora: 'NAME="Fedora Linux"\nVERSION="43 (Container Image)"\nID=fedora\nVERSION_ID=43\n',
  };
  const out: Record<string, string | FsNode> = {
    "/dev": dir(),
    "/proc": dir({}, 0o555),
    "/sys": dir({}, 0o555),
    "/tmp": dir({}, 0o1777),
    "/root": dir({}, 0o700),
    "/run": dir(),
    "/var/run": link("/run"),
    "/etc/passwd": PASSWD,
    "/etc/group": GROUP,
    "/home": dir(),
    "/usr/share": dir(),
    "/var/log": dir(),
    "/var/tmp": dir({}, 0o1777),
    "/mnt": dir(),
    "/opt": dir(),
    "/srv": dir(),
  };
  if (releases[base]) out["/etc/os-release"] = releases[base];
  return out;
}

function withShell(base: Base): Record<string, string | FsNode> {
  const out = os(base);
  const gnu = base !== "busybox" && base !== "alpine";
  const tool = binary("busybox", gnu ? 60_000 : 1_100_000);
  const sh = binary("sh", 120_000);
  for (const name of APPLETS) {
    if ((gnu ? GNU_MISSING : BUSYBOX_MISSING).has(name)) continue;
    out[`${gnu ? "/usr/bin" : "/bin"}/${name}`] = tool;
  }
  if (gnu) {
    out["/bin"] = link("usr/bin");
    out["/sbin"] = link("usr/sbin");
    out["/usr/sbin"] = dir();
    out["/usr/bin/sh"] = sh;
    out["/usr/bin/bash"] = sh;
    out["/usr/bin/dash"] = sh;
  } else {
    out["/bin/sh"] = sh;
    out["/bin/ash"] = sh;
    out["/bin/busybox"] = tool;
    out["/usr/bin/env"] = tool;
    out["/usr/bin"] = dir({ env: tool });
    out["/sbin"] = dir();
  }
  return out;
}

/** What an image adds to its base: path → text, `{program}` for an executable, or a directory. */
export type Extra = Readonly<
  Record<
    string,
    | string
    | { readonly program: string }
    | { readonly dir: true; readonly mode?: number; readonly uid?: number }
    | { readonly script: string }
  >
>;

export const NGINX_FILES: Extra = {
  "/usr/sbin/nginx": { program: "nginx" },
  "/usr/bin/curl": { program: "busybox" },
  "/usr/share/nginx/html/index.html": WELCOME,
  "/usr/share/nginx/html/50x.html":
    "<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n",
  "/etc/nginx/nginx.conf":
    "user  nginx;\nworker_processes  auto;\npid        /run/nginx.pid;\nevents {\n    worker_connections  1024;\n}\nhttp {\n    include       /etc/nginx/mime.types;\n    include /etc/nginx/conf.d/*.conf;\n}\n",
  "/etc/nginx/conf.d/default.conf": DEFAULT_CONF,
  "/var/cache/nginx": { dir: true },
  "/var/log/nginx": { dir: true },
};

const trees = new Map<string, DirNode>();

/** The tree of a base with what an image adds; the same arguments give the same value. */
export function rootfs(key: string, base: Base, shell: boolean, extra: Extra): DirNode {
  const known = trees.get(key);
  if (known) return known;
  const paths = shell ? withShell(base) : os(base);
  for (const path of Object.keys(extra)) {
    const e = extra[path]!;
    if (typeof e === "string") paths[path] = e;
    else if ("program" in e) paths[path] = binary(e.program, 20_000_000);
    else if ("script" in e) paths[path] = file(e.script, 0o755);
    else paths[path] = dir({}, e.mode ?? 0o755, e.uid ?? 0);
  }
  // Links are put in last: what lies below their target must be there first.
  const links = Object.keys(paths).filter((p) => (paths[p] as FsNode).kind === "link");
  const ordered: Record<string, string | FsNode> = {};
  for (const p of Object.keys(paths)) if (!links.includes(p)) ordered[p] = paths[p]!;
  for (const p of links) ordered[p] = paths[p]!;
  const made = tree(ordered);
  trees.set(key, made);
  return made;
}
