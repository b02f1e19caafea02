/** What the shell itself does: places, variables, time, and commands that run other commands. */
import type { Context } from "../context.ts";
import { absolutePath, isDirectory, readFile } from "../files.ts";
import { type Pass, Stopped } from "../process.ts";
import { HOME, type Session } from "../sessions.ts";
import { isFilter, isTool, runFilter, runTool } from "../tools.ts";

export type ShellCommand = (args: readonly string[], ctx: Context, pass: Pass) => number;
export type Lookup = (name: string) => ShellCommand | undefined;

/** Ends a pass: the same command begins anew after a while (`watch`). */
export class Again {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
}

/** Ends the script with a code. */
export class ExitShell {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/** Ends the function that runs. */
export class ReturnShell extends ExitShell {}

const seconds = (text: string | undefined): number => {
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text ?? "");
  if (!match) return Number.NaN;
  return Number(match[1]) * { "": 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] ?? ""]!;
};

/** Runs a command by its words, wherever it is: a command of the console, a filter, a tool. */
function runWords(words: readonly string[], ctx: Context, pass: Pass, lookup: Lookup): number {
  const [name = "", ...args] = words;
  const command = lookup(name);
  if (command) return command(args, ctx, pass);
  if (isFilter(name) || isTool(name)) {
    const result = ctx.once(() =>
      isFilter(name)
        ? runFilter(ctx.host, ctx.session, name, args, ctx.stdin, true)
        : runTool(ctx.host, ctx.session, name, args),
    );
    ctx.out(result.out);
    ctx.err(result.err);
    return result.code;
  }
  ctx.err(`bash: ${name}: command not found\n`);
  return 127;
}

function cd(args: readonly string[], ctx: Context): number {
  const target = args[0] === "-" ? (ctx.session.vars["OLDPWD"] ?? HOME) : (args[0] ?? HOME);
  const path = absolutePath(target.replace(/^~/, HOME), ctx.session.cwd);
  if (!ctx.once(() => path === "/" || isDirectory(ctx.host, ctx.session, path))) {
    ctx.err(`bash: cd: ${target}: No such file or directory\n`);
    return 1;
  }
  ctx.changeSession((s) => ({ ...s, cwd: path, vars: { ...s.vars, OLDPWD: s.cwd } }));
  return 0;
}

function setVars(args: readonly string[], ctx: Context): number {
  for (const arg of args) {
    const at = arg.indexOf("=");
    if (at > 0)
      ctx.changeSession((s) => ({ ...s, vars: { ...s.vars, [arg.slice(0, at)]: arg.slice(at + 1) } }));
  }
  return 0;
}

function unset(args: readonly string[], ctx: Context): number {
  ctx.changeSession((s) => ({
    ...s,
    vars: Object.fromEntries(Object.entries(s.vars).filter(([k]) => !args.includes(k))),
  }));
  return 0;
}

/** `watch [-n SECONDS] COMMAND`: clears the screen and runs it again and again. */
function watchWith(lookup: Lookup, run: (script: string, ctx: Context, pass: Pass) => number): ShellCommand {
  return (args, ctx, pass) => {
    let every = 2000;
    let at = 0;
    while (args[at]?.startsWith("-")) {
      const flag = args[at] ?? "";
      if (/^-n\d/.test(flag)) every = seconds(flag.slice(2));
      else if (flag === "-n" || flag === "--interval") every = seconds(args[++at]);
      else if (flag.startsWith("--interval=")) every = seconds(flag.slice(11));
      at++;
    }
    const words = args.slice(at);
    if (words.length === 0 || Number.isNaN(every)) {
      ctx.err("Usage:\n watch [options] command\n");
      return 1;
    }
    const date = new Date(ctx.epochNow())
      .toUTCString()
      .replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1 $3 $2 $5 $4");
    ctx.out(`\x1b[H\x1b[2JEvery ${(every / 1000).toFixed(1)}s: ${words.join(" ")}    ${date}\n\n`);
    if (words.length === 1) run(words[0] ?? "", ctx, pass);
    else runWords(words, ctx, pass, lookup);
    throw new Again(Math.max(100, every));
  };
}

/** `timeout DURATION COMMAND`. */
function timeoutWith(lookup: Lookup): ShellCommand {
  return (args, ctx, pass) => {
    const ms = seconds(args[0]);
    if (Number.isNaN(ms) || args.length < 2) {
      ctx.err("Try 'timeout --help' for more information.\n");
      return 125;
    }
    pass.deadline = ctx.once(() => ctx.host.sim.now + ms);
    try {
      return runWords(args.slice(1), ctx, pass, lookup);
    } catch (stopped) {
      if (stopped instanceof Stopped && stopped.why === "time") return 124;
      throw stopped;
    }
  };
}

