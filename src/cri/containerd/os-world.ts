/** The world that a sandbox's processes run in: files, log, network, timers of this node. */
import type { Credentials, FsView } from "../../node/view.ts";
import type { Ms, ReplyTo } from "../../sim/types.ts";
import { resolveName } from "../images/names.ts";
import type { OutgoingHttp, Program, ServerAnswer, Signal } from "../os/contract.ts";
import { Os } from "../os/os.ts";
import type { OsState } from "../os/state.ts";
import type { ContainerFacts, OsWorld } from "../os/world.ts";
import { programByName } from "../programs/index.ts";
import type { Containerd } from "./containerd.ts";
import { exited } from "./containers.ts";
import { viewOf } from "./files.ts";
import { granted, loadChanged } from "./memory.ts";
import { exitedSession, output } from "./sessions.ts";
import type { ContainerRow, SandboxRow } from "./state.ts";

/** Longest line of a log file (containerd: max_container_log_line_size). */
const LONGEST = 16 * 1024;

/** A look-up at the cluster's DNS. */
const DNS: Ms = 4;

/** RFC 3339 with nine digits: the milliseconds of the clock, and digits that differ from line to line. */
function stamp(ms: number, n: number): string {
  const fraction = String((n * 7919 + 104729) % 1_000_000).padStart(6, "0");
  const whole = Math.trunc(ms);
  const second = Math.floor(whole / 1000);
  if (lastSecond.second !== second)
    lastSecond = { second, text: new Date(second * 1000).toISOString().slice(0, -4) };
  return `${lastSecond.text}${String(whole - second * 1000).padStart(3, "0")}${fraction}Z`;
}

/** The second of the last line, up to its point: lines come many to a second. */
let lastSecond = { second: Number.NaN, text: "" };

interface LastView {
  readonly c: Containerd;
  readonly row: ContainerRow;
  readonly os: OsState;
  readonly pid: number;
  readonly view: FsView;
}

/** Files as processes saw them last: a server between two requests is the same process in the same system. */
const views = new WeakMap<Credentials, LastView>();

class NodeWorld implements OsWorld {
  readonly #c: Containerd;
  readonly #row: SandboxRow;
  readonly #sandbox: string;
  /** The dispatch under way: it knows processes that the table does not have yet. */
  os: Os | undefined;

  constructor(c: Containerd, row: SandboxRow) {
    this.#c = c;
    this.#row = row;
    this.#sandbox = row.sandbox.id;
  }

  get now(): Ms {
    return this.#c.sim.now;
  }
  wallClock(): number {
    return this.#c.machine.wallClock();
  }
  program(name: string): Program {
    return programByName(name);
  }

  get pidsLimit(): number | undefined {
    const limit = this.#c.machine.cgroups.get(this.#row.config.cgroupParent)?.pidsLimit;
    // The pause process is one of them.
    return limit === undefined ? undefined : limit - 1;
  }

