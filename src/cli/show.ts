/** What a run ended with, in plain tables. */
import type { Pod } from "../api/types.ts";
import { formatKlog } from "../kubelet/logs/klog.ts";
import type { World } from "../scenario/world.ts";

const pad = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((r) => (r[i] ?? "").length))) ?? [];
  return rows
    .map(
      (r) => `${r.map((cell, i) => (i === r.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("   ")}\n`,
    )
    .join("");
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)}s`;

export function showPods(world: World): string {
  const rows = world.cluster.store.list<Pod>("Pod").map((pod) => {
    const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
    const states = statuses.map(
      (c) =>
        `${c.name}=${c.state?.running ? "running" : (c.state?.terminated?.reason ?? c.state?.waiting?.reason ?? "?")}${c.ready ? "" : "!"}/${c.restartCount}`,
    );
    return [
      `${pod.metadata?.namespace}/${pod.metadata?.name}`,
      pod.status?.phase ?? "",
      pod.status?.reason ?? "",
      states.join(" "),
    ];
  });
  return `${pad([["POD", "PHASE", "REASON", "CONTAINERS"], ...rows])}\n`;
}

export function showEvents(world: World): string {
  const rows = world.sim.trace
    .all()
    .filter((r) => r.type.startsWith("event."))
    .map((r) => [
      seconds(r.time),
      r.object,
      String(r.data["type"] ?? ""),
      String(r.data["reason"] ?? ""),
      String(r.data["message"] ?? ""),
    ]);
  return `${pad([["AT", "OBJECT", "TYPE", "REASON", "MESSAGE"], ...rows])}\n`;
}

export function showLog(world: World): string {
  const lines = world.sim.trace
    .all()
    .flatMap((r) => formatKlog(r, { epochMs: world.cluster.epochMs, verbosity: 4 }) ?? []);
  return `${lines.join("\n")}\n\n`;
}
