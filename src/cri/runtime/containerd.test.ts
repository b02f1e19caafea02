import { describe, expect, it } from "vitest";
import { testNode } from "./testing.ts";

describe("a container's life", () => {
  it("runs its command to the end and keeps exit code, reason, times and log", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { command: ["sh", "-c", "echo started; sleep 10; echo gone >&2; exit 1"] });
    expect(n.status(id).state).toBe("running");
    const startedAt = n.status(id).startedAt!;
    n.sim.run({ until: 20_000 });
    const end = n.status(id);
    expect(end).toMatchObject({ state: "exited", exitCode: 1, reason: "Error", finishedAt: startedAt + 10_000 });
    expect(n.log()).toBe("stdout F started\nstderr F gone");
  });

  it("has its image's name and digest as the kubelet shows them", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { command: ["sleep", "600"] });
    const seen = n.status(id);
    expect(seen.image).toBe("docker.io/library/busybox:1.36");
    expect(seen.imageRef).toMatch(/^docker\.io\/library\/busybox@sha256:[0-9a-f]{64}$/);
    expect(seen.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is listed as the same object while nothing changes", () => {
    const n = testNode();
    n.run(n.sandbox(), { command: ["sleep", "5"] });
    const [first] = n.value("ListContainers", {}).containers;
    const [second] = n.value("ListContainers", {}).containers;
    expect(second).toBe(first);
    n.sim.run({ until: n.sim.now + 6000 });
    expect(n.value("ListContainers", {}).containers[0]).not.toBe(first);
  });

  it("does not start with a command that is not there", () => {
    const n = testNode();
    const id = n.container(n.sandbox(), { command: ["/nosuch"] });
    const text = 'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "/nosuch": stat /nosuch: no such file or directory';
    expect(n.call("StartContainer", { containerId: id })).toEqual({ ok: false, error: { code: "Unknown", desc: text } });
    expect(n.status(id)).toMatchObject({ state: "exited", exitCode: 128, reason: "StartError", message: text });
    const other = n.container(n.sandbox("b"), { command: ["nosuch"] });
    expect(n.call("StartContainer", { containerId: other })).toMatchObject({ error: { desc: expect.stringMatching(/exec: "nosuch": executable file not found in \$PATH$/) } });
    const third = n.container(n.sandbox("c"), { command: ["sleep", "1"], workingDir: "/etc/passwd" });
    expect(n.call("StartContainer", { containerId: third })).toMatchObject({ error: { desc: expect.stringMatching(/error during container init: mkdir \/etc\/passwd: not a directory$/) } });
  });

  it("sees what other containers of its pod wrote to a shared volume", () => {
    const n = testNode();
    n.machine.fs.mkdir("/var/lib/kubelet/pods/uid-web/volumes/v");
    const mounts = [{ containerPath: "/shared", hostPath: "/var/lib/kubelet/pods/uid-web/volumes/v", readonly: false }];
    const s = n.sandbox();
    n.run(s, { name: "a", command: ["sh", "-c", "echo hello > /shared/file; sleep 600"], mounts });
    const b = n.run(s, { name: "b", command: ["sleep", "600"], mounts });
    expect(n.value("ExecSync", { containerId: b, command: ["cat", "/shared/file"] })).toEqual({ exitCode: 0, stdout: "hello\n", stderr: "" });
  });
});