  get #ip(): string {
    return this.#row.sandbox.hostNetwork ? this.#c.machine.info.internalIp : (this.#row.sandbox.ips[0] ?? "");
  }
  get #hostname(): string {
    return this.#row.config.hostname || this.#c.machine.info.hostname;
  }

  facts(id: string): ContainerFacts {
    if (id === this.#sandbox)
      return {
        flavor: "busybox",
        shell: "ash",
        imageName: "pause",
        hostname: this.#hostname,
        podIp: this.#ip,
        behavior: undefined,
      };
    const { imageName } = this.#c.containers.get(id)!;
    const spec = this.#c.registry.spec(resolveName(imageName));
    return {
      flavor: spec?.flavor ?? "busybox",
      shell: spec?.sh ?? "ash",
      imageName,
      hostname: this.#hostname,
      podIp: this.#ip,
      behavior: spec?.behavior,
    };
  }

  fs(id: string, who: Credentials, os: OsState, pid: number): FsView {
    const row = this.#c.containers.get(id)!;
    const last = views.get(who);
    if (last?.row === row && last.os === os && last.pid === pid && last.c === this.#c) return last.view;
    const view = viewOf(this.#c, row, who, os, pid);
    views.set(who, { c: this.#c, row, os, pid, view });
    return view;
  }

  // --- time and output ---------------------------------------------------------------------------------------

  timer(pid: number, tag: string, ms: Ms): void {
    this.#c.sim.send(
      { to: `${this.#c.node}/container`, key: this.#sandbox },
      { type: "wake", pid, tag },
      { delayMs: ms, timer: `${pid}/${tag}` },
    );
  }
  cancelTimer(pid: number, tag: string): void {
    this.#c.sim.cancel({ to: `${this.#c.node}/container`, key: this.#sandbox }, `${pid}/${tag}`);
  }

  log(id: string, stream: "stdout" | "stderr", lines: readonly string[]): void {
    const row = this.#c.containers.get(id);
    if (!row) return;
    const at = this.#c.machine.wallClock();
    let text = "";
    let n = this.#c.logged.get(id) ?? 0;
    for (const line of lines) {
      // containerd splits what is longer than 16 KiB into partial lines.
      let rest = line;
      for (; rest.length > LONGEST; rest = rest.slice(LONGEST))
        text += `${stamp(at, n++)} ${stream} P ${rest.slice(0, LONGEST)}\n`;
      text += `${stamp(at, n++)} ${stream} F ${rest}\n`;
    }
    this.#c.machine.fs.appendLog(row.status.logPath, text);
    this.#c.logged.set(id, n);
  }

  sessionOutput(session: string, stream: "stdout" | "stderr", text: string): void {
    output(this.#c, session, stream, text);
  }
  sessionExited(session: string, code: number): void {
    exitedSession(this.#c, session, code);
  }
  containerExited(id: string, code: number, signal?: Signal): void {
    exited(this.#c, id, code, signal);
  }

  // --- load ------------------------------------------------------------------------------------------------

  loadChanged(id: string, os: OsState): void {
    loadChanged(this.#c, id, os);
  }
  cpuGranted(id: string, milli: number): number {
    return granted(this.#c, id, milli);
  }
  random(id: string): number {
    return this.#c.sim.draw("container.random", id);
  }

  // --- network ---------------------------------------------------------------------------------------------

  bindable(port: number): boolean {
    if (!this.#row.sandbox.hostNetwork) return true;
    const { network, machine, os } = this.#c;
    return !network
      .at(machine.info.internalIp)
      .some((e) => e.sandbox !== this.#sandbox && os.get(e.sandbox)?.ports[port] !== undefined);
  }
  respond(request: string, answer: ServerAnswer, delayMs: Ms): void {
    this.#c.network.answer(request, answer, delayMs);
  }
  requestsDropped(pid: number): void {
    const { network, node } = this.#c;
    for (const id of network.open(node, this.#sandbox)) if (network.handler(id) === pid) network.broken(id);
  }

  #answerTo(pid: number, kind: string, tag: string): ReplyTo {
    return { to: `${this.#c.node}/container`, key: this.#sandbox, event: { type: "net", pid, kind, tag } };
  }
  /** So that localhost means this sandbox. */
  get #local(): string {
    return `${this.#c.node}\n${this.#sandbox}${this.#row.sandbox.hostNetwork ? "\nhost" : ""}`;
  }

  http(pid: number, r: OutgoingHttp, tag: string): void {
    const { sim } = this.#c;
    const reply = this.#answerTo(pid, "http", tag);
    const ip = this.#lookup(pid, r.host).addresses[0];
    if (ip === undefined) {
      sim.reply(
        reply,
        { result: { ok: false, failure: "noSuchHost", text: `dial tcp: lookup ${r.host}: no such host` } },
        { delayMs: DNS },
      );
      return;
    }
    const host = r.port === (r.scheme === "https" ? 443 : 80) ? r.host : `${r.host}:${r.port}`;
    const request = {
      ip,
      port: r.port,
      path: r.path,
      method: r.method,
      scheme: r.scheme,
      host,
      headers: r.headers ?? {},
      body: r.body ?? "",
      timeoutMs: r.timeoutMs,
      from: this.#ip,
    };
    sim.send({ to: "network" }, { type: "http", local: this.#local, request, reply }, { delayMs: 1 });
  }

  tcp(pid: number, host: string, port: number, timeoutMs: Ms, tag: string): void {
    const { sim } = this.#c;
    const reply = this.#answerTo(pid, "tcp", tag);
    const ip = this.#lookup(pid, host).addresses[0];
    if (ip === undefined) {
      sim.reply(
        reply,
        { result: { ok: false, failure: "noSuchHost", text: `lookup ${host}: no such host` } },
        { delayMs: DNS },
      );
      return;
    }
    sim.send(
      { to: "network" },
      { type: "tcp", local: this.#local, request: { ip, port, timeoutMs }, reply },
      { delayMs: 1 },
    );
  }

  resolve(pid: number, name: string, tag: string): void {
    this.#c.sim.reply(this.#answerTo(pid, "dns", tag), { result: this.#lookup(pid, name) }, { delayMs: DNS });
  }

  /** Addresses of a name as the container's hosts file and resolv.conf say it is looked up. */
  #lookup(pid: number, name: string): { name: string; addresses: readonly string[] } {
    if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return { name, addresses: [name] };
    if (name === "localhost") return { name, addresses: ["127.0.0.1"] };
    const container = this.os?.proc(pid)?.container;
    const row = container ? this.#c.containers.get(container) : undefined;
    if (!row) return { name, addresses: [] };
    const fs = viewOf(this.#c, row);
    const hosts = fs.read("/etc/hosts");
    const line = hosts.ok
      ? hosts.value.content
          .split("\n")
          .find((l) => !l.startsWith("#") && l.split(/\s+/).slice(1).includes(name))
      : undefined;
    if (line) return { name, addresses: [line.split(/\s+/)[0]!] };
    const conf = fs.read("/etc/resolv.conf");
    const text = conf.ok ? conf.value.content : "";
    const searches = (/^search\s+(.*)$/m.exec(text)?.[1] ?? "").split(/\s+/).filter((s) => s !== "");
    const ndots = Number(/ndots:(\d+)/.exec(text)?.[1] ?? 1);
    const plain = name.replace(/\.$/, "");
    const longer = name.endsWith(".") ? [] : searches.map((s) => `${plain}.${s}`);
    for (const candidate of plain.split(".").length - 1 >= ndots ? [plain, ...longer] : [...longer, plain]) {
      const addresses = this.#c.network.names.lookup(candidate);
      if (addresses.length > 0) return { name: candidate, addresses };
    }
    return { name, addresses: [] };
  }
}

/** Lets the processes of a sandbox run until all wait, and keeps what became of them. */
export function runOs(c: Containerd, sandbox: string, act: (os: Os) => void): void {
  const row = c.sandboxes.get(sandbox);
  const state = c.os.get(sandbox);
  if (!row || !state || c.machine.loads.get().off) return;
  const busy = c.dispatches.get(sandbox);
  if (busy) {
    // Something that the processes did leads back to them: it joins the dispatch that is under way.
    act(busy);
    return;
  }
  const world = new NodeWorld(c, row);
  const os = new Os(world, state);
  world.os = os;
  c.dispatches.set(sandbox, os);
  try {
    act(os);
    const after = os.run();
    if (after !== state) c.os.set(sandbox, after);
  } finally {
    c.dispatches.delete(sandbox);
  }
}
