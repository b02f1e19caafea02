/** xargs. */
import type { Program, ProgramHost } from "../os/contract.ts";
import { strerror } from "../shell/texts.ts";
import type { State } from "./contract.ts";

export const xargs: Program = {
  start: (host) => {
    const state = { text: "", queue: [] as string[][], status: 0 };
    return xargsRead(state, host);
  },
  step: (state: State, event, host) => {
    if (event.type === "readable") return xargsRead(state, host);
    if (event.type === "child")
      return xargsNext({ ...state, status: event.code !== 0 ? 123 : state.status }, host);
    return state;
  },
};

function xargsRead(before: State, host: ProgramHost): State {
  let { text } = before;
  for (;;) {
    const more = host.read(0);
    if (more === undefined) return { ...before, text };
    if (more === null) break;
    text += more;
  }
  const args = host.proc.argv.slice(1);
  let n = Number.POSITIVE_INFINITY;
  let replace: string | null = null;
  let zero = false;
  let i = 0;
  for (; i < args.length && args[i]!.startsWith("-"); i++) {
    if (args[i] === "-n") n = Number(args[++i]);
    else if (/^-n\d/.test(args[i]!)) n = Number(args[i]!.slice(2));
    else if (args[i] === "-I") replace = args[++i] ?? "{}";
    else if (args[i] === "-0") zero = true;
    else if (args[i] === "-P" || args[i] === "-L") i++;
  }
  const command = args.length > i ? args.slice(i) : ["echo"];
  const items = (zero ? text.split("\0") : replace ? text.split("\n") : text.split(/\s+/)).filter(
    (t: string) => t !== "",
  );
  const queue: string[][] = [];
  if (replace) for (const item of items) queue.push(command.map((c) => c.split(replace!).join(item)));
  else if (items.length > 0 || !args.includes("-r"))
    for (let k = 0; k < Math.max(1, items.length); k += n) queue.push([...command, ...items.slice(k, k + n)]);
  return xargsNext({ ...before, text: "", queue }, host);
}

function xargsNext(state: State, host: ProgramHost): State {
  const [next, ...queue] = state.queue;
  if (!next) {
    host.exit(state.status);
    return state;
  }
  const started = host.spawn({ argv: next, env: host.proc.env, fds: { ...host.proc.fds, 0: { k: "null" } } });
  if (!started.ok) {
    host.write(2, `xargs: ${next[0]}: ${strerror(started.errno)}\n`);
    host.exit(127);
  }
  return { ...state, queue };
}