/** `xargs [-n N] [-I X] COMMAND`: arguments from standard input. */
function xargsWith(lookup: Lookup): ShellCommand {
  return (args, ctx, pass) => {
    let size = Number.POSITIVE_INFINITY;
    let place: string | null = null;
    let at = 0;
    for (; args[at]?.startsWith("-"); at++) {
      const flag = args[at] ?? "";
      if (flag === "-n") size = Number(args[++at]);
      else if (/^-n\d+$/.test(flag)) size = Number(flag.slice(2));
      else if (flag === "-I") place = args[++at] ?? "{}";
      else if (/^-I./.test(flag)) place = flag.slice(2);
      else if (flag === "-P" || flag === "-d") at++;
    }
    const base = args.length > at ? args.slice(at) : ["echo"];
    const lines = ctx.stdin.split("\n").filter((l) => l.trim() !== "");
    if (place !== null) {
      let code = 0;
      for (const line of lines)
        code = Math.max(
          code,
          runWords(
            base.map((w) => w.replaceAll(place ?? "{}", line)),
            ctx,
            pass,
            lookup,
          )
            ? 123
            : 0,
        );
      return code;
    }
    const words = lines.flatMap((l) => l.trim().split(/\s+/));
    if (words.length === 0)
      return args.includes("-r") || args.includes("--no-run-if-empty")
        ? 0
        : runWords(base, ctx, pass, lookup)
          ? 123
          : 0;
    let code = 0;
    for (let i = 0; i < words.length; i += Math.min(size, words.length)) {
      const batch = words.slice(i, i + Math.min(size, words.length));
      if (runWords([...base, ...batch], ctx, pass, lookup) !== 0) code = 123;
    }
    return code;
  };
}

/** `ssh NODE [COMMAND]`: the node's shell, for one command or from now on. */
function sshWith(run: (script: string, ctx: Context, pass: Pass) => number): ShellCommand {
  return (args, ctx, pass) => {
    const words = args.filter((a, i) => !a.startsWith("-") && !/^-[ilpo]$/.test(args[i - 1] ?? ""));
    const name = (words[0] ?? "").replace(/^.*@/, "");
    if (!ctx.host.nodeNames.includes(name)) {
      ctx.err(
        name === ""
          ? "usage: ssh destination [command]\n"
          : `ssh: Could not resolve hostname ${name}: Name or service not known\n`,
      );
      return 255;
    }
    const machine = ctx.host.node(name);
    if (machine && ctx.once(() => machine.off())) {
      ctx.err(`ssh: connect to host ${name} port 22: No route to host\n`);
      return 255;
    }
    const here: Session = ctx.session;
    ctx.changeSession((s) => ({ ...s, node: name, cwd: HOME }));
    if (words.length < 2) return 0;
    const code = run(words.slice(1).join(" "), ctx, pass);
    ctx.changeSession((s) => ({ ...s, node: here.node, cwd: here.cwd }));
    return code;
  };
}

/** @param run runs a shell text to its end within the pass */
export function builtins(
  lookup: Lookup,
  run: (script: string, ctx: Context, pass: Pass) => number,
): Readonly<Record<string, ShellCommand>> {
  const exit: ShellCommand = (args, ctx) => {
    if (ctx.session.node !== null && ctx.session.id !== `node:${ctx.session.node}`) {
      ctx.changeSession((s) => ({ ...s, node: null, cwd: "/work" }));
      ctx.err("logout\n");
    }
    throw new ExitShell(Number(args[0] ?? 0) & 255);
  };
  const known = (name: string): boolean => lookup(name) !== undefined || isFilter(name) || isTool(name);
  const located: ShellCommand = (args, ctx) => {
    for (const name of args.filter(known)) ctx.out(`/usr/bin/${name}\n`);
    return args.every(known) ? 0 : 1;
  };
  const scriptFile: ShellCommand = (args, ctx, pass) => {
    const [path = ""] = args;
    const text = ctx.once(() => readFile(ctx.host, ctx.session, path) ?? null);
    if (text === null) {
      ctx.err(`bash: ${path}: No such file or directory\n`);
      return 127;
    }
    return run(text, ctx, pass);
  };
  /** `sh -c TEXT`, `sh FILE`, `sh` with a script on its standard input. */
  const shell: ShellCommand = (args, ctx, pass) => {
    const words = args.filter((a) => !/^-[elux]+$/.test(a));
    if (words[0] === "-c") return run(words[1] ?? "", ctx, pass);
    return words.length > 0 ? scriptFile(words, ctx, pass) : run(ctx.stdin, ctx, pass);
  };
  return {
    cd,
    export: setVars,
    declare: setVars,
    unset,
    exit,
    logout: exit,
    ":": () => 0,
    set: () => 0,
    alias: () => 0,
    wait: () => 0,
    jobs: () => 0,
    history: () => 0,
    source: scriptFile,
    ".": scriptFile,
    sleep: (args, ctx) => {
      const ms = args.map(seconds).reduce((a, b) => a + b, 0);
      if (args.length === 0 || Number.isNaN(ms)) {
        ctx.err(
          args.length === 0 ? "sleep: missing operand\n" : `sleep: invalid time interval ‘${args[0]}’\n`,
        );
        return 1;
      }
      ctx.sleep(ms);
      return 0;
    },
    eval: (args, ctx, pass) => run(args.join(" "), ctx, pass),
    bash: shell,
    sh: shell,
    command: (args, ctx, pass) =>
      args[0] === "-v" ? located(args.slice(1), ctx, pass) : runWords(args, ctx, pass, lookup),
    which: located,
    sudo: (args, ctx, pass) => runWords(args, ctx, pass, lookup),
    time: (args, ctx, pass) => {
      const from = ctx.now();
      const code = runWords(args, ctx, pass, lookup);
      const took = (ctx.now() - from) / 1000;
      ctx.err(`\nreal\t${Math.floor(took / 60)}m${(took % 60).toFixed(3)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`);
      return code;
    },
    type: (args, ctx) => {
      for (const name of args) {
        if (known(name)) ctx.out(`${name} is /usr/bin/${name}\n`);
        else ctx.err(`bash: type: ${name}: not found\n`);
      }
      return args.every(known) ? 0 : 1;
    },
    watch: watchWith(lookup, run),
    timeout: timeoutWith(lookup),
    xargs: xargsWith(lookup),
    ssh: sshWith(run),
  };
}
