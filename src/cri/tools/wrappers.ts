/** Tools that run another command: env, timeout, nice … */
import type { Json } from "../../sim/types.ts";
import { type Program, type ProgramHost, signalOf } from "../os/contract.ts";
import { notFound, strerror } from "../shell/texts.ts";
import type { State } from "./contract.ts";
import { sleepTime } from "./sleep.ts";

/** Runs another command in its own place. */
export function become(host: ProgramHost, argv: readonly string[], env = host.proc.env): Json {
  const done = host.exec(argv, env, host.proc.fds);
  if (!done.ok) {
    const name = host.proc.argv[0]!.split("/").pop()!;
    const said = notFound(host, argv[0] ?? "", done.errno);
    host.write(
      2,
      host.flavor === "gnu"
        ? `${name}: '${argv[0]}': ${strerror(done.errno)}\n`
        : `${name}: can't execute '${argv[0]}': ${strerror(done.errno)}\n`,
    );
    host.exit(said.status);
  }
  return null;
}

export const stay = (state: Json): Json => state;

export const env: Program = {
  start: (host) => {
    let vars: Record<string, string> = { ...host.proc.env };
    const args = host.proc.argv.slice(1);
    let i = 0;
    for (; i < args.length; i++) {
      const a = args[i]!;
      if (a === "-i" || a === "-") vars = {};
      else if (a === "-u") delete vars[args[++i] ?? ""];
      else if (/^[^=]+=/.test(a)) vars[a.slice(0, a.indexOf("="))] = a.slice(a.indexOf("=") + 1);
      else break;
    }
    if (i < args.length) return become(host, args.slice(i), vars);
    host.write(
      1,
      Object.keys(vars)
        .map((k) => `${k}=${vars[k]}\n`)
        .join(""),
    );
    host.exit(0);
    return null;
  },
  step: stay,
};

export const wrapper = (skip: (args: string[]) => string[]): Program => ({
  start: (host) => become(host, skip(host.proc.argv.slice(1))),
  step: stay,
});

export const dropFlags =
  (valued: string) =>
  (args: string[]): string[] => {
    let i = 0;
    while (i < args.length && args[i]!.startsWith("-"))
      i += valued.includes(args[i]![1] ?? "") && args[i]!.length === 2 ? 2 : 1;
    return args.slice(i);
  };

export const timeout: Program = {
  start: (host) => {
    const args = host.proc.argv.slice(1);
    let signal = "TERM";
    let kill = 0;
    let i = 0;
    for (; i < args.length && args[i]!.startsWith("-"); i++) {
      if (args[i] === "-s") signal = args[++i] ?? "TERM";
      else if (args[i] === "-k") kill = sleepTime(args[++i] ?? "") ?? 0;
      else if (args[i] === "-t") break;
    }
    if (args[i] === "-t") i++;
    const ms = sleepTime(args[i++] ?? "") ?? 0;
    const started = host.spawn({ argv: args.slice(i), env: host.proc.env, fds: host.proc.fds });
    if (!started.ok) {
      host.write(
        2,
        host.flavor === "gnu"
          ? `timeout: failed to run command '${args[i]}': ${strerror(started.errno)}\n`
          : `timeout: can't execute '${args[i]}': ${strerror(started.errno)}\n`,
      );
      host.exit(127);
      return null;
    }
    host.handle({ TERM: "handle", INT: "handle" });
    if (ms > 0) host.wake(ms, "over");
    return { pid: started.pid, signal, kill, over: false };
  },
  step: (state: State, event, host) => {
    if (event.type === "wake") {
      host.kill(state.pid, event.tag === "kill" ? "KILL" : (signalOf(state.signal) ?? "TERM"));
      if (event.tag === "over" && state.kill > 0 && host.alive) host.wake(state.kill, "kill");
      return { ...state, over: true };
    }
    if (event.type === "signal") host.kill(state.pid, event.signal);
    if (event.type === "child" && event.pid === state.pid)
      host.exit(state.over ? (host.flavor === "gnu" ? 124 : 143) : event.code);
    return state;
  },
};
