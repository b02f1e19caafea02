/** What the processes of a sandbox see of the machine around them, and the way into a sandbox for everybody else. */
import { FsView } from "../../node/view.ts";
import type { Ms } from "../../sim/types.ts";
import type { OutgoingHttp } from "../os/contract.ts";
import { Os } from "../os/os.ts";
import type { OsState } from "../os/state.ts";
import type { OsWorld } from "../os/world.ts";
import { programByName } from "../programs/index.ts";
import type { Context, SandboxRow } from "./context.ts";
import { containerEnded, pauseEnded } from "./ended.ts";
import { writeLog } from "./logs.ts";
import { reviewLoad } from "./load.ts";
import { resolveName } from "./names.ts";
import { pseudoMounts } from "./procfs.ts";
import { sessionEnded, sessionSaid } from "./sessions.ts";

const PORTS_OF_THE_NODE: readonly number[] = [10250, 10248, 10255, 22];

/** Runs something in a sandbox's operating system and stores what came of it. */
export function enter(ctx: Context, sandbox: string, act: (os: Os) => void): void {
  const state = ctx.os.get(sandbox);
  const row = ctx.sandboxes.get(sandbox);
  if (!state || !row) return;
  const after: (() => void)[] = [];
  const loads = new Set<string>();
  const os = new Os(worldOf(ctx, sandbox, row, after, loads), state);
  act(os);
  ctx.os.set(sandbox, os.run());
  for (const step of after) step();
  if (loads.size > 0) reviewLoad(ctx, sandbox, loads);
}

/** A container's file system as one of its processes sees it. */
export function viewOf(ctx: Context, sandbox: SandboxRow, container: string, who: { uid: number; gid: number; groups: readonly number[] }, os: OsState, pid: number): FsView {
  const row = ctx.containers.get(container);
  const mounts = row?.mounts ?? [];
  return new FsView({
    root: {
      root: () => ctx.layers.get(container) ?? EMPTY,
      replace: (root) => ctx.layers.set(container, root),
      free: () => ctx.machine.stats.node().imagefs.availableBytes,
    },
    host: ctx.machine.fs.disk,
    mounts: [...mounts, ...pseudoMounts(ctx, sandbox, row, os, pid, mounts)],
    readonlyRoot: row?.config.readonlyRootfs ?? false,
    who,
    now: () => ctx.sim.now,
  });
}

const EMPTY = { kind: "dir", entries: {}, mode: 0o755, uid: 0, gid: 0, mtimeMs: 0 } as const;

function worldOf(ctx: Context, sandbox: string, row: SandboxRow, after: (() => void)[], loads: Set<string>): OsWorld {
  const { sim, ids } = ctx;
  const key = (pid: number): string => `${sandbox}/${pid}`;
  const local = `${ctx.node}\n${sandbox}\n${row.config.hostNetwork ? "host" : ""}`;
  const address = row.config.hostNetwork ? ctx.machine.info.internalIp : row.ip;
  /** Sends a request to an address once its name is resolved; `send` gets the address. */
  const towards = (pid: number, tag: string, kind: "http" | "tcp", host: string, send: (ip: string, delayMs: Ms) => void): void => {
    after.push(() => {
      const found = resolveName(ctx, sandbox, ctx.os.get(sandbox)?.procs[pid]?.container ?? "", host);
      const ip = found.addresses[0];
      if (ip !== undefined) send(ip, found.delayMs);
      else sim.send({ to: ids.os, key: key(pid) }, { type: "net", tag, kind, result: { ok: false, failure: "noSuchHost", text: `dial tcp: lookup ${host}: no such host` } }, { delayMs: found.delayMs });
    });
  };
  return {
    get now() {
      return sim.now;
    },
    wallClock: () => ctx.machine.wallClock(),
    program: programByName,
    facts: (container) => {
      const known = ctx.containers.get(container);
      const config = ctx.registry.config(known?.source ?? "registry.k8s.io/pause:3.10");
      return {
        flavor: config.flavor,
        shell: config.shell,
        imageName: known?.config.image ?? "registry.k8s.io/pause:3.10",
        hostname: row.config.hostname || ctx.machine.info.hostname,
        podIp: address,
        behavior: config.behavior,
      };
    },
    fs: (container, who, os, pid) => viewOf(ctx, row, container, who, os, pid),
    timer: (pid, tag, ms) => sim.send({ to: ids.os, key: key(pid) }, { type: "wake", tag }, { delayMs: ms, timer: tag }),
    cancelTimer: (pid, tag) => sim.cancel({ to: ids.os, key: key(pid) }, tag),
    log: (container, stream, lines) => writeLog(ctx, container, stream, lines),
    sessionOutput: (session, stream, text) => sessionSaid(ctx, session, stream, text),
    sessionExited: (session, code) => {
      after.push(() => sessionEnded(ctx, session, code));
    },
    containerExited: (container, code, signal) => {
      after.push(() => (container === sandbox ? pauseEnded(ctx, sandbox) : containerEnded(ctx, container, code, signal)));
    },
    loadChanged: (container) => {
      loads.add(container);
    },
    cpuGranted: (container, milli) => granted(ctx, container, milli),
    bindable: (port) => {
      if (!row.config.hostNetwork) return true;
      if (PORTS_OF_THE_NODE.includes(port)) return false;
      for (const [id, other] of ctx.sandboxes) if (id !== sandbox && other.config.hostNetwork && ctx.os.get(id)?.ports[port] !== undefined) return false;
      return true;
    },
    respond: (request, answer, delayMs) => {
      ctx.requests.delete(request);
      ctx.network.answer(request, answer, delayMs);
    },
    requestsDropped: (pid) => {
      for (const [id, request] of [...ctx.requests]) {
        if (request.sandbox !== sandbox || request.pid !== pid) continue;
        ctx.requests.delete(id);
        ctx.network.broken(id);
      }
    },
    http: (pid, request: OutgoingHttp, tag) =>
      towards(pid, tag, "http", request.host, (ip, delayMs) => {
        const { host, ...rest } = request;
        const shown = (request.scheme === "https" ? 443 : 80) === request.port ? host : `${host}:${request.port}`;
        sim.send({ to: "network" }, { type: "http", request: { ...rest, ip, host: shown, from: address }, local, reply: { to: ids.os, key: key(pid), event: { type: "net", tag, kind: "http" } } }, { delayMs });
      }),
    tcp: (pid, host, port, timeoutMs, tag) =>
      towards(pid, tag, "tcp", host, (ip, delayMs) => {
        sim.send({ to: "network" }, { type: "tcp", request: { ip, port, timeoutMs }, local, reply: { to: ids.os, key: key(pid), event: { type: "net", tag, kind: "tcp" } } }, { delayMs });
      }),
    resolve: (pid, name, tag) => {
      after.push(() => {
        const found = resolveName(ctx, sandbox, ctx.os.get(sandbox)?.procs[pid]?.container ?? "", name);
        sim.send({ to: ids.os, key: key(pid) }, { type: "net", tag, kind: "dns", result: { addresses: found.addresses, name: found.name } }, { delayMs: found.delayMs });
      });
    },
    random: (container) => sim.draw("program", container),
  };
}

/** Milli-CPU that a container gets: what it asks for, up to its quota and to the machine's cores. */
export function granted(ctx: Context, container: string, milli: number): number {
  const quota = ctx.containers.get(container)?.limits.cpuQuota ?? 0;
  const most = ctx.machine.info.cores * 1000;
  return Math.min(milli, quota > 0 ? quota / 100 : most, most);
}
