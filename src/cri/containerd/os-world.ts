/** The world that a sandbox's processes run in: files, log, network, timers of this node. */
import { absolute } from "../../node/fs.ts";
import { type Credentials, type Disk, FsView } from "../../node/view.ts";
import { resolveName } from "../images/names.ts";
import { Os } from "../os/os.ts";
import type { OsState } from "../os/state.ts";
import type { OsWorld } from "../os/world.ts";
import { programByName } from "../programs/index.ts";
import type { Containerd } from "./containerd.ts";
import { exited } from "./containers.ts";
import { loadChanged, granted } from "./memory.ts";
import { virtualFile } from "./procfs.ts";
import { exitedSession, output } from "./sessions.ts";
import type { ContainerRow, SandboxRow } from "./state.ts";

/** A container's files as somebody in it sees them. */
export function viewOf(c: Containerd, row: ContainerRow, who?: Credentials, os?: OsState, pid = 0): FsView {
  const id = row.status.id;
  const layer: Disk = {
    root: () => c.rootfs.get(id)!,
    replace: (root) => c.rootfs.set(id, root),
    free: () => c.machine.fs.disk.free(),
  };
  return new FsView({
    root: layer, host: c.machine.fs.disk, mounts: row.mounts, readonlyRoot: row.config.readonlyRootfs === true, now: () => c.sim.now,
    ...(who ? { who } : {}),
    ...(os ? { virtual: (path: string) => virtualFile(c, row, os, pid, path) } : {}),
  });
}

/** RFC 3339 with nine digits: the milliseconds of the clock, and digits that differ from line to line. */
function stamp(ms: number, n: number): string {
  const fraction = String((n * 7919 + 104729) % 1_000_000).padStart(6, "0");
  return `${new Date(ms).toISOString().slice(0, -1)}${fraction}Z`;
}

