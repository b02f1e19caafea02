import { describe, expect, it } from "vitest";
import { createBench } from "../testing/bench.ts";

const RUNC =
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ";

describe("containers", () => {
  it("nginx: welcome page, 404, 403 of a removed index, ends with 0 on its own stop signal", () => {
    const bench = createBench();
    const pod = bench.pod("web");
    const id = bench.run(pod, { image: "nginx:1.27" });
    bench.wait(200);
    const ip = bench.ip(pod);
    expect(ip).toBe("10.244.0.2");
    expect(bench.http(ip, 80, "/")).toMatchObject({
      status: 200,
      body: expect.stringContaining("Welcome to nginx!"),
    });
    expect(bench.http(ip, 80, "/nope").status).toBe(404);
    expect(bench.http(ip, 81, "/").text).toBe(`dial tcp ${ip}:81: connect: connection refused`);
    expect(bench.exec(id, ["rm", "/usr/share/nginx/html/index.html"])).toMatchObject({
      value: { exitCode: 0 },
    });
    expect(bench.http(ip, 80, "/").status).toBe(403);
    const from = bench.sim.now;
    bench.call("StopContainer", { containerId: id, timeoutMs: 30_000 });
    expect(bench.sim.now - from).toBeLessThan(500);
    expect(bench.status(id)).toMatchObject({ exitCode: 0, reason: "Completed" });
    expect(bench.http(ip, 80, "/").text).toContain("connection refused");
  });

  it("serves what another container of the pod wrote, and is reached by localhost", () => {
    const bench = createBench();
    bench.machine.fs.mkdir("/content");
    const pod = bench.pod("shared");
    const writer = bench.run(pod, {
      image: "busybox:1.28",
      name: "w",
      command: ["sh", "-c", 'echo "Hello from the init container" > /content/index.html; sleep 600'],
      mounts: [{ containerPath: "/content", hostPath: "/content", readonly: false }],
    });
    const web = bench.run(pod, {
      image: "nginx:1.29",
      name: "web",
      mounts: [{ containerPath: "/usr/share/nginx/html", hostPath: "/content", readonly: true }],
    });
    bench.wait(100);
    expect(bench.http(bench.ip(pod), 80, "/").body).toBe("Hello from the init container\n");
    expect(bench.exec(writer, ["wget", "-qO-", "http://localhost:80"])).toMatchObject({
      value: { exitCode: 0, stdout: "Hello from the init container\n" },
    });
    expect(bench.exec(web, ["sh", "-c", "echo x > /usr/share/nginx/html/index.html"])).toMatchObject({
      value: { exitCode: 2, stderr: expect.stringContaining("Read-only file system") },
    });
  });

  it("a missing command: the start fails, the container has exited with 128", () => {
    const bench = createBench();
    expect(() => bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["pause"] })).toThrow(
      `${RUNC}exec: "pause": executable file not found in $PATH`,
    );
    const [status] = bench.runtime.pod("uid-p").containers;
    expect(status).toMatchObject({
      state: "exited",
      exitCode: 128,
      reason: "StartError",
      message: `${RUNC}exec: "pause": executable file not found in $PATH`,
    });
    expect(status!.startedAt).toBeUndefined();
  });

  it("a working directory that is a file, a command that is none", () => {
    const bench = createBench();
    expect(() =>
      bench.run(bench.pod("a"), {
        image: "busybox:1.36",
        command: ["sleep", "1"],
        workingDir: "/etc/passwd",
      }),
    ).toThrow(`${RUNC}mkdir /etc/passwd: not a directory`);
    expect(() => bench.run(bench.pod("b"), { image: "busybox:1.36", command: ["/nosuch"] })).toThrow(
      `${RUNC}exec: "/nosuch": stat /nosuch: no such file or directory`,
    );
    expect(() => bench.run(bench.pod("c"), { image: "busybox:1.36", command: ["/etc/passwd"] })).toThrow(
      `${RUNC}exec: "/etc/passwd": permission denied`,
    );
  });

  it("an image with a shell and no command to do ends at once with 0", () => {
    const bench = createBench();
    const id = bench.run(bench.pod("p"), { image: "busybox" });
    bench.wait(100);
    expect(bench.status(id)).toMatchObject({ state: "exited", exitCode: 0, reason: "Completed" });
  });

  it("memory above the limit: the kernel kills it", () => {
    const bench = createBench();
    const limit = (memoryLimit: number): { memoryLimit: number; cpuShares: number; oomScoreAdj: number } => ({
      memoryLimit,
      cpuShares: 2,
      oomScoreAdj: 999,
    });
    const stress = bench.run(bench.pod("s"), {
      image: "polinux/stress",
      command: ["stress"],
      args: ["--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"],
      cgroup: limit(100 * 1024 * 1024),
    });
    const dd = bench.run(bench.pod("d"), {
      image: "busybox:1.36",
      command: ["sh", "-c", "sleep 5 && dd if=/dev/zero of=/dev/null bs=20M"],
      cgroup: limit(15 * 1024 * 1024),
    });
    const tail = bench.run(bench.pod("t"), {
      image: "busybox:1.36",
      command: ["sh", "-c", "sleep 1; exec tail /dev/zero"],
      cgroup: limit(24 * 1024 * 1024),
    });
    const fine = bench.run(bench.pod("f"), {
      image: "polinux/stress",
      command: ["stress", "--vm", "1", "--vm-bytes", "150M", "--vm-hang", "1"],
      cgroup: limit(200 * 1024 * 1024),
    });
    bench.wait(6000);
    for (const id of [stress, dd, tail])
      expect(bench.status(id)).toMatchObject({ state: "exited", exitCode: 137, reason: "OOMKilled" });
    expect(bench.status(fine).state).toBe("running");
    expect(bench.machine.stats.container(fine)!.memory.workingSetBytes).toBeGreaterThan(150 * 1024 * 1024);
    expect(
      bench.sim.trace
        .all()
        .filter((r) => r.type === "kernel.oom")
        .map((r) => r.data.process),
    ).toEqual(["stress", "tail", "dd"]);
  });

  it("memory of the machine: the worst by oom_score goes", () => {
    const bench = createBench({ memoryBytes: 2 * 1024 ** 3 });
    const run = (name: string, oomScoreAdj: number): string =>
      bench.run(bench.pod(name), {
        image: "polinux/stress",
        command: ["stress", "--vm", "1", "--vm-bytes", "900M", "--vm-hang", "1"],
        cgroup: { cpuShares: 2, oomScoreAdj },
      });
    const guaranteed = run("a", -997);
    const besteffort = run("b", 1000);
    bench.wait(3000);
    expect(bench.status(besteffort)).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
    expect(bench.status(guaranteed).state).toBe("running");
  });

  it("agnhost: liveness turns after 10 s and ends with 2, pause leaves a message", () => {
    const bench = createBench();
    const pod = bench.pod("l");
    const live = bench.run(pod, {
      image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
      args: ["liveness"],
    });
    bench.wait(3000);
    expect(bench.http(bench.ip(pod), 8080, "/healthz")).toEqual({ status: 200, body: "ok" });
    bench.wait(8000);
    expect(bench.http(bench.ip(pod), 8080, "/healthz").status).toBe(500);
    bench.call("StopContainer", { containerId: live, timeoutMs: 30_000 });
    expect(bench.status(live).exitCode).toBe(2);
    bench.machine.fs.write("/term", "");
    const pause = bench.run(bench.pod("p"), {
      image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
      mounts: [{ containerPath: "/dev/termination-log", hostPath: "/term", readonly: false }],
    });
    bench.wait(100);
    bench.call("StopContainer", { containerId: pause, timeoutMs: 30_000 });
    expect(bench.status(pause).exitCode).toBe(2);
    expect(bench.machine.fs.read("/term")).toBe('exiting because of signal "terminated"\n');
  });

  it("agnhost netexec: a slow answer times out, a redirect is an answer", () => {
    const bench = createBench();
    const pod = bench.pod("n");
    bench.run(pod, {
      image: "registry.k8s.io/e2e-test-images/agnhost:2.53",
      args: ["netexec", "--http-port=8080"],
    });
    bench.wait(500);
    expect(bench.http(bench.ip(pod), 8080, "/shell?cmd=sleep%205", 1000).text).toBe(
      "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
    );
    expect(bench.http(bench.ip(pod), 8080, "/shell?cmd=echo%20hi", 1000).body).toBe('{"output":"hi\\n"}');
    expect(bench.http(bench.ip(pod), 8080, "/redirect?location=http://other.invalid/x&code=302")).toEqual({
      status: 302,
      body: '<a href="http://other.invalid/x">Found</a>.\n\n',
    });
  });

  it("users: runAsUser, groups of the image, numbers for runAsNonRoot", () => {
    const bench = createBench();
    const id = bench.run(bench.pod("u"), {
      image: "busybox:1.28",
      command: ["sleep", "60"],
      user: { uid: 1000, gid: 3000, groups: [2000] },
    });
    expect(bench.exec(id, ["id"])).toMatchObject({
      value: { stdout: "uid=1000 gid=3000 groups=2000,3000\n" },
    });
    expect(bench.exec(id, ["touch", "/etc/x"])).toMatchObject({
      value: { exitCode: 1, stderr: "touch: /etc/x: Permission denied\n" },
    });
    expect(bench.runtime.call).toBeDefined();
    expect(bench.call("ImageStatus", { image: "busybox:1.28" })).toMatchObject({
      value: { image: { repoTags: ["docker.io/library/busybox:1.28"] } },
    });
    bench.call("PullImage", { image: "registry.k8s.io/pause:3.10.1" });
    expect(bench.call("ImageStatus", { image: "registry.k8s.io/pause:3.10.1" })).toMatchObject({
      value: { image: { uid: 65535 } },
    });
  });
});

