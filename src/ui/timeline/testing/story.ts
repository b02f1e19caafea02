/** Records as the engine writes them, told step by step; for tests. */
import type { Pod } from "../../../api/types.ts";
import type { TraceRecord } from "../../../sim/types.ts";
import { type Tables, TraceView } from "../../store/world.ts";

export const START = "2026-01-05T09:00:00Z";
export const stamp = (ms: number): string =>
  new Date(Date.parse(START) + ms).toISOString().replace(".000Z", "Z");

export class Story {
  readonly records: TraceRecord[] = [];
  readonly pods = new Map<string, Pod>();
  readonly nodes = new Map<string, unknown>([
    ["node-1", { metadata: { name: "node-1" }, status: { conditions: [{ type: "Ready", status: "True" }] } }],
  ]);

  /** Adds a record; returns its number. */
  add(
    time: number,
    type: string,
    object = "",
    data: Record<string, unknown> = {},
    more: Partial<TraceRecord> = {},
  ): number {
    const seq = this.records.length + 1;
    this.records.push({
      seq,
      time,
      cause: seq > 1 ? seq - 1 : null,
      from: "node-1/kuberuntime",
      to: "node-1/containerd",
      type,
      object,
      data,
      ...more,
    });
    return seq;
  }

  pod(
    name: string,
    spec: Record<string, unknown>,
    status: Record<string, unknown> = {},
    metadata: Record<string, unknown> = {},
  ): string {
    this.pods.set(`default/${name}`, {
      metadata: { name, namespace: "default", creationTimestamp: stamp(0), ...metadata },
      spec: { nodeName: "node-1", ...spec },
      status,
    } as unknown as Pod);
    return `pod/default/${name}`;
  }

  /** Pull, create and start of a container, the process beginning at `at`. */
  starts(id: string, container: string, at: number, pull = 0): void {
    const data = { pod: id, container, containerId: `${container}-${at}` };
    if (pull > 0) {
      const call = this.add(at - pull - 70, "cri.PullImage", id, { ...data, image: "nginx" });
      this.add(at - 70, "reply", id, {}, { cause: call });
    }
    this.add(at - 65, "cri.CreateContainer", id, data);
    const call = this.add(at - 50, "cri.StartContainer", id, data);
    this.add(at, "reply", id, {}, { cause: call });
    this.add(at + 600, "pleg.ContainerStarted", `${id}/${container}`);
  }

  exits(id: string, container: string, at: number, exitCode: number): void {
    this.add(at, "container.exit", `${id}/${container}`, { exitCode });
    this.add(at + 700, "pleg.ContainerDied", `${id}/${container}`, { exitCode });
  }

  moment(now: number) {
    const tables: Tables = new Map([
      ["api/Pod", new Map(this.pods)],
      ["api/Node", new Map(this.nodes)],
    ]);
    return { trace: new TraceView(this.records), tables, now, start: START };
  }
}

/** A pod whose container fails again and again, as in the seed `restart-test`. */
export function crashLoop(story = new Story()): Story {
  const c = "failing-container";
  const id = story.pod(
    "restart-test",
    { restartPolicy: "Always", containers: [{ name: c, image: "busybox" }] },
    { phase: "Running" },
  );
  const input = story.add(0, "input.apply", "", { manifest: "" }, { cause: null });
  story.add(4, "api.create", id, {}, { cause: input, from: "kubectl", to: "apiserver" });
  story.add(20, "scheduler.bind", id, { node: "node-1" });
  story.add(120, "cri.RunPodSandbox", id, { pod: id });
  story.starts(id, c, 2_300, 1_800);
  story.exits(id, c, 12_300, 1);
  story.starts(id, c, 14_000);
  story.exits(id, c, 24_000, 1);
  story.starts(id, c, 37_100);
  story.exits(id, c, 47_100, 1);
  story.starts(id, c, 72_100);
  story.exits(id, c, 82_100, 1);
  return story;
}