function world(c: Containerd, row: SandboxRow): OsWorld {
  const { sim, machine } = c;
  const sandbox = row.sandbox.id;
  const to = `${c.node}/container`;
  const containerRow = (id: string): ContainerRow => c.containers.get(id)!;
  const local = `${c.node}\n${sandbox}${row.sandbox.hostNetwork ? "\nhost" : ""}`;
  const ownIp = row.sandbox.hostNetwork ? machine.info.internalIp : (row.sandbox.ips[0] ?? "");
  /** Addresses of a name as the container's files say it is looked up. */
  const lookup = (container: string, name: string): { name: string; addresses: readonly string[] } => {
    if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return { name, addresses: [name] };
    if (name === "localhost") return { name, addresses: ["127.0.0.1"] };
    const fs = viewOf(c, containerRow(container));
    const hosts = fs.read("/etc/hosts");
    const line = hosts.ok ? hosts.value.content.split("\n").find((l) => !l.startsWith("#") && l.split(/\s+/).slice(1).includes(name)) : undefined;
    if (line) return { name, addresses: [line.split(/\s+/)[0]!] };
    const conf = fs.read("/etc/resolv.conf");
    const text = conf.ok ? conf.value.content : "";
    const searches = (/^search\s+(.*)$/m.exec(text)?.[1] ?? "").split(/\s+/).filter((s) => s !== "");
    const ndots = Number(/ndots:(\d+)/.exec(text)?.[1] ?? 1);
    const rooted = name.endsWith(".");
    const plain = name.replace(/\.$/, "");
    const withSearch = rooted ? [] : searches.map((s) => `${plain}.${s}`);
    const candidates = plain.split(".").length - 1 >= ndots ? [plain, ...withSearch] : [...withSearch, plain];
    for (const candidate of candidates) {
      const addresses = c.network.names.lookup(candidate);
      if (addresses.length > 0) return { name: candidate, addresses };
    }
    return { name, addresses: [] };
  };
  const containerOf = (pid: number): string => c.os.get(sandbox)?.procs[pid]?.container ?? current(pid);
  let running: Os | undefined;
  const current = (pid: number): string => running?.proc(pid)?.container ?? "";
  const answer = (pid: number, kind: string, tag: string): { to: string; key: string; event: { type: string; pid: number; kind: string; tag: string } } => ({ to, key: sandbox, event: { type: "net", pid, kind, tag } });
  const made: OsWorld & { use(os: Os): void } = {
    use: (os) => {
      running = os;
    },
    now: sim.now,
    wallClock: () => machine.wallClock(),
    program: programByName,
    facts: (id) => {
      if (id === sandbox) return { flavor: "busybox", shell: "ash", imageName: "pause", hostname: row.config.hostname, podIp: ownIp, behavior: undefined };
      const k = containerRow(id);
      const spec = c.registry.spec(resolveName(k.imageName));
      return { flavor: spec?.flavor ?? "busybox", shell: spec?.sh ?? "ash", imageName: k.imageName, hostname: row.config.hostname || machine.info.hostname, podIp: ownIp, behavior: spec?.behavior };
    },
    fs: (id, who, os, pid) => viewOf(c, containerRow(id), who, os, pid),
    timer: (pid, tag, ms) => sim.send({ to, key: sandbox }, { type: "wake", pid, tag }, { delayMs: ms, timer: `${pid}/${tag}` }),
    cancelTimer: (pid, tag) => sim.cancel({ to, key: sandbox }, `${pid}/${tag}`),
    log: (id, stream, lines) => {
      const k = c.containers.get(id);
      if (!k) return;
      let n = k.logged;
      const at = machine.wallClock();
      machine.fs.append(k.status.logPath, lines.map((l) => `${stamp(at, n++)} ${stream} F ${l}\n`).join(""));
      c.containers.set(id, { ...k, logged: n });
    },
    sessionOutput: (session, stream, text) => output(c, session, stream, text),
    sessionExited: (session, code) => exitedSession(c, session, code),
    containerExited: (id, code, signal) => exited(c, id, code, signal),
    loadChanged: (id, os) => loadChanged(c, id, os),
    cpuGranted: (id, milli) => granted(c, id, milli),
    bindable: (port) => !row.sandbox.hostNetwork || !c.network.at(machine.info.internalIp).some((e) => e.sandbox !== sandbox && c.os.get(e.sandbox)?.ports[port] !== undefined),
    respond: (request, reply, delayMs) => c.network.answer(request, reply, delayMs),
    requestsDropped: (pid) => {
      const open = c.network.open(c.node, sandbox);
      for (const id of open) if (c.network.handler(id) === pid) c.network.broken(id);
    },
    http: (pid, r, tag) => {
      const found = lookup(containerOf(pid) || current(pid), r.host);
      if (found.addresses.length === 0) return sim.reply(answer(pid, "http", tag), { result: { ok: false, failure: "noSuchHost", text: `dial tcp: lookup ${r.host}: no such host` } }, { delayMs: 4 });
      sim.send({ to: "network" }, { type: "http", local, request: { ip: found.addresses[0], port: r.port, path: r.path, method: r.method, scheme: r.scheme, host: r.port === 80 ? r.host : `${r.host}:${r.port}`, headers: r.headers ?? {}, body: r.body ?? "", timeoutMs: r.timeoutMs, from: ownIp }, reply: answer(pid, "http", tag) }, { delayMs: 1 });
    },
    tcp: (pid, host, port, timeoutMs, tag) => {
      const found = lookup(containerOf(pid) || current(pid), host);
      if (found.addresses.length === 0) return sim.reply(answer(pid, "tcp", tag), { result: { ok: false, failure: "noSuchHost", text: `lookup ${host}: no such host` } }, { delayMs: 4 });
      sim.send({ to: "network" }, { type: "tcp", local, request: { ip: found.addresses[0], port, timeoutMs }, reply: answer(pid, "tcp", tag) }, { delayMs: 1 });
    },
    resolve: (pid, name, tag) => {
      sim.reply(answer(pid, "dns", tag), { result: lookup(containerOf(pid) || current(pid), name) }, { delayMs: 4 });
    },
    random: (id) => sim.draw("container.random", id),
  };
  return made;
}

/** Lets the processes of a sandbox run until all wait, and keeps what became of them. */
export function runOs(c: Containerd, sandbox: string, act: (os: Os) => void): void {
  const row = c.sandboxes.get(sandbox);
  const state = c.os.get(sandbox);
  if (!row || !state || c.machine.loads.get().off) return;
  const busy = c.running.get(sandbox);
  if (busy) {
    // Something that the processes did leads back to them: it joins the dispatch that is under way.
    act(busy);
    return;
  }
  const w = world(c, row) as OsWorld & { use(os: Os): void };
  const os = new Os(w, state);
  w.use(os);
  c.running.set(sandbox, os);
  try {
    act(os);
    c.os.set(sandbox, os.run());
  } finally {
    c.running.delete(sandbox);
  }
}

void absolute;
