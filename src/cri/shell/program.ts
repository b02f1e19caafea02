/** `sh`, `ash`, `dash`, `bash` as a program: start, events, and commands read from input. */
import { type Program, type ProgramEvent, type ProgramHost, SIGNAL_NUMBERS } from "../os/contract.ts";
import { readLine } from "./builtin-jobs.ts";
import { finishSubstitution, readSubstitution } from "./children.ts";

import { compiled } from "./compile.ts";
import { frame, type ShellState, type Variable } from "./state.ts";
import { complain, syntaxError } from "./texts.ts";
import { Vm } from "./vm.ts";

function initial(host: ProgramHost, name: string): ShellState {
  const vars: Record<string, Variable> = {};
  for (const key of Object.keys(host.proc.env))
    if (/^[A-Za-z_]\w*$/.test(key)) vars[key] = { v: host.proc.env[key]!, x: true };
  vars.PWD = { v: host.proc.cwd, x: true };
  vars.SHLVL = { v: String(Number(host.proc.env.SHLVL ?? "0") + 1), x: true };
  vars.IFS = { v: " \t\n" };
  vars.OPTIND = { v: "1" };
  if (!vars.PATH) vars.PATH = { v: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
  if (host.shell === "bash") vars.BASH_VERSION = { v: "5.2.15(1)-release" };
  return {
    name,
    frames: [],
    vars,
    funcs: {},
    aliases: {},
    traps: {},
    pending: [],
    status: 0,
    self: host.proc.nspid,
    lastBg: 0,
    jobs: {},
    opts: "",
    subshell: false,
    wait: null,
    subStatus: 0,
    spin: { at: -1, n: 0, round: 0 },
    input: null,
    exiting: null,
  };
}

function prompt(host: ProgramHost, s: ShellState, more: boolean): void {
  if (!s.input?.tty) return;
  const root = host.proc.uid === 0;
  if (more) host.write(2, "> ");
  else if (host.shell === "bash")
    host.write(
      2,
      `${root ? "root" : "I have no name!"}@${host.hostname}:${host.proc.cwd}${root ? "#" : "$"} `,
    );
  else if (host.shell === "dash") host.write(2, root ? "# " : "$ ");
  else host.write(2, `${host.proc.cwd} ${root ? "#" : "$"} `);
}

/** Takes the next whole command from the input, or goes on waiting for it. */
function nextInput(s: ShellState, host: ProgramHost): void {
  while (s.wait?.k === "stdin" && s.input) {
    let { text } = s.input;
    let end = false;
    const at = text.indexOf("\n");
    let taken = at < 0 ? 0 : at + 1;
    while (taken === 0) {
      const more = host.read(0);
      if (more === undefined) {
        s.input = { ...s.input, text };
        return;
      }
      if (more === null) {
        end = true;
        taken = text.length;
        break;
      }
      text += more;
      taken = text.indexOf("\n") + 1;
    }
    // Lines are added until the command is whole.
    for (;;) {
      const code = text.slice(0, taken);
      const { errors } = compiled(code);
      const open = errors.some((e) => code.slice(e.pos).trim() === "");
      if (!open || end) {
        s.input = { ...s.input, text: text.slice(taken) };
        if (code.trim() === "") {
          if (end) {
            s.input = null;
            s.wait = null;
            s.frames = [frame("main", ":", [])];
            s.exiting = s.status;
            return;
          }
          prompt(host, s, false);
          break;
        }
        if (errors.length > 0) {
          complain(host, s.name, syntaxError(host, code, errors));
          s.status = 2;
          if (end) {
            s.wait = null;
            s.exiting = 2;
            s.frames = [frame("main", ":", [])];
            return;
          }
          prompt(host, s, false);
          break;
        }
        s.wait = null;
        s.frames = [frame("main", code, [])];
        if (end) s.exiting = null;
        return;
      }
      const next = text.indexOf("\n", taken);
      if (next >= 0) taken = next + 1;
      else {
        const more = host.read(0);
        if (more === undefined) {
          s.input = { ...s.input, text };
          prompt(host, s, true);
          return;
        }
        if (more === null) {
          end = true;
          taken = text.length;
        } else text += more;
      }
    }
  }
}

/** Runs, and asks for input again whenever a command from it is done. */
function proceed(vm: Vm): ShellState {
  for (;;) {
    const { s, host } = vm;
    const ran = s.frames.length > 0;
    vm.run();
    if (!host.alive || s.wait?.k !== "stdin") return s;
    if (!ran) return s;
    prompt(host, s, false);
    nextInput(s, host);
    if (s.wait !== null) return s;
  }
}

function start(host: ProgramHost): ShellState {
  const argv = host.proc.argv;
  const name = argv[0] ?? "sh";
  const s = initial(host, name);
  let i = 1;
  let command: string | null = null;
  let interactive = false;
  for (; i < argv.length; i++) {
    const a = argv[i]!;
    if (a === "--") {
      i++;
      break;
    }
    if (/^--/.test(a)) continue;
    if (!/^[-+][A-Za-z]/.test(a)) break;
    if (a === "-o" || a === "+o") {
      const long: Readonly<Record<string, string>> = { errexit: "e", nounset: "u", xtrace: "x", noglob: "f" };
      s.opts += long[argv[++i] ?? ""] ?? "";
      continue;
    }
    for (const letter of a.slice(1)) {
      if (letter === "c") command = "";
      else if (letter === "i") interactive = true;
      else if ("euxfav".includes(letter)) s.opts += letter;
    }
  }
  let code: string;
  if (command !== null) {
    const given = argv[i];
    if (given === undefined) {
      complain(
        host,
        name,
        host.shell === "bash"
          ? "-c: option requires an argument"
          : host.shell === "dash"
            ? "-c requires an argument"
            : "-c requires an argument",
      );
      host.exit(2);
      return s;
    }
    code = given;
    if (argv[i + 1] !== undefined) s.name = argv[i + 1]!;
    s.frames = [frame("main", code, argv.slice(i + 2), { tail: true })];
  } else if (argv[i] !== undefined) {
    const path = argv[i]!;
    const found = host.fs.read(host.path(path));
    if (!found.ok) {
      complain(
        host,
        name,
        host.shell === "bash"
          ? `${path}: No such file or directory`
          : `can't open '${path}': No such file or directory`,
      );
      host.exit(host.shell === "bash" ? 127 : 2);
      return s;
    }
    code = found.value.content;
    s.name = path;
    s.frames = [frame("main", code, argv.slice(i + 1))];
  } else {
    const input = host.proc.fds[0];
    s.input = { text: "", tty: interactive || (input?.k === "exec" && host.proc.env.TERM !== undefined) };
    s.wait = { k: "stdin" };
    prompt(host, s, false);
    nextInput(s, host);
    return proceed(new Vm(s, host));
  }
  const { errors } = compiled(code);
  if (errors.length > 0) {
    complain(host, s.name, syntaxError(host, code, errors));
    host.exit(2);
    return s;
  }
  return proceed(new Vm(s, host));
}

function childEnded(s: ShellState, pid: number, code: number): boolean {
  if (pid in s.jobs && s.jobs[pid] === null) s.jobs = { ...s.jobs, [pid]: code };
  const w = s.wait;
  if (w?.k === "children") {
    if (!w.pids.includes(pid)) return false;
    const pids = w.pids.filter((p) => p !== pid);
    const failed = s.opts.includes("P") && code !== 0;
    const status =
      pid === w.last || failed
        ? pid === w.last && code === 0 && s.opts.includes("P")
          ? w.status
          : code
        : w.status;
    if (pids.length > 0) {
      s.wait = { ...w, pids, status };
      return false;
    }
    s.wait = null;
    s.status = status;
    return true;
  }
  if (w?.k === "sub" && w.pid === pid) {
    s.wait = { ...w, status: code };
    return true;
  }
  if (w?.k === "wait") {
    if (w.pids ? w.pids.every((p) => s.jobs[p] !== null) : !Object.values(s.jobs).some((j) => j === null)) {
      s.wait = null;
      s.status = w.pids ? (s.jobs[w.last] ?? 127) : 0;
      s.jobs = w.pids
        ? Object.fromEntries(Object.entries(s.jobs).filter(([p]) => !w.pids!.includes(Number(p))))
        : {};
      return true;
    }
  }
  return false;
}

function step(before: ShellState, event: ProgramEvent, host: ProgramHost): ShellState {
  const vm = new Vm(before, host);
  const { s } = vm;
  switch (event.type) {
    case "wake":
      if (s.wait?.k === "spin") s.wait = null;
      break;
    case "child": {
      if (
        event.signal &&
        event.signal !== "PIPE" &&
        event.signal !== "INT" &&
        s.wait?.k === "children" &&
        s.wait.pids.includes(event.pid)
      ) {
        const said: Readonly<Record<string, string>> = {
          KILL: "Killed",
          TERM: "Terminated",
          HUP: "Hangup",
          QUIT: "Quit",
        };
        if (!s.subshell) host.write(2, `${said[event.signal] ?? event.signal}\n`);
      }
      childEnded(s, event.pid, event.code);
      finishSubstitution(vm);
      break;
    }
    case "readable":
      if (s.wait?.k === "sub") readSubstitution(vm);
      else if (s.wait?.k === "read") readLine(s, host);
      else if (s.wait?.k === "stdin") nextInput(s, host);
      break;
    case "signal":
      s.pending = [...s.pending, event.signal];
      if (s.wait?.k === "wait") {
        s.wait = null;
        s.status = 128 + SIGNAL_NUMBERS[event.signal];
      }
      break;
  }
  return proceed(vm);
}

export const shell: Program = {
  memory: 900 * 1024,
  start: (host) => start(host) as never,
  step: (state, event, host) => step(state as never, event, host) as never,
};
