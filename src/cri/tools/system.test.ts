/** What a container may do to the machine below it. */
import { describe, expect, it } from "vitest";
import type { ContainerConfig } from "../contract.ts";
import { createBench } from "../testing/bench.ts";

function run(
  script: string,
  config: Partial<ContainerConfig> = {},
): { log: string[]; code: number | undefined } {
  const bench = createBench();
  const id = bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["sh", "-c", script], ...config });
  bench.wait(1000);
  return { log: bench.log(id), code: bench.status(id).exitCode };
}

describe("capabilities", () => {
  it("a network device is added by privileged containers alone", () => {
    const script = "ip link add dummy0 type dummy";
    expect(run(script, { privileged: true })).toEqual({ log: [], code: 0 });
    expect(run(script)).toEqual({ log: ["ip: RTNETLINK answers: Operation not permitted"], code: 2 });
    expect(run(script, { capabilities: { add: ["NET_ADMIN"] } }).code).toBe(0);
  });

  it("files are given away only with CHOWN, devices made only with MKNOD", () => {
    const script = "chown 1000 /tmp; echo $?; mknod /tmp/null c 1 3; echo $?";
    expect(run(script).log).toEqual(["0", "0"]);
    const { log } = run(script, { capabilities: { drop: ["ALL"] } });
    expect(log.filter((line) => /^\d$/.test(line))).toEqual(["1", "1"]);
  });

  it("settings of the kernel and mounts are read-only for the others", () => {
    expect(run("sysctl -w net.core.somaxconn=1024; hostname other; mount -t tmpfs none /mnt").log).toEqual([
      "sysctl: error setting key 'net.core.somaxconn': Read-only file system",
      "hostname: sethostname: Operation not permitted",
      "mount: permission denied (are you root?)",
    ]);
  });
});

describe("seccomp", () => {
  it("a profile that the node does not have keeps the container from being made", () => {
    expect(() => run("true", { seccomp: { path: "/var/lib/kubelet/seccomp/no.json" } })).toThrow(
      /cannot load seccomp profile "\/var\/lib\/kubelet\/seccomp\/no.json"/,
    );
    expect(run("grep Seccomp: /proc/self/status", { seccomp: "default" }).log).toEqual(["Seccomp:\t2"]);
  });
});

describe("id", () => {
  it("knows the users of the image", () => {
    expect(run("id -u root; id no-such-user; echo $?").log).toEqual([
      "0",
      "id: unknown user no-such-user",
      "1",
    ]);
  });
});

describe("hexdump", () => {
  it("prints the canonical form", () => {
    expect(run("printf 'abc\\n' | hexdump -C").log).toEqual([
      "00000000  61 62 63 0a                                       |abc.|",
      "00000004",
    ]);
  });
});
