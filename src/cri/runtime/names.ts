/** Names as a container resolves them: its hosts file, then its resolv.conf with the search list. */
import type { Ms } from "../../sim/types.ts";
import { ROOT_USER } from "../../node/view.ts";
import type { Context } from "./context.ts";
import { viewOf } from "./world.ts";

export interface Resolved {
  readonly addresses: readonly string[];
  /** Full name that was found; the name itself when none was. */
  readonly name: string;
  readonly delayMs: Ms;
}

const LOOKUP: Ms = 1;

export function resolveName(ctx: Context, sandboxId: string, container: string, name: string): Resolved {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name) || name.includes(":")) return { addresses: [name.replace(/^\[|\]$/g, "")], name, delayMs: 0 };
  const sandbox = ctx.sandboxes.get(sandboxId);
  const os = ctx.os.get(sandboxId);
  if (!sandbox || !os) return { addresses: [], name, delayMs: 0 };
  const fs = viewOf(ctx, sandbox, container, ROOT_USER, os, 0);
  const hosts = fs.read("/etc/hosts");
  for (const line of hosts.ok ? hosts.value.content.split("\n") : []) {
    const [ip, ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (ip && !ip.includes(":") && names.includes(name)) return { addresses: [ip], name, delayMs: 0 };
  }
  if (name === "localhost") return { addresses: ["127.0.0.1"], name, delayMs: 0 };
  const conf = fs.read("/etc/resolv.conf");
  const lines = conf.ok ? conf.value.content.split("\n").map((l) => l.trim().split(/\s+/)) : [];
  const server = lines.find((l) => l[0] === "nameserver")?.[1];
  if (!server) return { addresses: [], name, delayMs: 5_000 };
  const search = lines.findLast((l) => l[0] === "search")?.slice(1) ?? [];
  const ndots = Number(/ndots:(\d+)/.exec(lines.filter((l) => l[0] === "options").flat().join(" "))?.[1] ?? "1");
  const absolute = name.endsWith(".");
  const plain = absolute ? name.slice(0, -1) : name;
  const dots = plain.split(".").length - 1;
  const searched = absolute ? [] : search.map((s) => `${plain}.${s}`);
  const candidates = dots >= ndots ? [plain, ...searched] : [...searched, plain];
  // A resolver outside the cluster knows nothing of the cluster's names.
  const inside = server !== hostResolver(ctx);
  let delayMs = 0;
  for (const candidate of candidates) {
    delayMs += LOOKUP;
    if (!inside && candidate.endsWith(".cluster.local")) continue;
    const addresses = ctx.network.names.lookup(candidate);
    if (addresses.length > 0) return { addresses, name: candidate, delayMs };
  }
  return { addresses: [], name: plain, delayMs: delayMs + LOOKUP };
}

/** The resolver of the machine itself. */
export function hostResolver(ctx: Context): string {
  return /^nameserver\s+(\S+)/m.exec(ctx.machine.fs.read("/etc/resolv.conf") ?? "")?.[1] ?? "127.0.0.1";
}
