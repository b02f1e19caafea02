/** Commands of the shell itself. */
import { absolute } from "../../node/fs.ts";
import type { Fds, ProgramHost, Signal } from "../os/contract.ts";
import { SIGNAL_NUMBERS, signalOf } from "../os/contract.ts";
import { echo, kill, printf } from "../tools/basics.ts";
import type { ToolIo } from "../tools/contract.ts";
import { test } from "../tools/test.ts";
import { assign, exported, positional, top, valueOf } from "./params.ts";
import type { ShellState } from "./state.ts";
import { complain, notFound, strerror } from "./texts.ts";
import type { Vm } from "./vm.ts";

export interface BuiltinCall {
  readonly vm: Vm;
  readonly s: ShellState;
  readonly host: ProgramHost;
  readonly argv: readonly string[];
  /** Descriptors to put back afterwards, where the command has redirections. */
  readonly saved: Fds | null;
  readonly tested: boolean;
}

/** A status, or undefined when the command set what the shell waits for. */
export type Builtin = (call: BuiltinCall) => number | undefined;

function io(c: BuiltinCall): ToolIo {
  return {
    host: c.host,
    name: c.argv[0]!,
    out: (t) => void c.host.write(1, t),
    err: (t) => void c.host.write(2, t),
  };
}

const quote = (v: string): string => `'${v.replace(/'/g, "'\"'\"'")}'`;

function declare(c: BuiltinCall, fields: { x?: boolean; readonly?: boolean }): number {
  const { s, host } = c;
  const args = c.argv.slice(1).filter((a) => a !== "--");
  if (args.length === 0 || args[0] === "-p") {
    for (const name of Object.keys(s.vars).sort()) {
      const v = s.vars[name]!;
      if ((fields.x && v.x) || (fields.readonly && v.readonly))
        host.write(1, `${c.argv[0]} ${name}=${quote(v.v)}\n`);
    }
    return 0;
  }
  const off = args[0] === "-n";
  for (const arg of args) {
    if (arg.startsWith("-")) continue;
    const at = arg.indexOf("=");
    const name = at < 0 ? arg : arg.slice(0, at);
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      complain(host, s.name, `${c.argv[0]}: ${name}: bad variable name`);
      return 2;
    }
    const value = at < 0 ? (s.vars[name]?.v ?? "") : arg.slice(at + 1);
    if (at >= 0 || fields.x) assign(s, name, value, off ? { x: false } : fields);
    else s.vars = { ...s.vars, [name]: { ...(s.vars[name] ?? { v: "" }), ...fields } };
  }
  return 0;
}

const trapBuiltin: Builtin = ({ s, host, argv }) => {
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

const setBuiltin: Builtin = ({ vm, s, host, argv }) => {
  const args = argv.slice(1);
  if (args.length === 0) {
    for (const name of Object.keys(s.vars).sort()) host.write(1, `${name}=${quote(s.vars[name]!.v)}\n`);
    return 0;
  }
  const named: Readonly<Record<string, string>> = {
    errexit: "e",
    nounset: "u",
    xtrace: "x",
    noglob: "f",
    allexport: "a",
    pipefail: "P",
    verbose: "v",
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      vm.setParams(args.slice(i + 1));
      return 0;
    }
    if (!/^[-+]/.test(arg)) {
      vm.setParams(args.slice(i));
      return 0;
    }
    let letters = arg.slice(1);
    if (letters.includes("o")) letters = letters.replace("o", "") + (named[args[++i] ?? ""] ?? "");
    for (const letter of letters)
      s.opts =
        arg[0] === "-" ? (s.opts.includes(letter) ? s.opts : s.opts + letter) : s.opts.replace(letter, "");
  }
  return 0;
};

