/** File trees of images: program files, tools by base, users, and an image's own files. */
import { type DirNode, dir, file, type FsNode, getNode, link, putNode, tree } from "../node/fs.ts";
import type { Base, CatalogueEntry } from "./catalogue.ts";
import { BINARY } from "./os/host.ts";
import { APPLETS } from "./tools/multicall.ts";

const program = (name: string): FsNode => file(`${BINARY}${name}\n`, 0o755, 1_048_576);

/** Not part of coreutils, grep, sed, awk, find and the like, which every Debian image has. */
const NOT_DEBIAN = new Set([
  "busybox", "wget", "curl", "nc", "netcat", "nslookup", "dig", "host", "ping", "ps", "top", "free", "uptime", "killall", "pidof", "pgrep", "pkill", "watch", "vi", "telnet", "traceroute", "ifconfig", "ip", "netstat", "ss", "kill", "less", "su-exec",
  "gosu", "tini", "dumb-init", "usleep", "httpd", "crond", "ipcalc", "getent", "time", "clear", "reset", "cal", "nsenter", "sysctl",
]);
const NOT_BUSYBOX = new Set(["curl", "dig", "su-exec", "gosu", "tini", "dumb-init", "ss", "host"]);

const USERS: Readonly<Record<Base, string>> = {
  scratch: "",
  busybox: "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nbin:x:2:2:bin:/bin:/bin/false\nsys:x:3:3:sys:/dev:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\noperator:x:37:37:Operator:/var:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
  alpine: "root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/sbin/nologin\ndaemon:x:2:2:daemon:/sbin:/sbin/nologin\nguest:x:405:100:guest:/dev/null:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n",
  debian: "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
};
const GROUPS: Readonly<Record<Base, string>> = {
  scratch: "",
  busybox: "root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nwww-data:x:33:\nusers:x:100:\nnobody:x:65534:\n",
  alpine: "root:x:0:root\nbin:x:1:root,bin,daemon\ndaemon:x:2:root,bin,daemon\nusers:x:100:\nnobody:x:65534:\n",
  debian: "root:x:0:\ndaemon:x:1:\nbin:x:2:\nwww-data:x:33:\nusers:x:100:\nnogroup:x:65534:\n",
};
const RELEASES: Readonly<Record<Base, string>> = {
  scratch: "",
  busybox: "",
  alpine: 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\n',
  debian: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
};

/** What the runtime mounts into every container: devices, and places for proc and sys. */
function withMounts(root: DirNode): DirNode {
  const device = (): FsNode => file("", 0o666);
  let out = root;
  const put = (path: string, node: FsNode): void => {
    out = putNode(out, path, node, 0);
  };
  put("/dev", dir({ null: device(), zero: device(), full: device(), random: device(), urandom: device(), tty: device(), fd: link("/proc/self/fd"), stdin: link("/proc/self/fd/0"), stdout: link("/proc/self/fd/1"), stderr: link("/proc/self/fd/2"), shm: { ...dir({}, 0o1777), tmpfs: true }, mqueue: dir({}, 0o1777), pts: dir() }));
  put("/proc", dir({}, 0o555));
  put("/sys", dir({}, 0o555));
  if (!out.entries.etc) put("/etc", dir());
  return out;
}

function base(kind: Base, bash: boolean, extra: readonly string[]): DirNode {
  if (kind === "scratch") return dir();
  const paths: Record<string, FsNode | string> = {
    "/bin": dir(), "/etc": dir(), "/home": dir(), "/root": dir({}, 0o700), "/tmp": dir({}, 0o1777), "/usr/bin": dir(), "/usr/sbin": dir(), "/usr/local/bin": dir(), "/var/log": dir(), "/var/tmp": dir({}, 0o1777), "/run": dir(), "/var/run": link("/run"),
    "/etc/passwd": USERS[kind], "/etc/group": GROUPS[kind], "/etc/hostname": "\n", "/etc/hosts": "127.0.0.1\tlocalhost\n",
  };
  if (kind !== "busybox") for (const d of ["/sbin", "/lib", "/mnt", "/opt", "/srv", "/media"]) paths[d] = dir();
  if (RELEASES[kind] !== "") paths["/etc/os-release"] = RELEASES[kind];
  const into = kind === "debian" ? "/usr/bin" : "/bin";
  const left = kind === "debian" ? NOT_DEBIAN : NOT_BUSYBOX;
  paths[`${into}/${kind === "debian" ? "coreutils" : "busybox"}`] = program("busybox");
  const target = `${into}/${kind === "debian" ? "coreutils" : "busybox"}`;
  const tool = (name: string): void => {
    paths[`${into}/${name}`] = kind === "debian" ? program("busybox") : link(target);
  };
  for (const name of APPLETS) if (!left.has(name) || extra.includes(name)) tool(name);
  paths["/bin/sh"] = program("sh");
  if (kind === "debian") {
    for (const name of APPLETS) if (!left.has(name) || extra.includes(name)) paths[`/bin/${name}`] = link(`/usr/bin/${name}`);
    paths["/bin/dash"] = program("sh");
    paths["/bin/bash"] = program("sh");
    paths["/usr/bin/bash"] = link("/bin/bash");
    paths["/usr/bin/sh"] = link("/bin/sh");
  } else {
    paths["/bin/ash"] = program("sh");
    if (bash) paths["/bin/bash"] = program("sh");
  }
  if (kind === "alpine") paths["/usr/bin/env"] = link("/bin/busybox");
  else if (kind === "busybox") paths["/usr/bin/env"] = link("/bin/env");
  return tree(paths);
}

const bases = new Map<string, DirNode>();

/** The tree of an image. The same entry gives the same object. */
export function imageRoot(entry: CatalogueEntry): DirNode {
  const key = `${entry.base} ${entry.bash ?? false} ${(entry.tools ?? []).join(",")}`;
  let root = bases.get(key);
  if (!root) {
    root = withMounts(base(entry.base, entry.bash ?? false, entry.tools ?? []));
    bases.set(key, root);
  }
  for (const path of entry.directories ?? []) root = putNode(root, path, dir(), 0);
  for (const [path, text] of Object.entries(entry.files ?? {})) root = putNode(root, path, file(text), 0);
  for (const [path, name] of Object.entries(entry.programs ?? {})) root = putNode(root, path, program(name), 0);
  const users = Object.entries(entry.users ?? {});
  if (users.length > 0) {
    const passwd = users.map(([name, uid]) => `${name}:x:${uid}:${uid}:${name}:/home/${name}:/sbin/nologin\n`).join("");
    const group = users.map(([name, uid]) => `${name}:x:${uid}:\n`).join("");
    root = putNode(root, "/etc/passwd", file(USERS[entry.base] + passwd), 0);
    root = putNode(root, "/etc/group", file(GROUPS[entry.base] + group), 0);
  }
  if (entry.workdir && !getNode(root, entry.workdir)) root = putNode(root, entry.workdir, dir(), 0);
  return root;
}
