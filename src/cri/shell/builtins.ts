/** Commands of the shell itself. */
import { absolute } from "../../node/fs.ts";
import type { ToolIo } from "../tools/contract.ts";
import { kill } from "../tools/processes.ts";
import { test } from "../tools/test.ts";
import { echo, printf } from "../tools/text.ts";
import type { Builtin, BuiltinCall } from "./builtin.ts";
import { job, readBuiltin, trapBuiltin, waitBuiltin } from "./builtin-jobs.ts";
import { declare, getopts, setBuiltin } from "./builtin-variables.ts";
import { assign, exported, positional, top } from "./params.ts";
import { complain, notFound, strerror } from "./texts.ts";

function io(c: BuiltinCall): ToolIo {
  return {
    host: c.host,
    name: c.argv[0]!,
    out: (t) => void c.host.write(1, t),
    err: (t) => void c.host.write(2, t),
  };
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
    // A special builtin's error ends a Bourne shell that nobody types to.
    if (host.shell === "bash" || s.input) return 1;
    vm.exit(2);
    return 2;
  }
  return vm.evaluate("source", found.value.content, argv.length > 2 ? argv.slice(2) : positional(s)) ? 0 : 2;
};

/** A signal to the shell itself is there when the command is done: its trap comes before the next one. */
const killBuiltin: Builtin = (c) => {
  const { s, host } = c;
  const status = kill(
    c.argv.slice(1).map((a) => (a.startsWith("%") ? String(job(s, a)) : a)),
    io(c),
  );
  if (host.alive) s.pending = [...s.pending, ...host.takeSignals()];
  return status;
};

export const number = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : Number.parseInt(text, 10) || 0;

export const builtins: Readonly<Record<string, Builtin>> = {
  ":": () => 0,
  true: () => 0,
  false: () => 1,
  echo: (c) => echo(c.argv.slice(1), io(c)),
  printf: (c) => printf(c.argv.slice(1), io(c)),
  test: (c) => test(c.argv.slice(1), io(c)),
  "[": (c) => test(c.argv.slice(1), io(c)),
  kill: killBuiltin,
  pwd: ({ host }) => {
    host.write(1, `${host.proc.cwd}\n`);
    return 0;
  },
  cd,
  exit: ({ vm, s, host, argv }) => {
    const arg = argv[1];
    // Only bash takes a sign.
    if (arg !== undefined && !(host.shell === "bash" ? /^[-+]?\d+$/ : /^\d+$/).test(arg)) {
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
  umask: ({ host, argv }) => {
    if (argv.length === 1) host.write(1, "0022\n");
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