describe("the runtime as a whole", () => {
  it("listings are the same value as long as nothing changed", () => {
    const bench = createBench();
    const id = bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["sleep", "600"] });
    const list = (): unknown =>
      (bench.call("ListContainers", {}) as { value: { containers: unknown } }).value.containers;
    const before = list();
    bench.exec(id, ["true"]);
    expect(list()).toBe(before);
    bench.run(bench.pod("q"), { image: "busybox:1.36", command: ["sleep", "600"] });
    expect(list()).not.toBe(before);
    expect((list() as { id: string }[]).some((c) => c === (before as { id: string }[])[0])).toBe(true);
  });

  it("is refused while containerd is down; containers run on", () => {
    const bench = createBench();
    const id = bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["sh", "-c", "sleep 3; exit 4"] });
    bench.machine.setUnit("containerd", false);
    expect(bench.call("ListContainers", {})).toEqual({
      ok: false,
      error: {
        code: "Unavailable",
        desc: 'connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
      },
    });
    bench.wait(4000);
    bench.machine.setUnit("containerd", true);
    expect(bench.call("ContainerStatus", { containerId: id })).toMatchObject({
      value: { container: { state: "exited", exitCode: 4 } },
    });
  });

  it("records calls and answers, but not the quiet ones", () => {
    const bench = createBench();
    bench.runtime.call(
      "ListContainers",
      {},
      { to: "bench", key: "q", event: { type: "answer" } },
      { quiet: true },
    );
    const sandbox = bench.pod("p");
    bench.run(sandbox, { image: "busybox:1.36", command: ["sleep", "600"] });
    const types = bench.sim.trace.all().map((r) => r.type);
    expect(types).not.toContain("cri.ListContainers");
    const start = bench.sim.trace.all().find((r) => r.type === "cri.StartContainer")!;
    expect(start).toMatchObject({
      object: "pod/default/p/app",
      data: { pod: "p", container: "app", attempt: 0 },
      to: "node-1/containerd",
    });
    expect(bench.sim.trace.all().find((r) => r.type === "reply" && r.cause === start.seq)).toMatchObject({
      from: "node-1/containerd",
      data: { rpc: "StartContainer" },
    });
  });

  it("gives addresses back, and none while the plugin fails", () => {
    const bench = createBench();
    const first = bench.pod("a");
    const ip = bench.ip(first);
    bench.call("StopPodSandbox", { sandboxId: first });
    expect(bench.ip(first)).toBeUndefined();
    expect(bench.ip(bench.pod("b"))).not.toBe(ip);
    bench.runtime.setFaults({ cniFail: true });
    expect(() => bench.pod("c")).toThrow(
      /^failed to setup network for sandbox "[0-9a-f]{64}": plugin type="bridge" failed \(add\): /,
    );
    bench.call("RemovePodSandbox", { sandboxId: first });
    expect(bench.runtime.pod("uid-a").sandboxes).toEqual([]);
  });

  it("goes on from a keyframe as it went the first time", () => {
    const bench = createBench();
    const pod = bench.pod("p");
    bench.run(pod, {
      image: "busybox:1.36",
      command: [
        "sh",
        "-c",
        "trap 'echo t' TERM; for i in 1 2 3 4 5 6 7 8; do echo $i | cat; sleep 3; x=$(echo $RANDOM); echo $x >> /tmp/f; done",
      ],
    });
    bench.run(pod, { image: "nginx:1.27", name: "web" });
    bench.wait(7000);
    const frame = bench.sim.keyframe();
    const rest = (): string => {
      bench.wait(13_000);
      return JSON.stringify([
        bench.sim.trace.since(frame.nextRecord),
        bench.machine.fs.root(),
        [...bench.runtime.os],
        [...bench.runtime.containers],
      ]);
    };
    const once = rest();
    bench.sim.restore(frame);
    expect(rest()).toBe(once);
  });
});