describe("ExecSync", () => {
  it("follows the file of the liveness example over time", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { args: ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"] });
    const cat = () => n.value("ExecSync", { containerId: id, command: ["cat", "/tmp/healthy"], timeoutMs: 1000 });
    expect(cat()).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    n.sim.run({ until: n.status(id).startedAt! + 29_000 });
    expect(cat().exitCode).toBe(0);
    n.sim.run({ until: n.sim.now + 2000 });
    expect(cat()).toEqual({ exitCode: 1, stdout: "", stderr: "cat: can't open '/tmp/healthy': No such file or directory\n" });
  });

  it("kills a command that takes too long", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { command: ["sleep", "600"] });
    const asked = n.sim.now;
    expect(n.call("ExecSync", { containerId: id, command: ["sleep", "5"], timeoutMs: 1000 })).toEqual({ ok: false, error: { code: "DeadlineExceeded", desc: "failed to exec in container: timeout 1s exceeded: context deadline exceeded" } });
    expect(n.sim.now - asked).toBeLessThan(1050);
    expect(n.value("ExecSync", { containerId: id, command: ["sh", "-c", "ps | grep -c 'sleep 5$'"] }).stdout).toBe("0\n");
  });

  it("says what runc says about a missing command, and what containerd says about a dead container", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { command: ["sleep", "3"] });
    expect(n.call("ExecSync", { containerId: id, command: ["nosuch"] })).toMatchObject({
      error: { code: "Unknown", desc: expect.stringMatching(/^failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in \$PATH$/) },
    });
    n.sim.run({ until: n.sim.now + 4000 });
    expect(n.call("ExecSync", { containerId: id, command: ["true"] })).toEqual({ ok: false, error: { code: "Unknown", desc: "failed to exec in container: container is in CONTAINER_EXITED state" } });
  });

  it("streams output of a command with input", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { command: ["sleep", "600"] });
    n.runtime.exec(id, ["sh", "-c", "read line; echo got $line; sleep 2; echo late >&2; exit 4"], { stdin: "words\n" }, { to: "test", key: "stream", event: { type: "piece" } });
    n.sim.run({ until: n.sim.now + 5000 });
    expect(n.heard("stream")).toEqual([{ type: "output", stream: "stdout", text: "got words\n" }, { type: "output", stream: "stderr", text: "late\n" }, { type: "exit", code: 4 }]);
  });
});

describe("StopContainer", () => {
  it("waits for a process that ends by itself on TERM", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { command: ["sh", "-c", "trap 'echo term; sleep 1; exit 0' TERM; while true; do sleep 0.2; done"] });
    const asked = n.sim.now;
    n.value("StopContainer", { containerId: id, timeoutMs: 30_000 });
    expect(n.sim.now - asked).toBeLessThan(2000);
    expect(n.status(id)).toMatchObject({ state: "exited", exitCode: 0, reason: "Completed" });
  });

  it("kills a shell as process 1, which takes no notice of TERM", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { command: ["sh", "-c", "sleep 600"] });
    const asked = n.sim.now;
    n.value("StopContainer", { containerId: id, timeoutMs: 10_000 });
    expect(n.sim.now - asked).toBeGreaterThanOrEqual(10_000);
    expect(n.sim.now - asked).toBeLessThan(10_200);
    expect(n.status(id)).toMatchObject({ state: "exited", exitCode: 137, reason: "Error" });
  });
});

describe("the network", () => {
  const get = (n: ReturnType<typeof testNode>, ip: string, port: number, path = "/") => {
    const key = `http-${n.sim.now}-${port}`;
    n.machine.network.http({ ip, port, path, timeoutMs: 1000 }, { to: "test", key, event: { type: "http" } });
    n.sim.run({ until: n.sim.now + 3000, stopWhen: () => n.heard(key).length > 0 });
    return n.heard(key)[0];
  };

  it("reaches nginx at the pod's address, and nobody at another port", () => {
    const n = testNode();
    const s = n.sandbox();
    const { ips } = n.value("PodSandboxStatus", { sandboxId: s }).sandbox;
    expect(ips).toEqual(["10.244.0.2"]);
    n.run(s, { image: "nginx:1.29" });
    n.sim.run({ until: n.sim.now + 1000 });
    expect(get(n, ips[0]!, 80)).toMatchObject({ ok: true, response: { status: 200, body: expect.stringContaining("Welcome to nginx!") } });
    expect(get(n, ips[0]!, 8080)).toEqual({ ok: false, failure: "refused", text: `dial tcp ${ips[0]}:8080: connect: connection refused` });
  });

  it("lets containers of a pod talk over localhost, and pods by address", () => {
    const n = testNode();
    const s = n.sandbox();
    n.run(s, { image: "nginx:1.29" });
    const side = n.run(s, { name: "side", command: ["sleep", "600"] });
    const other = n.run(n.sandbox("other"), { command: ["sleep", "600"] });
    n.sim.run({ until: n.sim.now + 1000 });
    expect(n.value("ExecSync", { containerId: side, command: ["wget", "-qO-", "localhost"] }).stdout).toContain("Welcome to nginx!");
    expect(n.value("ExecSync", { containerId: other, command: ["wget", "-qO-", "10.244.0.2"] }).stdout).toContain("Welcome to nginx!");
    expect(n.value("ExecSync", { containerId: other, command: ["wget", "-qO-", "localhost"] })).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("Connection refused") });
  });

  it("answers as a fault orders, while the process goes on", () => {
    const n = testNode();
    const s = n.sandbox();
    n.run(s, { image: "nginx:1.29", name: "app" });
    n.sim.run({ until: n.sim.now + 1000 });
    n.runtime.faults.set("http", { pod: "web", container: "app", path: "/", status: 503 });
    expect(get(n, "10.244.0.2", 80)).toMatchObject({ ok: true, response: { status: 503 } });
    n.runtime.faults.clear("http", { pod: "web" });
    expect(get(n, "10.244.0.2", 80)).toMatchObject({ response: { status: 200 } });
  });

  it("gives the address back, and gives out the next one", () => {
    const n = testNode();
    const s = n.sandbox();
    n.value("StopPodSandbox", { sandboxId: s });
    expect(n.value("PodSandboxStatus", { sandboxId: s }).sandbox).toMatchObject({ state: "NOTREADY", ips: [] });
    expect(n.value("PodSandboxStatus", { sandboxId: n.sandbox("b") }).sandbox.ips).toEqual(["10.244.0.3"]);
  });
});

