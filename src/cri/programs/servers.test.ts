import { describe, expect, it } from "vitest";
import { type Bench, createBench } from "../testing/bench.ts";

const IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2.53";

function serve(
  args: readonly string[],
  env: Record<string, string> = {},
): { bench: Bench; id: string; ip: string } {
  const bench = createBench();
  const pod = bench.pod("p");
  const id = bench.run(pod, {
    image: IMAGE,
    command: [],
    args,
    env: Object.entries(env),
  });
  bench.wait(1000);
  return { bench, id, ip: bench.ip(pod) };
}

describe("agnhost's servers", () => {
  it("netexec is healthy only with its UDP server", () => {
    const usual = serve(["netexec"]);
    expect(usual.bench.http(usual.ip, 8080, "/healthz").status).toBe(200);
    const without = serve(["netexec", "--udp-port", "-1"]);
    expect(without.bench.http(without.ip, 8080, "/healthz").status).toBe(412);
    expect(without.bench.http(without.ip, 8080, "/readyz").status).toBe(412);
    expect(without.bench.http(without.ip, 8080, "/echo?msg=startup")).toMatchObject({
      status: 200,
      body: "startup",
    });
  });

  it("refuses plain requests where it serves TLS", () => {
    const tls = ["--tls-cert-file", "/localhost.crt", "--tls-private-key-file", "/localhost.key"];
    const { bench, ip } = serve(["netexec", "--udp-port=-1", ...tls]);
    expect(bench.http(ip, 8080, "/echo?msg=x")).toMatchObject({
      status: 400,
      body: "Client sent an HTTP request to an HTTPS server.\n",
    });
  });

  it("says where a redirect leads as Go's http package does", () => {
    const { bench, ip } = serve(["netexec"]);
    expect(bench.http(ip, 8080, "/redirect?location=/echo%3Fmsg%3Da%26code%3D200&code=307")).toMatchObject({
      status: 307,
      body: '<a href="/echo?msg=a&amp;code=200">Temporary Redirect</a>.\n\n',
    });
  });

  it("nettest counts what is written to it and goes on /quit", () => {
    const { bench, ip, id } = serve(["nettest"]);
    const post = bench.exec(id, ["curl", "-s", "-d", '{"Source": "prestop"}', `http://${ip}:8080/write`]);
    expect(post).toMatchObject({ ok: true, value: { exitCode: 0 } });
    expect(bench.http(ip, 8080, "/read").body).toContain('"Received":{"prestop":1}');
    bench.http(ip, 8080, "/quit");
    bench.wait(100);
    expect(bench.status(id)).toMatchObject({ state: "exited", exitCode: 0 });
  });

  it("no-snat-test needs addresses in its environment", () => {
    const { bench, id } = serve(["no-snat-test"]);
    expect(bench.status(id)).toMatchObject({ state: "exited", exitCode: 1 });
    const told = serve(["no-snat-test"], { POD_IP: "10.244.0.2", NODE_IP: "192.168.1.2" });
    expect(told.bench.status(told.id).state).toBe("running");
  });

  it("logs-generator takes the whole of its time", () => {
    const { bench, id } = serve(["logs-generator", "--log-lines-total=3", "--run-duration=30s"]);
    bench.wait(20_500);
    expect(bench.log(id)).toHaveLength(3);
    expect(bench.status(id).state).toBe("running");
    bench.wait(9_000);
    expect(bench.status(id)).toMatchObject({ state: "exited", exitCode: 0 });
  });

  it("has bash", () => {
    const { bench, id } = serve(["pause"]);
    expect(bench.exec(id, ["/bin/bash", "-c", "[[ a == a ]] && echo yes"])).toMatchObject({
      value: { stdout: "yes\n" },
    });
  });
});

describe("a port that is taken", () => {
  it("nginx tries for two and a half seconds", () => {
    const bench = createBench();
    const pod = bench.pod("p");
    bench.run(pod, { image: "nginx:1.27", name: "a", command: [] });
    const id = bench.run(pod, { image: "nginx:1.27", name: "b", command: [] });
    bench.wait(2300);
    expect(bench.status(id).state).toBe("running");
    bench.wait(500);
    expect(bench.status(id)).toMatchObject({ state: "exited", exitCode: 1 });
    expect(bench.log(id).at(-1)).toBe("nginx: [emerg] still could not bind()");
  });
});
