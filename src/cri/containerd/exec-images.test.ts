import { describe, expect, it } from "vitest";
import { createBench } from "../testing/bench.ts";

describe("exec", () => {
  it("errors as containerd words them", () => {
    const bench = createBench();
    const id = bench.run(bench.pod("p"), {
      image: "busybox:1.36",
      command: ["sh", "-c", "sleep 10; exit 1"],
    });
    expect(bench.exec(id, ["nosuch"])).toMatchObject({
      ok: false,
      error: {
        code: "Unknown",
        desc: expect.stringMatching(
          /^failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in \$PATH$/,
        ),
      },
    });
    expect(bench.exec(id, ["sh", "-c", "echo no; exit 3"])).toEqual({
      ok: true,
      value: { exitCode: 3, stdout: "no\n", stderr: "" },
    });
    const from = bench.sim.now;
    expect(bench.exec(id, ["sleep", "30"], 1000)).toMatchObject({
      ok: false,
      error: { code: "DeadlineExceeded" },
    });
    expect(bench.sim.now - from).toBe(1000);
    expect(bench.exec(id, ["ps"])).toMatchObject({
      value: { stdout: expect.not.stringContaining("sleep 30") },
    });
    bench.wait(10_000);
    expect(bench.exec(id, ["true"])).toEqual({
      ok: false,
      error: { code: "Unknown", desc: "failed to exec in container: container is in CONTAINER_EXITED state" },
    });
  });

  it("an interactive shell reads line after line", () => {
    const bench = createBench();
    const id = bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["sleep", "600"] });
    const out: string[] = [];
    bench.sim.component("client", (event) =>
      out.push(
        event.exec.type === "output"
          ? event.exec.text
          : `${event.exec.type} ${event.exec.code ?? event.exec.message}`,
      ),
    );
    const session = bench.runtime.exec(
      { containerId: id, command: ["sh"], stdin: true, tty: true },
      { to: "client", event: { type: "exec" } },
    );
    bench.wait(10);
    bench.runtime.execInput(session, "x=4; echo $((x+1))\n");
    bench.wait(10);
    bench.runtime.execInput(session, "for i in a b; do\n");
    bench.runtime.execInput(session, "echo $i; done; exit 6\n");
    bench.wait(10);
    expect(out.join("")).toBe("/ # 5\n/ # > a\nb\nexit 6");
  });
});

describe("images", () => {
  const error = (image: string, images = {}): string => {
    const bench = createBench(images);
    const pulled = bench.call("PullImage", { image });
    return pulled.ok ? "" : `${pulled.error.code}: ${pulled.error.desc}`;
  };

  it("what is missing, where nobody answers, what has no name", () => {
    expect(error("busybox:nope")).toBe(
      'NotFound: failed to pull and unpack image "docker.io/library/busybox:nope": failed to resolve image: docker.io/library/busybox:nope: not found',
    );
    expect(error("127.0.0.1:5999/foo:1")).toBe(
      'Unknown: failed to pull and unpack image "127.0.0.1:5999/foo:1": failed to resolve image: failed to do request: Head "https://127.0.0.1:5999/v2/foo/manifests/1": dial tcp 127.0.0.1:5999: connect: connection refused',
    );
    expect(error("invalid.registry.k8s.io/invalid/alpine:3.1")).toMatch(
      /^Unknown: failed to pull and unpack image "invalid.registry.k8s.io\/invalid\/alpine:3.1": failed to resolve image: failed to do request: Head "https:\/\/invalid.registry.k8s.io\/v2\/invalid\/alpine\/manifests\/3.1": dial tcp: lookup invalid.registry.k8s.io on .*: no such host$/,
    );
    expect(error("localhost/some-image")).toContain("dial tcp 127.0.0.1:443: connect: connection refused");
    expect(
      error("example.com/private:1", {
        images: [{ name: "example.com/private:1", pull: { error: "unauthorized" } }],
      }),
    ).toContain("insufficient_scope: authorization failed");
  });

  it("a pull takes its size at 50 MiB a second after 300 ms, less when the layers are there", () => {
    const bench = createBench({ images: [{ name: "example.com/shop/api:1.2", size: "180Mi" }] });
    const time = (): number => {
      const from = bench.sim.now;
      expect(bench.call("PullImage", { image: "example.com/shop/api:1.2" }).ok).toBe(true);
      return bench.sim.now - from;
    };
    const first = time();
    expect(first).toBeGreaterThan(3900 * 0.9);
    expect(first).toBeLessThan(3900 * 1.1 + 10);
    expect(time()).toBeLessThan(400);
    bench.registry.setFaults({ down: true });
    expect(bench.call("PullImage", { image: "example.com/shop/api:1.2" }).ok).toBe(false);
  });

  it("runs as its scenario says", () => {
    const bench = createBench({
      images: [
        {
          name: "example.com/shop/api:1.2",
          run: {
            startup: "3s",
            ports: [8080],
            http: [
              { path: "/healthz", status: 200, until: "40s" },
              { path: "/healthz", status: 500 },
            ],
            memory: [
              { at: "0s", use: "60Mi" },
              { at: "30s", use: "300Mi", over: "20s" },
            ],
            cpu: "120m",
            log: [{ every: "5s", line: "tick" }],
            exit: { at: "90s", code: 1 },
            onTerm: { after: "4s", code: 0 },
          },
        },
      ],
    });
    const pod = bench.pod("api");
    const id = bench.run(pod, { image: "example.com/shop/api:1.2" });
    expect(bench.http(bench.ip(pod), 8080, "/healthz").text).toContain("refused");
    bench.wait(3100);
    expect(bench.http(bench.ip(pod), 8080, "/healthz").status).toBe(200);
    expect(bench.machine.stats.container(id)!.cpu.nanoCores).toBe(120e6);
    bench.wait(37_000);
    expect(bench.http(bench.ip(pod), 8080, "/healthz").status).toBe(500);
    expect(bench.machine.stats.container(id)!.memory.workingSetBytes / 1024 ** 2).toBeCloseTo(180, -1);
    expect(bench.log(id).length).toBe(8);
    bench.wait(60_000);
    expect(bench.status(id)).toMatchObject({ exitCode: 1, reason: "Error" });
  });
});
