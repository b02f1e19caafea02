/** Simple commands: assignments, redirections, functions, builtins, programs. */
import type { Errno } from "../../node/fs.ts";
import type { Fds } from "../os/contract.ts";
import { builtins } from "./builtins.ts";
import { SPIN_SPAWN } from "./children.ts";
import type { AssignSpec, Op } from "./ops.ts";
import { assign, assignElement, exported } from "./params.ts";
import { redirect } from "./redirect.ts";
import { popStr } from "./stack.ts";
import { type Frame, frame } from "./state.ts";
import { complain, notFound } from "./texts.ts";
import type { Vm } from "./vm.ts";

export function command(vm: Vm, op: Extract<Op, { o: "cmd" }>, f: Frame): void {
  const { s, host } = vm;
  const targets = f.strs.slice(f.strs.length - op.redirs.length);
  f.strs = f.strs.slice(0, f.strs.length - op.redirs.length);
  const values: { spec: AssignSpec; value: string; index: string; items: readonly string[] }[] = [];
  for (const spec of [...op.assigns].reverse()) {
    let items: readonly string[] = [];
    let value = "";
    if (spec.array) {
      items = f.lists[f.lists.length - 1] ?? [];
      f.lists = f.lists.slice(0, -1);
    } else value = popStr(f);
    values.unshift({ spec, value, items, index: spec.index ? popStr(f) : "" });
  }
  let argv = f.lists[f.lists.length - 1] ?? [];
  f.lists = f.lists.slice(0, -1);
  const subStatus = s.subStatus;
  s.subStatus = 0;
  const set = (): boolean => {
    for (const v of values) {
      if (v.spec.array)
        s.vars = {
          ...s.vars,
          [v.spec.name]: {
            v: v.items[0] ?? "",
            a: v.spec.append ? [...(s.vars[v.spec.name]?.a ?? []), ...v.items] : v.items,
          },
        };
      else if (v.spec.index) assignElement(s, v.spec.name, vm.arithmetic(v.index) ?? 0, v.value);
      else if (!assign(s, v.spec.name, v.spec.append ? (s.vars[v.spec.name]?.v ?? "") + v.value : v.value)) {
        complain(
          host,
          s.name,
          host.shell === "ash" ? `${v.spec.name}: is read only` : `${v.spec.name}: readonly variable`,
        );
        s.status = host.shell === "bash" ? 1 : 2;
        return false;
      }
    }
    return true;
  };
  if (s.opts.includes("x"))
    host.write(2, `+ ${[...values.map((v) => `${v.spec.name}=${v.value}`), ...argv].join(" ")}\n`);
  const { fds } = host.proc;
  const done = redirect(host, fds, op.redirs, targets);
  if (!done.ok) {
    complain(host, s.name, done.text);
    s.status = host.shell === "dash" ? 2 : 1;
    return;
  }
  if (argv.length === 0) {
    s.status = subStatus;
    // A Bourne shell ends on it.
    if (!set() && host.shell !== "bash") vm.exit(2);
    return;
  }
  const alias = s.aliases[argv[0]!];
  if (alias !== undefined) argv = [...alias.split(/\s+/), ...argv.slice(1)];
  const name = argv[0]!;
  const fn = Object.hasOwn(s.funcs, name) ? s.funcs[name] : undefined;
  if (fn) {
    set();
    s.frames.push(
      frame("func", fn.code, argv.slice(1), {
        ip: fn.ip,
        saved: op.redirs.length > 0 ? [fds] : [],
        noErr: op.tested,
      }),
    );
    if (op.redirs.length > 0) host.setFds(done.fds);
    return;
  }
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (builtin) {
    const before = s.vars;
    set();
    if (op.redirs.length > 0) host.setFds(done.fds);
    const status = builtin({
      vm,
      s,
      host,
      argv,
      saved: op.redirs.length > 0 ? fds : null,
      tested: op.tested,
    });
    if (status === undefined) return;
    if (host.alive) {
      if (op.redirs.length > 0 && name !== "exec") host.setFds(fds);
      if (
        values.length > 0 &&
        ![
          "export",
          "readonly",
          ".",
          "source",
          "eval",
          "exec",
          "set",
          ":",
          "unset",
          "trap",
          "return",
          "exit",
          "read",
          "local",
        ].includes(name)
      )
        s.vars = before;
      s.status = status;
    }
    return;
  }
  const env = exported(s);
  for (const v of values) env[v.spec.name] = v.value;
  external(
    vm,
    argv,
    env,
    done.fds,
    op.tail &&
      f.tail &&
      s.frames.length === 1 &&
      f.saved.length === 0 &&
      !Object.values(s.traps).some((t) => t !== ""),
  );
}

/** Starts a program and waits for it, or becomes it where the shell has nothing left to do. */
export function external(
  vm: Vm,
  argv: readonly string[],
  env: Record<string, string>,
  fds: Fds,
  become: boolean,
): void {
  const { s, host } = vm;
  const name = argv[0]!;
  vm.count(SPIN_SPAWN);
  const started: { ok: true; pid?: number } | { ok: false; errno: Errno | "ENOEXEC" | "EAGAIN" } = become
    ? host.exec(argv, env, fds)
    : host.spawn({ argv, env, fds });
  if (started.ok) {
    if (started.pid !== undefined)
      s.wait = { k: "children", pids: [started.pid], last: started.pid, status: 0 };
    return;
  }
  if (started.errno === "EAGAIN") {
    complain(host, s.name, "can't fork: Resource temporarily unavailable");
    vm.exit(2);
    return;
  }
  if (started.errno === "ENOEXEC") {
    const found = host.which(name);
    const text = found.ok ? host.fs.read(found.path) : undefined;
    if (text?.ok) {
      const pid = host.fork(
        {
          ...s,
          frames: [frame("main", text.value.content, argv.slice(1))],
          name,
          traps: {},
          jobs: {},
          subshell: true,
        } as never,
        fds,
      );
      s.wait = { k: "children", pids: [pid], last: pid, status: 0 };
      return;
    }
  }
  const said = notFound(host, name, started.errno);
  const { fds: own } = host.proc;
  host.setFds(fds);
  complain(host, s.name, said.text);
  host.setFds(own);
  s.status = said.status;
}