describe("memory", () => {
  const grows = { name: "example.com/grows:1", size: "1Mi", run: { memory: [{ at: 0, use: "60Mi" }, { at: 5000, use: "300Mi", over: 20_000 }] } };

  it("kills a container at the moment its use passes the limit", () => {
    const n = testNode({ images: [grows], present: ["example.com/grows:1"] });
    const told = { to: "test", key: "oom", event: { type: "oom" } };
    n.machine.watchOom(told);
    const id = n.run(n.sandbox(), { image: "example.com/grows:1", cgroup: { memoryLimit: 180 * 1024 * 1024, cpuShares: 2, oomScoreAdj: 1000 } });
    const startedAt = n.status(id).startedAt!;
    n.sim.run({ until: startedAt + 60_000 });
    // 60Mi and 240Mi over 20 s: 180Mi after half of it.
    const end = n.status(id);
    expect(end).toMatchObject({ state: "exited", exitCode: 137, reason: "OOMKilled" });
    expect(Math.abs(end.finishedAt! - startedAt - 15_000)).toBeLessThan(50);
    expect(n.heard("oom")).toMatchObject([{ oom: { podUid: "uid-web", system: false } }]);
    expect(n.sim.trace.all().filter((r) => r.type === "kernel.oom")).toHaveLength(1);
  });

  it("kills dd with a block bigger than the limit", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { command: ["sh", "-c", "sleep 5 && dd if=/dev/zero of=/dev/null bs=20M"], cgroup: { memoryLimit: 15 * 1024 * 1024, cpuShares: 2, oomScoreAdj: 1000 } });
    n.sim.run({ until: n.sim.now + 10_000 });
    expect(n.status(id)).toMatchObject({ exitCode: 137, reason: "OOMKilled" });
  });
});

describe("images", () => {
  it("are pulled at 50 Mi a second after the registry's latency, and again in no time", () => {
    const n = testNode({ images: [{ name: "example.com/shop/api:1.2", size: "180Mi" }] });
    const before = n.sim.now;
    const pulled = n.value("PullImage", { image: "example.com/shop/api:1.2" });
    expect(n.sim.now - before).toBeGreaterThan(3700);
    expect(n.sim.now - before).toBeLessThan(4100);
    expect(n.value("ImageStatus", { image: "example.com/shop/api:1.2" }).image).toMatchObject({ id: pulled.imageRef, sizeBytes: 180 * 1024 * 1024, repoTags: ["example.com/shop/api:1.2"] });
    const again = n.sim.now;
    n.value("PullImage", { image: "example.com/shop/api:1.2" });
    expect(n.sim.now - again).toBeLessThan(400);
  });

  it("fail as containerd words it", () => {
    const n = testNode();
    const errorOf = (image: string) => {
      const result = n.call("PullImage", { image });
      return result.ok ? null : result.error;
    };
    const head = (image: string) => `failed to pull and unpack image "${image}": failed to resolve image: `;
    expect(errorOf("busybox:nope")).toEqual({ code: "NotFound", desc: `${head("docker.io/library/busybox:nope")}docker.io/library/busybox:nope: not found` });
    expect(errorOf("127.0.0.1:5999/foo:1")).toEqual({ code: "Unknown", desc: `${head("127.0.0.1:5999/foo:1")}failed to do request: Head "https://127.0.0.1:5999/v2/foo/manifests/1": dial tcp 127.0.0.1:5999: connect: connection refused` });
    expect(errorOf("invalid.registry.k8s.io/invalid/alpine:3.1")?.desc).toMatch(/failed to do request: Head "https:\/\/invalid\.registry\.k8s\.io\/v2\/invalid\/alpine\/manifests\/3\.1": dial tcp: lookup invalid\.registry\.k8s\.io on [\d.]+:53: no such host$/);
    n.runtime.faults.set("registry-down", {});
    expect(errorOf("nginx:1.28")?.desc).toMatch(/Head "https:\/\/registry-1\.docker\.io\/v2\/library\/nginx\/manifests\/1\.28": dial tcp [\d.]+:443: connect: connection refused$/);
    n.runtime.faults.clear("registry-down");
    expect(errorOf("nginx:1.28")).toBeNull();
  });

  it("need credentials where the scenario says so", () => {
    const n = testNode({ images: [{ name: "example.com/private:1", pull: { error: "unauthorized" } }] });
    expect(n.call("PullImage", { image: "example.com/private:1" }).ok).toBe(false);
    expect(n.call("PullImage", { image: "example.com/private:1", auth: { secret: "s", username: "u", password: "p" } }).ok).toBe(true);
  });
});

