/** `systemctl` for the two units that a node's lessons are about. */
import type { UnitName } from "../../node/contract.ts";
import type { Context } from "../context.ts";
import { nodeOf } from "../files.ts";
import type { JournalLine, NodeConsole } from "../host.ts";
import type { ShellCommand } from "../shell/builtins.ts";
import { journalText } from "./journalctl.ts";

const UNITS: Readonly<
  Record<
    UnitName,
    {
      readonly description: string;
      readonly docs: string;
      readonly command: string;
      readonly path: string;
      readonly dropIn?: string;
    }
  >
> = {
  kubelet: {
    description: "kubelet: The Kubernetes Node Agent",
    docs: "https://kubernetes.io/docs/",
    command:
      "/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf",
    path: "/usr/lib/systemd/system/kubelet.service",
    dropIn: "10-kubeadm.conf",
  },
  containerd: {
    description: "containerd container runtime",
    docs: "https://containerd.io",
    command: "/usr/local/bin/containerd",
    path: "/usr/lib/systemd/system/containerd.service",
  },
};

const unitName = (text: string): UnitName | null => {
  const name = text.replace(/\.service$/, "");
  return name === "kubelet" || name === "containerd" ? name : null;
};

/** `5s`, `1min 3s`, `6min`, `2h 5min`, `1 day 3h`. */
function span(ms: number): string {
  const s = Math.floor(ms / 1000);
  const [d, h, m] = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60];
  if (d > 0) return `${d} day${d > 1 ? "s" : ""}${h > 0 ? ` ${h}h` : ""}`;
  if (h > 0) return `${h}h${m > 0 ? ` ${m}min` : ""}`;
  if (m > 0) return m < 5 && s % 60 > 0 ? `${m}min ${s % 60}s` : `${m}min`;
  return `${s}s`;
}

const stamp = (epochMs: number, at: number): string => {
  const d = new Date(epochMs + at);
  const day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][d.getUTCDay()];
  return `${day} ${d.toISOString().slice(0, 10)} ${d.toISOString().slice(11, 19)} UTC`;
};

function status(ctx: Context, node: NodeConsole, name: UnitName, lines: number): number {
  const facts = UNITS[name];
  const seen = ctx.once(() => {
    const unit = node.unit(name);
    const journal: readonly JournalLine[] = node.journal(name, 0).slice(-lines);
    return { unit, journal, now: ctx.host.sim.now };
  });
  const { unit, journal, now } = seen;
  const since = `${stamp(ctx.host.epochMs, unit.since)}; ${span(now - unit.since)} ago`;
  ctx.out(`${unit.active ? "●" : "○"} ${name}.service - ${facts.description}\n`);
  ctx.out(`     Loaded: loaded (${facts.path}; enabled; preset: enabled)\n`);
  if (facts.dropIn) ctx.out(`    Drop-In: ${facts.path}.d\n             └─${facts.dropIn}\n`);
  ctx.out(`     Active: ${unit.active ? "active (running)" : "inactive (dead)"} since ${since}\n`);
  ctx.out(`       Docs: ${facts.docs}\n`);
  if (unit.active) {
    ctx.out(
      `   Main PID: ${unit.pid} (${name})\n      Tasks: 13 (limit: 9443)\n     Memory: ${name === "kubelet" ? "42.5M (peak: 45.0M)" : "48.1M (peak: 61.3M)"}\n`,
    );
    ctx.out(`     CGroup: /system.slice/${name}.service\n             └─${unit.pid} ${facts.command}\n`);
  } else
    ctx.out(
      `    Process: ${unit.pid} ExecStart=${facts.command} (code=exited, status=0/SUCCESS)\n   Main PID: ${unit.pid} (code=exited, status=0/SUCCESS)\n`,
    );
  if (journal.length > 0)
    ctx.out(`\n${journal.map((l) => journalText(l, node, ctx.host.epochMs, "short")).join("")}`);
  return unit.active ? 0 : 3;
}

export const systemctl: ShellCommand = (args, ctx) => {
  const node = nodeOf(ctx.host, ctx.session);
  if (!node) {
    ctx.err("System has not been booted with systemd as init system (PID 1). Can't operate.\n");
    return 1;
  }
  const at = args.findIndex((a) => a === "-n" || a === "--lines");
  const lines = at >= 0 ? Number(args[at + 1] ?? 10) : 10;
  const words = args.filter((a, i) => !a.startsWith("-") && !(at >= 0 && i === at + 1));
  const [verb = "list-units", ...units] = words;
  if (
    verb === "daemon-reload" ||
    verb === "enable" ||
    verb === "disable" ||
    verb === "reset-failed" ||
    verb === "mask" ||
    verb === "unmask"
  )
    return 0;
  if (verb === "list-units" || verb === "list-unit-files") {
    const active = ctx.once(() =>
      (["containerd", "kubelet"] as const).map((u) => [u, node.unit(u).active] as const),
    );
    ctx.out("  UNIT               LOAD   ACTIVE   SUB     DESCRIPTION\n");
    for (const [u, on] of active)
      ctx.out(
        `  ${`${u}.service`.padEnd(18)} loaded ${(on ? "active" : "inactive").padEnd(8)} ${(on ? "running" : "dead").padEnd(7)} ${UNITS[u].description}\n`,
      );
    return 0;
  }
  if (verb === "poweroff" || verb === "halt" || verb === "reboot") {
    ctx.once(() => {
      node.power(verb === "reboot" ? "reboot" : "poweroff");
      return null;
    });
    return 0;
  }
  if (units.length === 0) {
    ctx.err("Too few arguments.\n");
    return 1;
  }
  let code = 0;
  for (const text of units) {
    const name = unitName(text);
    const full = text.includes(".") ? text : `${text}.service`;
    if (!name) {
      if (verb === "is-active") ctx.out("inactive\n");
      else if (verb === "status") ctx.err(`Unit ${full} could not be found.\n`);
      else ctx.err(`Failed to ${verb} ${full}: Unit ${full} not found.\n`);
      code = verb === "is-active" || verb === "status" ? 4 : 5;
      continue;
    }
    if (verb === "status") code = Math.max(code, status(ctx, node, name, lines));
    else if (verb === "is-active") {
      const active = ctx.once(() => node.unit(name).active);
      ctx.out(active ? "active\n" : "inactive\n");
      code = active ? code : 3;
    } else if (verb === "is-enabled") ctx.out("enabled\n");
    else if (verb === "cat")
      ctx.out(
        `# ${UNITS[name].path}\n[Unit]\nDescription=${UNITS[name].description}\nDocumentation=${UNITS[name].docs}\n\n[Service]\nExecStart=${UNITS[name].command}\nRestart=always\nRestartSec=10\n\n[Install]\nWantedBy=multi-user.target\n`,
      );
    else if (verb === "start" || verb === "stop" || verb === "restart") {
      ctx.once(() => {
        node.control(name, verb);
        return null;
      });
      ctx.sleep(verb === "start" ? 50 : 120);
    } else {
      ctx.err(`Unknown command verb '${verb}'.\n`);
      return 1;
    }
  }
  return code;
};
