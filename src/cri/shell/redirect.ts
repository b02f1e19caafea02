/** Redirections: from what a command names to open descriptors. */
import type { Fd, Fds, ProgramHost } from "../os/contract.ts";
import type { RedirectSpec } from "./ops.ts";
import { cannotOpen } from "./texts.ts";

/** The descriptors of a command with its redirections done in order, or the text of what went wrong. */
export function redirect(
  host: ProgramHost,
  from: Fds,
  specs: readonly RedirectSpec[],
  targets: readonly string[],
): { ok: true; fds: Fds } | { ok: false; text: string } {
  let fds: Fds = from;
  for (const [i, spec] of specs.entries()) {
    const target = targets[i]!;
    const opened = open(host, fds, spec, target);
    if (!opened.ok) return opened;
    if (opened.fd === null) {
      const { [spec.fd]: _closed, ...rest } = fds;
      fds = rest;
    } else {
      fds = { ...fds, [spec.fd]: opened.fd };
      if (spec.op === "&>" || spec.op === "&>>" || (spec.op === ">&" && !/^\d+$|^-$/.test(target)))
        fds = { ...fds, 2: opened.fd };
    }
  }
  return { ok: true, fds };
}

function open(
  host: ProgramHost,
  fds: Fds,
  spec: RedirectSpec,
  target: string,
): { ok: true; fd: Fd | null } | { ok: false; text: string } {
  switch (spec.op) {
    case "<<":
    case "<<-":
    case "<<<": {
      const pipe = host.pipe();
      const body = spec.op === "<<-" ? target.replace(/^\t+/gm, "") : target;
      host.fill(pipe.r, spec.op === "<<<" ? `${target}\n` : body);
      return { ok: true, fd: pipe.r };
    }
    case ">&":
    case "<&":
      if (target === "-") return { ok: true, fd: null };
      if (/^\d+$/.test(target)) {
        const fd = fds[Number(target)];
        return fd
          ? { ok: true, fd }
          : {
              ok: false,
              text:
                host.shell === "ash" ? `${target}: Bad file descriptor` : `${target}: Bad file descriptor`,
            };
      }
      break;
  }
  const mode = spec.op === "<" ? "r" : spec.op === ">>" || spec.op === "&>>" || spec.op === "<>" ? "a" : "w";
  const found = host.open(target, mode);
  if (found.ok) return found;
  return { ok: false, text: cannotOpen(host, target, mode !== "r", found.errno) };
}