describe("faults", () => {
  it("leave containers running while the runtime is down", () => {
    const n = testNode();
    const id = n.run(n.sandbox(), { command: ["sh", "-c", "sleep 5; exit 3"] });
    n.ask("StopContainer", { containerId: id, timeoutMs: 60_000 });
    n.runtime.faults.set("runtime-down", {});
    expect(n.machine.unit("containerd").active).toBe(false);
    expect(n.call("ListContainers", {})).toEqual({
      ok: false,
      error: { code: "Unavailable", desc: 'connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"' },
    });
    n.sim.run({ until: n.sim.now + 10_000 });
    n.runtime.faults.clear("runtime-down");
    expect(n.status(id)).toMatchObject({ state: "exited", exitCode: 3 });
  });

  it("make a sandbox not ready when its pause process is killed, and leave its containers", () => {
    const n = testNode();
    const s = n.sandbox();
    const id = n.run(s, { command: ["sleep", "600"] });
    expect(n.runtime.kill({ pod: "web", container: "POD" }, "KILL")).toBe(true);
    expect(n.value("PodSandboxStatus", { sandboxId: s }).sandbox.state).toBe("NOTREADY");
    expect(n.status(id).state).toBe("running");
  });

  it("refuse a sandbox when the network plugin fails", () => {
    const n = testNode();
    n.runtime.faults.set("cni-fail", {});
    expect(() => n.sandbox()).toThrow(/^RunPodSandbox: failed to setup network for sandbox "[0-9a-f]{64}": plugin type="bridge" failed \(add\): /);
    expect(n.value("ListPodSandbox", {}).sandboxes).toEqual([]);
  });

  it("end everything when the machine loses power", () => {
    const n = testNode();
    const s = n.sandbox();
    const id = n.run(s, { command: ["sleep", "600"] });
    n.runtime.powerOff();
    n.sim.run({ until: n.sim.now + 5000 });
    n.runtime.powerOn();
    expect(n.status(id)).toMatchObject({ state: "exited", exitCode: 255, reason: "Unknown" });
    expect(n.value("PodSandboxStatus", { sandboxId: s }).sandbox.state).toBe("NOTREADY");
  });
});

describe("rewinding", () => {
  it("gives the same trace again from the middle of everything", () => {
    const n = testNode({ images: [{ name: "example.com/big:1", size: "400Mi" }] });
    const s = n.sandbox();
    const id = n.run(s, { command: ["sh", "-c", "trap 'sleep 3; exit 0' TERM; i=0; while true; do echo $i; i=$((i+1)); sleep 1; done"] });
    n.run(s, { image: "nginx:1.29", name: "web" });
    n.sim.run({ until: 9900 });
    n.ask("PullImage", { image: "example.com/big:1" });
    n.ask("StopContainer", { containerId: id, timeoutMs: 30_000 });
    n.ask("ExecSync", { containerId: id, command: ["sleep", "2"], timeoutMs: 1000 });
    n.sim.run({ until: 10_400 });
    const frame = n.sim.keyframe();
    n.sim.run({ until: 30_000 });
    const first = JSON.stringify([n.sim.trace.all(), n.log()]);
    n.sim.restore(frame);
    n.sim.run({ until: 30_000 });
    expect(JSON.stringify([n.sim.trace.all(), n.log()])).toBe(first);
    expect(n.sim.failure).toBeNull();
  });
});
