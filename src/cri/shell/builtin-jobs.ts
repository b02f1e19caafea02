/** trap, wait and read: what makes the shell wait. */
import { type ProgramHost, signalOf } from "../os/contract.ts";
import type { Builtin } from "./builtin.ts";
import { quote } from "./builtin-variables.ts";
import { assign } from "./params.ts";
import type { ShellState } from "./state.ts";
import { complain } from "./texts.ts";

export const trapBuiltin: Builtin = ({ s, host, argv }) => {
  const args = argv.slice(1).filter((a) => a !== "--");
  if (args.length === 0 || args[0] === "-p") {
    for (const name of Object.keys(s.traps)) host.write(1, `trap -- ${quote(s.traps[name]!)} ${name}\n`);
    return 0;
  }
  const single = args.length === 1 || /^\d+$/.test(args[0]!);
  const action = single ? "-" : args[0]!;
  for (const word of single ? args : args.slice(1)) {
    const signal = word === "EXIT" || word === "0" ? "EXIT" : signalOf(word);
    if (signal === undefined || signal === 0) {
      complain(host, s.name, `trap: ${word}: invalid signal specification`);
      return 1;
    }
    const { [signal]: _old, ...rest } = s.traps;
    s.traps = action === "-" ? rest : { ...rest, [signal]: action };
    if (signal === "EXIT" || signal === "KILL" || signal === "STOP") continue;
    if (action === "-") host.unhandle(signal);
    else host.handle({ [signal]: action === "" ? "ignore" : "handle" });
  }
  return 0;
};

/** A job by its number (`%1`), the present one by `%%` or `%+`, or a process. */
export function job(s: ShellState, word: string): number {
  if (!word.startsWith("%")) return Number(word);
  const n = Number(word.slice(1));
  return (Number.isInteger(n) && n > 0 ? Number(Object.keys(s.jobs)[n - 1] ?? Number.NaN) : s.lastBg) || 0;
}

export const waitBuiltin: Builtin = ({ s, host, argv }) => {
  const wanted = argv.slice(1).filter((a) => !a.startsWith("-"));
  if (wanted.length === 0) {
    if (!Object.values(s.jobs).some((j) => j === null)) {
      s.jobs = {};
      return 0;
    }
    s.wait = { k: "wait", pids: null, last: 0 };
    return undefined;
  }
  const pids = wanted.map((w) => job(s, w));
  const last = pids[pids.length - 1]!;
  if (!(last in s.jobs)) {
    if (host.shell === "bash") complain(host, s.name, `wait: pid ${last} is not a child of this shell`);
    return 127;
  }
  if (pids.every((p) => s.jobs[p] !== null)) {
    const status = s.jobs[last] ?? 127;
    s.jobs = Object.fromEntries(Object.entries(s.jobs).filter(([p]) => !pids.includes(Number(p))));
    return status;
  }
  s.wait = { k: "wait", pids, last };
  return undefined;
};

export const readBuiltin: Builtin = ({ s, host, argv, saved }) => {
  const names: string[] = [];
  let raw = false;
  for (let i = 1; i < argv.length; i++) {
    const a = argv[i]!;
    if (a === "-r") raw = true;
    else if (/^-[ptndu]$/.test(a)) {
      const value = argv[++i] ?? "";
      if (a === "-p") host.write(2, value);
    } else if (a.startsWith("-")) raw ||= a.includes("r");
    else names.push(a);
  }
  s.wait = { k: "read", names: names.length > 0 ? names : ["REPLY"], raw, text: "", saved };
  return readLine(s, host) ? s.status : undefined;
};

/** Goes on with a `read`; true once it has its line. */
export function readLine(s: ShellState, host: ProgramHost): boolean {
  const w = s.wait;
  if (w?.k !== "read") return true;
  let text = w.text;
  let end = false;
  while (!text.includes("\n")) {
    const more = host.read(0);
    if (more === undefined) {
      s.wait = { ...w, text };
      return false;
    }
    if (more === null) {
      end = true;
      break;
    }
    text += more;
  }
  const at = text.indexOf("\n");
  let line = at < 0 ? text : text.slice(0, at);
  if (at >= 0) host.unread(0, text.slice(at + 1));
  if (!w.raw) line = line.replace(/\\(.)/g, "$1");
  const ifs = s.vars.IFS?.v ?? " \t\n";
  const cut = (t: string): [string, string] => {
    let rest = t;
    if (ifs.includes(" ")) rest = rest.replace(/^[ \t]+/, "");
    for (let i = 0; i < rest.length; i++)
      if (ifs.includes(rest[i]!)) return [rest.slice(0, i), rest.slice(i + 1)];
    return [rest, ""];
  };
  let rest = line;
  w.names.forEach((name, i) => {
    if (i === w.names.length - 1) {
      const value = ifs.includes(" ") ? rest.replace(/^[ \t]+|[ \t]+$/g, "") : rest;
      assign(s, name, ifs === "" ? rest : value);
      return;
    }
    const [first, more] = cut(rest);
    assign(s, name, first);
    rest = more;
  });
  s.wait = null;
  s.status = end && line === "" ? 1 : end ? 1 : 0;
  if (w.saved) host.setFds(w.saved);
  return true;
}