const waitBuiltin: Builtin = ({ s, host, argv }) => {
  const wanted = argv.slice(1).filter((a) => !a.startsWith("-"));
  if (wanted.length === 0) {
    if (!Object.values(s.jobs).some((j) => j === null)) {
      s.jobs = {};
      return 0;
    }
    s.wait = { k: "wait", pids: null, last: 0 };
    return undefined;
  }
  const pids = wanted.map((w) => Number(w.replace(/^%/, "")));
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

const readBuiltin: Builtin = ({ s, host, argv, saved }) => {
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

const cd: Builtin = ({ s, host, argv }) => {
  const arg = argv.slice(1).find((a) => !/^-[LP]$/.test(a));
  const target = arg === "-" ? (s.vars.OLDPWD?.v ?? "") : (arg ?? s.vars.HOME?.v ?? "/");
  const at = absolute(host.proc.cwd, target);
  const found = host.fs.lookup(at);
  if (!found.ok || found.value.kind !== "dir") {
    const why = found.ok ? strerror("ENOTDIR") : strerror(found.errno);
    complain(
      host,
      s.name,
      host.shell === "ash" || host.shell === "dash"
        ? `cd: can't cd to ${target}${host.shell === "ash" ? `: ${why}` : ""}`
        : `cd: ${target}: ${why}`,
    );
    return host.shell === "bash" ? 1 : 2;
  }
  assign(s, "OLDPWD", host.proc.cwd);
  host.chdir(at);
  assign(s, "PWD", at);
  if (arg === "-") host.write(1, `${at}\n`);
  return 0;
};

const execBuiltin: Builtin = ({ vm, s, host, argv, saved }) => {
  const args = argv.slice(1);
  // Without a command the redirections stay.
  if (args.length === 0) return 0;
  const done = host.exec(args, exported(s), host.proc.fds);
  if (done.ok) return 0;
  const said = notFound(host, args[0]!, done.errno);
  complain(
    host,
    s.name,
    host.shell === "bash"
      ? `exec: ${said.text.replace("command not found", "not found")}`
      : `exec: ${said.text}`.replace("exec: ", host.shell === "dash" ? "exec: " : ""),
  );
  if (saved) host.setFds(saved);
  vm.exit(said.status);
  return said.status;
};

const commandBuiltin: Builtin = (c) => {
  const { vm, s, host } = c;
  const args = c.argv.slice(1);
  if (args[0] === "-v" || args[0] === "-V") {
    const name = args[1] ?? "";
    if (Object.hasOwn(builtins, name) || s.funcs[name]) {
      host.write(
        1,
        args[0] === "-v" ? `${name}\n` : `${name} is a shell ${s.funcs[name] ? "function" : "builtin"}\n`,
      );
      return 0;
    }
    const found = host.which(name);
    if (!found.ok) {
      if (args[0] === "-V") complain(host, s.name, `${name}: not found`);
      return 127;
    }
    host.write(1, args[0] === "-v" ? `${found.path}\n` : `${name} is ${found.path}\n`);
    return 0;
  }
  const rest = args.filter((a, i) => i > 0 || a !== "-p");
  if (rest.length === 0) return 0;
  const own = Object.hasOwn(builtins, rest[0]!) ? builtins[rest[0]!] : undefined;
  if (own) return own({ ...c, argv: rest });
  vm.external(rest, exported(s), host.proc.fds, false);
  return s.wait === null ? s.status : undefined;
};

const getopts: Builtin = ({ s, argv }) => {
  const [, spec = "", name = "opt"] = argv;
  const args = argv.length > 3 ? argv.slice(3) : positional(s);
  const index = Number(s.vars.OPTIND?.v ?? "1");
  const offset = Number(s.vars.__OPTOFF?.v ?? "1");
  const word = args[index - 1];
  if (word === undefined || !/^-./.test(word) || word === "--") {
    assign(s, name, "?");
    return 1;
  }
  const letter = word[offset]!;
  const takes = spec[spec.indexOf(letter) + 1] === ":" && spec.includes(letter);
  let next = index;
  let nextOffset = offset + 1;
  if (takes) {
    const inline = word.slice(offset + 1);
    assign(s, "OPTARG", inline !== "" ? inline : (args[index] ?? ""));
    next = inline !== "" ? index + 1 : index + 2;
    nextOffset = 1;
  } else if (nextOffset >= word.length) {
    next = index + 1;
    nextOffset = 1;
  }
  assign(s, "OPTIND", String(next));
  assign(s, "__OPTOFF", String(nextOffset));
  assign(s, name, spec.includes(letter) ? letter : "?");
  return 0;
};

const source: Builtin = ({ vm, s, host, argv }) => {
  const path = argv[1] ?? "";
  const found = host.fs.read(host.path(path));
  if (!found.ok) {
    complain(
      host,
      s.name,
      host.shell === "bash"
        ? `${path}: ${strerror(found.errno)}`
        : `${argv[0]}: can't open '${path}': ${strerror(found.errno)}`,
    );
    return host.shell === "bash" ? 1 : 2;
  }
  return vm.evaluate("source", found.value.content, argv.length > 2 ? argv.slice(2) : positional(s)) ? 0 : 2;
};

const number = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : Number.parseInt(text, 10) || 0;

export const builtins: Readonly<Record<string, Builtin>> = {
  ":": () => 0,
  true: () => 0,
  false: () => 1,
  echo: (c) => echo(c.argv.slice(1), io(c)),
  printf: (c) => printf(c.argv.slice(1), io(c)),
  test: (c) => test(c.argv.slice(1), io(c)),
  "[": (c) => test(c.argv.slice(1), io(c)),
  kill: (c) => kill(c.argv.slice(1), io(c)),
  pwd: ({ host }) => {
    host.write(1, `${host.proc.cwd}\n`);
    return 0;
  },
  cd,
  exit: ({ vm, s, host, argv }) => {
    const arg = argv[1];
    if (arg !== undefined && !/^-?\d+$/.test(arg)) {
      complain(
        host,
        s.name,
        host.shell === "bash"
          ? `exit: ${arg}: numeric argument required`
          : `exit: Illegal number: ${arg}`.replace(
              "exit: Illegal",
              host.shell === "ash" ? "Illegal" : "exit: Illegal",
            ),
      );
      vm.exit(2);
      return 2;
    }
    vm.exit(arg === undefined ? (s.exiting === null ? s.status : s.exiting) : Number(arg) & 255);
    return s.status;
  },
  return: ({ vm, s, argv }) => {
    const status = number(argv[1], s.status) & 255;
    vm.return(status);
    return status;
  },
  break: ({ vm, argv }) => {
    vm.leaveLoop(Math.max(1, number(argv[1], 1)), false);
    return 0;
  },
  continue: ({ vm, argv }) => {
    vm.leaveLoop(Math.max(1, number(argv[1], 1)), true);
    return 0;
  },
  export: (c) => declare(c, { x: true }),
  readonly: (c) => declare(c, { readonly: true }),
  local: (c) => {
    const f = [...c.s.frames].reverse().find((x) => x.kind === "func") ?? top(c.s);
    for (const arg of c.argv.slice(1)) {
      if (arg.startsWith("-")) continue;
      const name = arg.split("=")[0]!;
      if (!(name in f.locals)) f.locals = { ...f.locals, [name]: c.s.vars[name] ?? null };
      assign(c.s, name, arg.includes("=") ? arg.slice(name.length + 1) : "");
    }
    return 0;
  },
  declare: (c) => builtins.local!(c),
  typeset: (c) => builtins.local!(c),
  let: (c) => {
    c.vm.evaluate("eval", `(( ${c.argv.slice(1).join(", ")} ))`, []);
    return 0;
  },
  unset: ({ vm, s, argv }) => {
    for (const name of argv.slice(1)) {
      if (name === "-v") continue;
      const { [name]: _gone, ...funcs } = s.funcs;
      if (argv[1] === "-f") s.funcs = funcs;
      else vm.unset(name);
    }
    return 0;
  },
  set: setBuiltin,
  shopt: () => 0,
  shift: ({ vm, s, host, argv }) => {
    const n = number(argv[1], 1);
    const params = positional(s);
    if (n > params.length) {
      if (host.shell !== "bash") complain(host, s.name, "shift: can't shift that many");
      return host.shell === "bash" ? 1 : 2;
    }
    vm.setParams(params.slice(n));
    return 0;
  },
  trap: trapBuiltin,
  wait: waitBuiltin,
  read: readBuiltin,
  eval: ({ vm, argv }) => (vm.evaluate("eval", argv.slice(1).join(" "), []) ? 0 : 2),
  ".": source,
  source,
  exec: execBuiltin,
  command: commandBuiltin,
  builtin: (c) => commandBuiltin(c),
  type: (c) => commandBuiltin({ ...c, argv: ["command", "-V", ...c.argv.slice(1)] }),
  umask: ({ host }) => {
    host.write(1, "0022\n");
    return 0;
  },
  ulimit: ({ host }) => {
    host.write(1, "unlimited\n");
    return 0;
  },
  jobs: ({ s, host }) => {
    let i = 0;
    for (const pid in s.jobs)
      if (s.jobs[pid] === null) host.write(1, `[${++i}]+  Running                 \n`);
    return 0;
  },
  fg: () => 0,
  bg: () => 0,
  disown: () => 0,
  hash: () => 0,
  times: ({ host }) => {
    host.write(1, "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
    return 0;
  },
  alias: ({ s, host, argv }) => {
    for (const arg of argv.slice(1)) {
      const at = arg.indexOf("=");
      if (at > 0) s.aliases = { ...s.aliases, [arg.slice(0, at)]: arg.slice(at + 1) };
      else if (s.aliases[arg] !== undefined) host.write(1, `${arg}='${s.aliases[arg]}'\n`);
    }
    return 0;
  },
  unalias: ({ s, argv }) => {
    const { [argv[1] ?? ""]: _gone, ...aliases } = s.aliases;
    s.aliases = aliases;
    return 0;
  },
  getopts,
};

/** Signals a shell can have traps for. */
export const TRAPPABLE = Object.keys(SIGNAL_NUMBERS) as Signal[];
export { valueOf };
