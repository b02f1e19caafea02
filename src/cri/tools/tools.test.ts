import { describe, expect, it } from "vitest";
import { type Bench, createBench } from "../testing/bench.ts";

function sh(script: string, ms = 3000, image = "busybox:1.36"): { bench: Bench; id: string; pod: string } {
  const bench = createBench();
  const pod = bench.pod("p");
  const id = bench.run(pod, { image, command: ["sh", "-c", script] });
  bench.wait(ms);
  return { bench, id, pod };
}

function ran(script: string, ms?: number): { log: string[]; code: number | undefined } {
  const { bench, id } = sh(script, ms);
  return { log: bench.log(id), code: bench.status(id).exitCode };
}

describe("the shell and signals", () => {
  it("runs the trap of a signal to itself before the next command", () => {
    expect(ran("trap 'echo t' TERM; kill $$; echo after").log).toEqual(["t", "after"]);
    expect(ran("trap 'echo t; exit 5' USR1; kill -USR1 $$; echo no")).toEqual({ log: ["t"], code: 5 });
  });

  it("keeps the traps of a subshell in the background", () => {
    const script =
      "(trap 'echo sub; exit 6' TERM; sleep 5 & wait) & p=$!; sleep 1; kill $p; wait $p; echo $?";
    expect(ran(script).log).toEqual(["sub", "6"]);
  });

  it("knows jobs by their number", () => {
    expect(ran("sleep 50 & kill %1; wait %1; echo $?").log).toEqual(["143"]);
  });

  it("ends on what a Bourne shell cannot do", () => {
    expect(ran("exit -1").code).toBe(2);
    expect(ran("readonly R=1; R=2; echo no")).toEqual({ log: ["sh: R: is read only"], code: 2 });
    expect(ran("umask 077; echo $?").log).toEqual(["0"]);
    expect(ran(". ./nothing.sh; echo no").code).toBe(2);
    expect(ran("kill 2>/dev/null || echo usage").log).toEqual(["usage"]);
  });

  it("takes the tabs off an indented here document", () => {
    expect(ran("cat <<-EOF\n\ta\n\t\tb\n\tEOF\n").log).toEqual(["a", "b"]);
  });
});

describe("small tools", () => {
  it("tells the time to the millisecond by nmeter", () => {
    const { log } = ran("echo `date -u +%FT$(nmeter -d0 '%3t' | head -n1)Z`");
    expect(log[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("compares files", () => {
    const files = "printf 'a\\nb\\n' > x; printf 'a\\nc\\n' > y; ";
    expect(ran(`${files}cmp x y; echo $?; cmp -s x x; echo $?`).log).toEqual([
      "x y differ: char 3, line 2",
      "1",
      "0",
    ]);
    expect(ran(`${files}diff x y; echo $?`).log).toEqual([
      "--- x",
      "+++ y",
      "@@ -1,2 +1,2 @@",
      " a",
      "-b",
      "+c",
      "1",
    ]);
    expect(ran(`${files}comm -12 x y; diff x nope; echo $?`).log).toEqual([
      "a",
      "diff: can't stat 'nope': No such file or directory",
      "2",
    ]);
  });

  it("runs awk's loops and gives its exit code", () => {
    expect(ran("awk 'BEGIN{for(i=0;i<3;i++) s=s i; print s; exit 2}'; echo $?").log).toEqual(["012", "2"]);
    expect(
      ran("awk 'BEGIN{while (i < 9) { i++; if (i == 2) continue; if (i == 4) break; print i } }'").log,
    ).toEqual(["1", "3"]);
    expect(ran("printf '1\\n2\\n' | awk 'NR != 1 { exit 1 } { print $1 }'; echo $?").log).toEqual(["1", "1"]);
    expect(ran("printf 'a\\nb\\na\\n' | awk '{n[$1]++} END {for (k in n) print k, n[k]}'").log).toEqual([
      "a 2",
      "b 1",
    ]);
  });

  it("counts zeros that were written", () => {
    expect(
      ran("dd if=/dev/zero of=f bs=1k count=3 2>/dev/null; wc -c < f; head -c 2k /dev/zero > g; wc -c g").log,
    ).toEqual(["3072", "2048 g"]);
    expect(ran("[ -c /dev/null ] && echo device").log).toEqual(["device"]);
  });

  it("does not fetch a file that is there already", () => {
    const { bench, id, pod } = sh("mkdir -p /www; echo hi > /www/a; httpd -p 8080 -h /www; sleep 100");
    expect(bench.http(bench.ip(pod), 8080, "/a")).toMatchObject({ status: 200, body: "hi\n" });
    expect(bench.http(bench.ip(pod), 8080, "/b").status).toBe(404);
    expect(bench.exec(id, ["wget", "-q", "http://127.0.0.1:8080/a"])).toMatchObject({
      value: { exitCode: 0 },
    });
    expect(bench.exec(id, ["wget", "-q", "http://127.0.0.1:8080/a"])).toMatchObject({
      value: { exitCode: 1, stderr: "wget: can't open 'a': File exists\n" },
    });
  });

  it("answers once by nc, and as long as a loop starts it again", () => {
    const loop = "while true; do printf 'HTTP/1.1 200 OK\\r\\n\\r\\nfine' | nc -l -p 8080 >/dev/null; done";
    const { bench, pod } = sh(loop);
    for (let i = 0; i < 3; i++) {
      expect(bench.http(bench.ip(pod), 8080, "/")).toMatchObject({ status: 200, body: "fine" });
      bench.wait(100);
    }
    const served = sh("nc -lk -p 8081 -e printf 'HTTP/1.0 503 Busy\\r\\n\\r\\n'");
    expect(served.bench.http(served.bench.ip(served.pod), 8081, "/").status).toBe(503);
  });
});
