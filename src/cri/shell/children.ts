/** Subshells: pipelines, command substitution, background. */
import type { Fd, Fds } from "../os/contract.ts";
import type { Op } from "./ops.ts";
import { positional, top } from "./params.ts";
import { add } from "./stack.ts";
import { type Frame, frame, type ShellState } from "./state.ts";
import { complain } from "./texts.ts";
import type { Vm } from "./vm.ts";

/** What starting a process counts for among the operations of an instant. */
export const SPIN_SPAWN = 20;

/** A subshell that runs from a position of the present script; 0 where there was none to be had, which ends the shell. */
export function fork(vm: Vm, ip: number, fds: Fds): number {
  const { s, host } = vm;
  const f = top(s);
  const ignored = Object.fromEntries(Object.entries(s.traps).filter(([, code]) => code === ""));
  const child: ShellState = {
    ...s,
    frames: [frame("main", f.code, positional(s), { ip, tail: true })],
    traps: ignored,
    pending: [],
    jobs: {},
    subshell: true,
    wait: null,
    input: null,
    exiting: null,
  };
  vm.count(SPIN_SPAWN);
  const pid = host.fork(child as never, fds);
  if (pid === 0) {
    complain(host, s.name, "can't fork: Resource temporarily unavailable");
    vm.exit(2);
  }
  return pid;
}

export function pipeline(vm: Vm, starts: readonly number[], both: readonly boolean[]): void {
  const { s, host } = vm;
  const { fds } = host.proc;
  const pids: number[] = [];
  let input = fds[0];
  for (const [i, ip] of starts.entries()) {
    const pipe = i < starts.length - 1 ? host.pipe() : undefined;
    const out = pipe ? pipe.w : fds[1];
    const own: Record<number, Fd> = { ...fds };
    if (input) own[0] = input;
    if (out) own[1] = out;
    if (pipe && both[i]) own[2] = pipe.w;
    const pid = fork(vm, ip, own);
    if (pid === 0) return;
    pids.push(pid);
    input = pipe?.r;
  }
  s.wait = { k: "children", pids, last: pids[pids.length - 1]!, status: 0 };
}

export function substitution(vm: Vm, op: Extract<Op, { o: "sub" }>, f: Frame): void {
  const { s, host } = vm;
  const pipe = host.pipe();
  const { 63: _old, ...fds } = host.proc.fds;
  const pid = fork(vm, f.ip, { ...fds, 1: pipe.w });
  if (pid === 0) return;
  f.ip = op.end;
  host.setFds({ ...fds, 63: pipe.r });
  s.wait = { k: "sub", pid, text: "", q: op.q, eof: false, status: null };
  readSubstitution(vm);
}

/** Takes what the substituted command has written so far. */
export function readSubstitution(vm: Vm): void {
  const { s, host } = vm;
  if (s.wait?.k !== "sub") return;
  for (let text = host.read(63); text !== undefined; text = host.read(63)) {
    if (text === null) {
      s.wait = { ...s.wait, eof: true };
      break;
    }
    s.wait = { ...s.wait, text: s.wait.text + text };
  }
  finishSubstitution(vm);
}

export function finishSubstitution(vm: Vm): void {
  const { s, host } = vm;
  const w = s.wait;
  if (w?.k !== "sub" || !w.eof || w.status === null) return;
  const { 63: _done, ...fds } = host.proc.fds;
  host.setFds(fds);
  s.wait = null;
  s.subStatus = w.status;
  add(top(s), [[w.text.replace(/\n+$/, ""), w.q ? 1 : 2]]);
}
