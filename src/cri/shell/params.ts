/** Variables and parameters of a shell. */
import type { ProgramHost } from "../os/contract.ts";
import type { Frame, ShellState, Variable } from "./state.ts";
import type { Frag } from "./words.ts";

export function top(s: ShellState): Frame {
  return s.frames[s.frames.length - 1]!;
}

/** Positional parameters: a function's own, or the script's. */
export function positional(s: ShellState): readonly string[] {
  for (let i = s.frames.length - 1; i >= 0; i--) {
    const f = s.frames[i]!;
    if (f.kind === "func" || f.kind === "main" || f.kind === "source") return f.params;
  }
  return [];
}

export function setPositional(s: ShellState, params: readonly string[]): void {
  for (let i = s.frames.length - 1; i >= 0; i--) {
    const f = s.frames[i]!;
    if (f.kind === "func" || f.kind === "main" || f.kind === "source") {
      f.params = params;
      return;
    }
  }
}

/** Value of a parameter, undefined when it is not set. */
export function parameter(s: ShellState, host: ProgramHost, name: string): string | undefined {
  if (/^\d+$/.test(name)) return name === "0" ? s.name : positional(s)[Number(name) - 1];
  switch (name) {
    case "?":
      return String(s.status);
    case "$":
      return String(s.self);
    case "!":
      return s.lastBg === 0 ? undefined : String(s.lastBg);
    case "#":
      return String(positional(s).length);
    case "@":
    case "*":
      return positional(s).length > 0 ? positional(s).join(" ") : undefined;
    case "-":
      return s.opts;
    case "PPID":
      return String(host.proc.ppid);
    case "RANDOM":
      return host.shell === "dash" ? s.vars.RANDOM?.v : String(Math.floor(host.random() * 32768));
    case "SECONDS":
      return host.shell === "bash"
        ? String(Math.floor((host.now - host.proc.startedAt) / 1000))
        : s.vars.SECONDS?.v;
    case "EPOCHSECONDS":
      return String(Math.floor(host.wallClock() / 1000));
    case "UID":
    case "EUID":
      return host.shell === "bash" ? String(host.proc.uid) : s.vars[name]?.v;
    case "HOSTNAME":
      return s.vars.HOSTNAME?.v ?? (host.shell === "bash" ? host.hostname : undefined);
    default: {
      const found = Object.hasOwn(s.vars, name) ? s.vars[name] : undefined;
      return found?.a ? found.a[0] : found?.v;
    }
  }
}

export function assign(s: ShellState, name: string, value: string, fields: Partial<Variable> = {}): boolean {
  const known = Object.hasOwn(s.vars, name) ? s.vars[name] : undefined;
  if (known?.readonly) return false;
  const exported = known?.x || s.opts.includes("a");
  s.vars = { ...s.vars, [name]: { v: value, ...(exported ? { x: true } : {}), ...fields } };
  return true;
}

export function assignElement(s: ShellState, name: string, index: number, value: string): void {
  const known = s.vars[name];
  const a = [...(known?.a ?? (known ? [known.v] : []))];
  while (a.length < index) a.push("");
  a[index < 0 ? a.length + index : index] = value;
  s.vars = { ...s.vars, [name]: { ...known, v: a[0] ?? "", a } };
}

export function unset(s: ShellState, name: string): void {
  const { [name]: _gone, ...vars } = s.vars;
  s.vars = vars;
}

/** Environment for a child. */
export function exported(s: ShellState): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name in s.vars) {
    const v = s.vars[name]!;
    if (v.x) env[name] = v.v;
  }
  return env;
}

/** Pieces that `$name` adds to a word. */
export function expansion(s: ShellState, host: ProgramHost, name: string, quoted: boolean): Frag[] {
  if (name === "@" || name === "*") return list(positional(s), name, quoted, s);
  const value = parameter(s, host, name);
  return [[value ?? "", quoted ? 1 : 2]];
}

/** `"$@"` is a field each, `"$*"` one field. */
export function list(values: readonly string[], how: string, quoted: boolean, s: ShellState): Frag[] {
  if (quoted && how === "*") return [[values.join((s.vars.IFS?.v ?? " ")[0] ?? ""), 1]];
  const out: Frag[] = [];
  values.forEach((v, i) => {
    if (i > 0) out.push(["", 3]);
    out.push([v, quoted ? 1 : 2]);
  });
  return out;
}
