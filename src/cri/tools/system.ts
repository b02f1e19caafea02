/** Tools that look at the machine below or change it: network devices, mounts, devices, the kernel's own log. */
import { options, type Tool, type ToolIo } from "./contract.ts";
import { why } from "./listing.ts";
import { may } from "./privileges.ts";

const denied = (io: ToolIo, text: string, code = 1): number => {
  io.err(`${text}\n`);
  return code;
};

const LOOPBACK = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000";
const ETH0 =
  "2: eth0@if5: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue state UP qlen 1000";

const gateway = (ip: string): string => ip.replace(/\.\d+$/, ".1");

/** Words of `ip`'s objects may be cut short. */
const isObject = (word: string, name: string): boolean => word !== "" && name.startsWith(word);

const ip: Tool = (args, io) => {
  const words = args.filter((a) => !a.startsWith("-"));
  const [object = "", verb = "show"] = words;
  const { podIp } = io.host;
  if (!["show", "list", "ls", "l", "s", "get"].includes(verb)) {
    if (may(io, "NET_ADMIN")) return 0;
    const who = io.host.flavor === "gnu" ? "" : "ip: ";
    return denied(io, `${who}RTNETLINK answers: Operation not permitted`, 2);
  }
  if (isObject(object, "address") || object === "addr") {
    const inet = (address: string, device: string): string =>
      `    inet ${address} ${device}\n       valid_lft forever preferred_lft forever\n`;
    io.out(`${LOOPBACK}\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n`);
    io.out(inet("127.0.0.1/8", "scope host lo"));
    io.out(`${ETH0}\n    link/ether 0a:58:0a:f4:00:05 brd ff:ff:ff:ff:ff:ff\n`);
    io.out(inet(`${podIp}/24`, `brd ${podIp.replace(/\.\d+$/, ".255")} scope global eth0`));
    return 0;
  }
  if (isObject(object, "link")) {
    io.out(`${LOOPBACK}\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n`);
    io.out(`${ETH0}\n    link/ether 0a:58:0a:f4:00:05 brd ff:ff:ff:ff:ff:ff\n`);
    return 0;
  }
  if (isObject(object, "route")) {
    io.out(`default via ${gateway(podIp)} dev eth0\n`);
    io.out(`${podIp.replace(/\.\d+$/, ".0")}/24 dev eth0 scope link  src ${podIp}\n`);
    return 0;
  }
  if (isObject(object, "neighbour") || isObject(object, "rule")) return 0;
  return denied(io, 'ip: either "OPTIONS" or "OBJECT" must be given', 1);
};

const ifconfig: Tool = (args, io) => {
  if (args.filter((a) => !a.startsWith("-")).length > 1)
    return may(io, "NET_ADMIN") ? 0 : denied(io, "ifconfig: SIOCSIFFLAGS: Operation not permitted");
  const { podIp } = io.host;
  io.out(
    `eth0      Link encap:Ethernet  HWaddr 0A:58:0A:F4:00:05\n          inet addr:${podIp}  Bcast:${podIp.replace(/\.\d+$/, ".255")}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\n`,
  );
  io.out(
    "lo        Link encap:Local Loopback\n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n",
  );
  return 0;
};

const route: Tool = (args, io) => {
  if (args.includes("add") || args.includes("del"))
    return may(io, "NET_ADMIN") ? 0 : denied(io, "route: SIOCADDRT: Operation not permitted");
  const { podIp } = io.host;
  const row = (...cells: string[]): void => io.out(`${cells.map((c) => c.padEnd(16)).join("")}\n`);
  io.out("Kernel IP routing table\n");
  row("Destination", "Gateway", "Genmask", "Flags Metric Ref    Use Iface");
  row("0.0.0.0", gateway(podIp), "0.0.0.0", "UG    0      0        0 eth0");
  row(podIp.replace(/\.\d+$/, ".0"), "0.0.0.0", "255.255.255.0", "U     0      0        0 eth0");
  return 0;
};

/** Without operands it lists; anything else takes the right to mount. */
const mount: Tool = (args, io) => {
  const { rest } = options(args, "to");
  if (rest.length > 0)
    return may(io, "SYS_ADMIN") ? 0 : denied(io, "mount: permission denied (are you root?)");
  const mounts = io.host.fs.read("/proc/mounts");
  for (const line of (mounts.ok ? mounts.value.content : "").trim().split("\n")) {
    const [device, path, kind, opts] = line.split(" ");
    io.out(`${device} on ${path} type ${kind} (${opts})\n`);
  }
  return 0;
};

const umount: Tool = (args, io) => {
  const { rest } = options(args, "t");
  if (may(io, "SYS_ADMIN")) return 0;
  for (const path of rest) io.err(`umount: can't unmount ${path}: Operation not permitted\n`);
  return 1;
};

const mountpoint: Tool = (args, io) => {
  const { flags, rest } = options(args, "");
  const path = io.host.path(rest[0] ?? "");
  const mounts = io.host.fs.read("/proc/mounts");
  const is = (mounts.ok ? mounts.value.content : "").split("\n").some((line) => line.split(" ")[1] === path);
  if (!flags["q"]) io.out(`${rest[0]} is ${is ? "" : "not "}a mountpoint\n`);
  return is ? 0 : 1;
};

const mknod: Tool = (args, io) => {
  const { rest } = options(args, "m");
  const [path = "", kind = ""] = rest;
  if (kind !== "p" && !may(io, "MKNOD")) return denied(io, `mknod: ${path}: Operation not permitted`);
  const made = io.host.fs.write(io.host.path(path), "", { mode: 0o644 });
  return made.ok ? 0 : denied(io, `mknod: ${path}: ${why(io, made.errno)}`);
};

const dmesg: Tool = (_args, io) =>
  may(io, "SYSLOG") || may(io, "SYS_ADMIN") ? 0 : denied(io, "dmesg: klogctl: Operation not permitted");

const ipcs: Tool = (args, io) => {
  const asked = (letter: string): boolean =>
    !args.some((a) => /^-[mqs]/.test(a)) || args.includes(`-${letter}`);
  const part = (title: string, columns: string): void => io.out(`\n------ ${title} --------\n${columns}\n`);
  if (asked("q"))
    part("Message Queues", "key        msqid      owner      perms      used-bytes   messages    ");
  if (asked("m"))
    part(
      "Shared Memory Segments",
      "key        shmid      owner      perms      bytes      nattch     status      ",
    );
  if (asked("s")) part("Semaphore Arrays", "key        semid      owner      perms      nsems     ");
  io.out("\n");
  return 0;
};

const entering: Tool = (_args, io) =>
  may(io, "SYS_ADMIN") ? 0 : denied(io, `${io.name}: ${io.name}(0x20000): Operation not permitted`);

const modules: Tool = (args, io) =>
  may(io, "SYS_MODULE")
    ? 0
    : denied(io, `${io.name}: can't load module ${args.at(-1) ?? ""}: Operation not permitted`);

export const system: Readonly<Record<string, Tool>> = {
  ip,
  ifconfig,
  route,
  mount,
  umount,
  mountpoint,
  mknod,
  dmesg,
  ipcs,
  unshare: entering,
  nsenter: entering,
  modprobe: modules,
  insmod: modules,
  lsmod: (_args, io) => {
    io.out("Module                  Size  Used by    Not tainted\n");
    return 0;
  },
  hostid: (_args, io) => {
    io.out("00000000\n");
    return 0;
  },
  who: (_args, io) => {
    io.out("USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n");
    return 0;
  },
  fsync: () => 0,
};
