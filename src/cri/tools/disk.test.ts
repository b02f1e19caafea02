import { describe, expect, it } from "vitest";
import { createBench } from "../testing/bench.ts";

function run(script: string): string[] {
  const bench = createBench();
  bench.machine.fs.mkdir("/memory", { mode: 0o1777, tmpfs: true, limit: 8 * 1024 * 1024 });
  const mounts = [{ containerPath: "/m", hostPath: "/memory", readonly: false }];
  const id = bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["sh", "-c", script], mounts });
  bench.wait(1000);
  return bench.log(id);
}

describe("dd", () => {
  it("copies as many blocks as asked for, after those it skips", () => {
    expect(
      run("echo abcdef > /tmp/f; dd if=/tmp/f of=/tmp/g bs=2 skip=1 count=1 status=none; cat /tmp/g"),
    ).toEqual(["cd"]);
  });

  it("fills a volume in memory and no more", () => {
    const log = run(
      "dd if=/dev/zero of=/m/f bs=1M count=9; echo $?; dd if=/dev/zero of=/m/g bs=1M count=8 status=none; echo $?",
    );
    expect(log.filter((line) => /^\d$/.test(line))).toEqual(["1", "0"]);
  });
});

describe("df", () => {
  it("shows the file systems of the paths that are named", () => {
    const [, ...rows] = run("dd if=/dev/zero of=/m/f bs=1M count=2 status=none; df -m /m/f");
    expect(rows.map((row) => row.split(/ +/))).toEqual([["tmpfs", "8", "2", "6", "25%", "/m"]]);
    expect(run("df /nowhere 2>&1 | tail -n 1; df -P / | tail -n 1").map((row) => row.split(" ")[0])).toEqual([
      "df:",
      "overlay",
    ]);
  });
});
