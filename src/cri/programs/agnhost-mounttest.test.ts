/** What tests of volumes ask agnhost to look at. */
import { describe, expect, it } from "vitest";
import { createBench } from "../testing/bench.ts";

const image = "registry.k8s.io/e2e-test-images/agnhost:2.53";

function run(...args: string[]): { log: string; code: number | undefined } {
  const bench = createBench();
  bench.machine.fs.mkdir("/volume", { mode: 0o1777, tmpfs: true });
  const mounts = [{ containerPath: "/test-volume", hostPath: "/volume", readonly: false }];
  const id = bench.run(bench.pod("p"), { image, args: ["mounttest", ...args], mounts });
  bench.wait(10_000);
  return { log: bench.log(id).join("\n"), code: bench.status(id).exitCode };
}

describe("agnhost mounttest", () => {
  it("looks in a fixed order, whatever the order of the flags", () => {
    const { log, code } = run(
      "--file_perm=/test-volume/f",
      "--file_mode=/test-volume",
      "--new_file_0660=/test-volume/f",
      "--fs_type=/test-volume",
    );
    expect(log).toBe(
      [
        'mount type of "/test-volume": tmpfs',
        'content of file "/test-volume/f": mount-tester new file',
        "",
        'mode of file "/test-volume": dtrwxrwxrwx',
        'perms of file "/test-volume/f": -rw-rw----',
      ].join("\n"),
    );
    expect(code).toBe(0);
  });

  it("ends with 1 after an error, and goes on to the other looks", () => {
    const { log, code } = run("--file_content=/test-volume/no", "--file_owner=/test-volume");
    expect(log).toContain("open /test-volume/no: no such file or directory");
    expect(log).toContain('owner UID of "/test-volume": 0');
    expect(code).toBe(1);
  });

  it("looks again every 2 s until its time is over", () => {
    const { log } = run(
      "--new_file_0644=/test-volume/f",
      "--file_content_in_loop=/test-volume/f",
      "--break_on_expected_content=false",
      "--retry_time=5",
    );
    expect(log.match(/content of file/g)).toHaveLength(1 + 3);
  });
});
