/** What the runtime and the machine below it share: mounts, host ports, the unit, and the causes of what changes. */
import { describe, expect, it } from "vitest";
import { createBench } from "../testing/bench.ts";

const busybox = { image: "busybox:1.36", command: ["sleep", "600"] };

describe("mounts", () => {
  it("a host path that is not there becomes a directory", () => {
    const bench = createBench();
    const mounts = [{ containerPath: "/data", hostPath: "/not/there", readonly: false }];
    bench.run(bench.pod("p"), { ...busybox, mounts });
    expect(bench.machine.fs.stat("/not/there")).toMatchObject({ kind: "dir", mode: 0o755 });
  });

  it("a directory over the image's file: the container does not start", () => {
    const bench = createBench();
    bench.machine.fs.mkdir("/conf");
    const mounts = [{ containerPath: "/etc/passwd", hostPath: "/conf", readonly: false }];
    expect(() => bench.run(bench.pod("p"), { ...busybox, mounts })).toThrow(
      /error mounting "\/conf" to rootfs at "\/etc\/passwd": .* not a directory: Are you trying to mount a directory onto a file/,
    );
  });
});

describe("host ports", () => {
  it("lead from the node's address to the pod", () => {
    const bench = createBench();
    const pod = bench.pod("web", { portMappings: [{ containerPort: 80, hostPort: 8081, protocol: "TCP" }] });
    bench.run(pod, { image: "nginx:1.27" });
    bench.wait(500);
    const { internalIp } = bench.machine.info;
    expect(bench.http(internalIp, 8081, "/").status).toBe(200);
    expect(bench.http(internalIp, 8082, "/").text).toContain("connection refused");
  });
});

describe("containerd stopped while calls are under way", () => {
  it("cuts them off, and kills nobody", () => {
    const bench = createBench();
    const id = bench.run(bench.pod("p"), busybox);
    bench.wait(100);
    const stopping = bench.send("StopContainer", { containerId: id, timeoutMs: 2000 });
    bench.wait(500);
    bench.runtime.setFaults({ down: true });
    bench.wait(5000);
    expect(stopping.result).toEqual({
      ok: false,
      error: { code: "Unavailable", desc: "error reading from server: EOF" },
    });
    bench.runtime.setFaults({ down: false });
    expect(bench.status(id).state).toBe("running");
  });
});

describe("causes", () => {
  it("a change of state names its record, which goes back to the call", () => {
    const bench = createBench();
    const pod = bench.pod("p");
    const id = bench.run(pod, { image: "busybox:1.36", command: ["sh", "-c", "sleep 1; exit 3"] });
    const started = bench.sim.trace.get(bench.status(id).changedBy!);
    expect(started).toMatchObject({
      type: "container.start",
      data: { pod: "p", container: "app", attempt: 0 },
    });
    bench.wait(2000);
    const chain = bench.sim.trace.chain(bench.status(id).changedBy!).map((r) => r.type);
    expect(chain.slice(0, 3)).toEqual(["container.exit", "container.start", "cri.StartContainer"]);
  });

  it("two who stop one container: one signal, two answers", () => {
    const bench = createBench();
    const id = bench.run(bench.pod("p"), busybox);
    bench.wait(100);
    const first = bench.send("StopContainer", { containerId: id, timeoutMs: 3000 });
    const second = bench.send("StopContainer", { containerId: id, timeoutMs: 3000 });
    bench.wait(4000);
    expect([first.result?.ok, second.result?.ok]).toEqual([true, true]);
    const signals = bench.sim.trace.all().filter((r) => r.type === "container.signal");
    expect(signals.map((r) => r.data["signal"])).toEqual(["SIGTERM", "SIGKILL"]);
  });
});

describe("out of memory", () => {
  const script = "dd if=/dev/zero of=/dev/null bs=20M count=1; echo went on; sleep 600";
  const run = (oomSingle: boolean) => {
    const bench = createBench();
    const cgroup = { cpuShares: 2, oomScoreAdj: 1000, memoryLimit: 15 * 1024 * 1024, oomSingle };
    const id = bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["sh", "-c", script], cgroup });
    bench.wait(1000);
    return { bench, id };
  };

  it("ends the whole container", () => {
    const { bench, id } = run(false);
    expect(bench.status(id)).toMatchObject({ state: "exited", exitCode: 137, reason: "OOMKilled" });
    expect(bench.log(id)).toEqual([]);
  });

  it("ends one process where the cgroup is not killed as a group", () => {
    const { bench, id } = run(true);
    expect(bench.status(id).state).toBe("running");
    expect(bench.log(id).at(-1)).toBe("went on");
  });
});

describe("the limit of a pod's processes", () => {
  it("keeps a shell from starting more of them", () => {
    const bench = createBench();
    bench.machine.cgroups.set("/kubepods/besteffort/poduid-p", { cpuShares: 2, pidsLimit: 10 });
    const script = "cat /sys/fs/cgroup/pids.max; while true; do sleep 600 & done";
    const id = bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["sh", "-c", script] });
    bench.wait(1000);
    expect(bench.status(id)).toMatchObject({ state: "exited", exitCode: 2 });
    expect(bench.log(id)).toEqual(["10", "sh: can't fork: Resource temporarily unavailable"]);
  });
});
