import { describe, expect, it } from "vitest";
import { type Bench, createBench } from "../testing/bench.ts";

function sh(
  script: string,
  ms = 1000,
  image = "busybox:1.36",
): { bench: Bench; id: string; log: string[]; code: number | undefined } {
  const bench = createBench();
  const id = bench.run(bench.pod("p"), { image, command: ["sh", "-c", script] });
  bench.wait(ms);
  return { bench, id, log: bench.log(id), code: bench.status(id).exitCode };
}

describe("scripts of the documentation", () => {
  it("runs exec-liveness as written: the file is there for 30 s, TERM is not heeded", () => {
    const bench = createBench();
    const id = bench.run(bench.pod("liveness"), {
      image: "registry.k8s.io/busybox:1.27.2",
      command: [],
      args: ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"],
    });
    expect(bench.exec(id, ["cat", "/tmp/healthy"], 1000)).toEqual({
      ok: true,
      value: { exitCode: 0, stdout: "", stderr: "" },
    });
    bench.wait(31_000);
    expect(bench.exec(id, ["cat", "/tmp/healthy"], 1000)).toEqual({
      ok: true,
      value: {
        exitCode: 1,
        stdout: "",
        stderr: "cat: can't open '/tmp/healthy': No such file or directory\n",
      },
    });
    const from = bench.sim.now;
    bench.call("StopContainer", { containerId: id, timeoutMs: 30_000 });
    expect(bench.sim.now - from).toBeGreaterThanOrEqual(30_000);
    expect(bench.status(id)).toMatchObject({ state: "exited", exitCode: 137, reason: "Error" });
  });

  it("counts, as the counter pod does", () => {
    const { log } = sh('i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done', 3500);
    expect(log.slice(0, 3).map((l) => l.replace(/ 09:00:0\d/, " T"))).toEqual([
      "0: Mon Jan  5 T UTC 2026",
      "1: Mon Jan  5 T UTC 2026",
      "2: Mon Jan  5 T UTC 2026",
    ]);
  });

  it("waits for a service in an init container", () => {
    let known = false;
    const bench = createBench({
      names: {
        lookup: (n) => (known && n === "myservice.default.svc.cluster.local" ? ["10.96.0.7"] : []),
        backend: () => null,
        answer: () => undefined,
      },
    });
    bench.machine.fs.write("/sa/namespace", "default");
    const id = bench.run(bench.pod("myapp"), {
      image: "busybox:1.28",
      mounts: [
        { containerPath: "/var/run/secrets/kubernetes.io/serviceaccount", hostPath: "/sa", readonly: true },
      ],
      command: [
        "sh",
        "-c",
        "until nslookup myservice.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local; do echo waiting for myservice; sleep 2; done",
      ],
    });
    bench.wait(5000);
    expect(bench.log(id).filter((l) => l === "waiting for myservice").length).toBe(3);
    known = true;
    bench.wait(2500);
    expect(bench.status(id).exitCode).toBe(0);
  });

  it("adapts a log by a pipe into a loop", () => {
    const bench = createBench();
    const pod = bench.pod("adapter");
    const mounts = [{ containerPath: "/var/log/app", hostPath: "/data", readonly: false }];
    bench.machine.fs.mkdir("/data");
    bench.run(pod, {
      image: "busybox:1.28",
      name: "main",
      mounts,
      command: ["sh", "-c", 'while true; do echo "raw event" >> /var/log/app/out.log; sleep 2; done'],
    });
    const id = bench.run(pod, {
      image: "busybox:1.28",
      name: "side",
      mounts,
      command: [
        "sh",
        "-c",
        'touch /var/log/app/out.log; tail -F /var/log/app/out.log | while read line; do echo "adapted: $line"; done',
      ],
    });
    bench.wait(6500);
    expect(bench.log(id).length).toBeGreaterThanOrEqual(3);
    expect(new Set(bench.log(id))).toEqual(new Set(["adapted: raw event"]));
  });

  it("writes counters to a file, fails twice and then stays", () => {
    const script =
      "f=/restart-count/restartCount\ncount=$(echo 'hello' >> $f ; wc -l $f | awk {'print $1'})\nif [ $count -eq 1 ]; then\n\texit 1\nfi\nif [ $count -eq 2 ]; then\n\texit 0\nfi\nwhile true; do sleep 1; done\n";
    const bench = createBench();
    bench.machine.fs.mkdir("/rc");
    const pod = bench.pod("r");
    const ids = [0, 1, 2].map((attempt) => {
      const id = bench.run(pod, {
        image: "busybox:1.36",
        attempt,
        command: ["sh", "-c", script],
        mounts: [{ containerPath: "/restart-count", hostPath: "/rc", readonly: false }],
      });
      bench.wait(500);
      return id;
    });
    expect(ids.map((id) => bench.status(id).exitCode)).toEqual([1, 0, undefined]);
  });
});

describe("shell", () => {
  it.each([
    ["sleep 10; exit 1", 10_500, [], 1],
    ["sh -c 'exit 3' || echo failed $?", 100, ["failed 3"], 0],
    ["false && echo no; true && echo yes", 100, ["yes"], 0],
    ["set -e; echo a; false; echo b", 100, ["a"], 1],
    ["for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done", 100, ["1", "3"], 0],
    ["i=0; until [ $i -ge 3 ]; do i=$((i+1)); done; echo $i", 100, ["3"], 0],
    ["case abc in a*) echo hit;; *) echo miss;; esac", 100, ["hit"], 0],
    ["f() { local x=1; echo $x $1; return 4; }; f two; echo $?", 100, ["1 two", "4"], 0],
    [
      'echo "${A:-none}" ${A:+set}; A=file.tar.gz; echo ${A%.gz} ${A%%.*} ${A#*.} ${#A}',
      100,
      ["none", "file.tar file tar.gz 11"],
      0,
    ],
    ["echo $((2+3*4)) $((10/3)) $(( (1<<4) | 3 ))", 100, ["14 3 19"], 0],
    ["printf '%s-%03d\\n' a 7 b 8", 100, ["a-007", "b-008"], 0],
    ["cat <<EOF\nhi $((1+1))\nEOF", 100, ["hi 2"], 0],
    ["cat <<'EOF'\nhi $x\nEOF", 100, ["hi $x"], 0],
    ["echo b a c | tr ' ' '\\n' | sort | head -n 2", 100, ["a", "b"], 0],
    ["x=$(echo one; exit 5); echo $x $?", 100, ["one 5"], 0],
    [
      'echo a > /tmp/f; echo b >> /tmp/f; while read l; do echo "<$l>"; done < /tmp/f',
      100,
      ["<a>", "<b>"],
      0,
    ],
    ["nosuchcommand; echo $?", 100, ["sh: nosuchcommand: not found", "127"], 0],
    ["touch /tmp/x; /tmp/x; echo $?", 100, ["sh: /tmp/x: Permission denied", "126"], 0],
    ["trap 'echo bye' EXIT; echo hi; exit 7", 100, ["hi", "bye"], 7],
    ["(exit 3); echo $?; { echo a; echo b; } | wc -l", 100, ["3", "2"], 0],
    ["! true; echo $?; if ! false; then echo neg; fi", 100, ["1", "neg"], 0],
    ['a=1; b=2; [ "$a" -lt "$b" ] && [ -d /tmp ] && [ ! -f /nope ] && echo ok', 100, ["ok"], 0],
    ['set -- x y z; shift; echo $# $1 "$@"', 100, ["2 y y z"], 0],
    ["echo one two | { read a b; echo $b $a; }", 100, ["two one"], 0],
    ["yes | head -n 2", 100, ["y", "y"], 0],
    ["seq 1 3 | xargs -n 1 echo n", 100, ["n 1", "n 2", "n 3"], 0],
    [
      "ls /nope; cat /nope; rm /nope",
      100,
      [
        "ls: /nope: No such file or directory",
        "cat: can't open '/nope': No such file or directory",
        "rm: can't remove '/nope': No such file or directory",
      ],
      1,
    ],
    ["sleep 1 & wait $!; echo $?", 1500, ["0"], 0],
    ["sleep 5 & p=$!; kill $p; wait $p; echo $?", 500, ["143"], 0],
    ["timeout 1 sleep 5; echo $?", 1500, ["143"], 0],
    [
      "eval 'x=5'; echo $x; . /tmp/none; echo no",
      100,
      ["5", "sh: .: can't open '/tmp/none': No such file or directory"],
      2,
    ],
    ["if [ -f /x ]; then", 100, ['sh: syntax error: unexpected end of file (expecting "fi")'], 2],
    [
      "echo a b c | awk '{print $2, NF}'; echo x=1 | sed 's/=/: /'; echo k:v | cut -d: -f2",
      100,
      ["b 3", "x: 1", "v"],
      0,
    ],
    ["cd /tmp && pwd; mkdir -p a/b && ls -d a/*; echo *", 100, ["/tmp", "a/b", "a"], 0],
    ["i=0; while :; do i=$((i+1)); [ $i -gt 5 ] && break; done; echo $i", 100, ["6"], 0],
    ["X=1 env | grep ^X; export Y=2; printenv Y", 100, ["X=1", "2"], 0],
    [
      "echo err >&2; echo out 2>&1; echo gone >/dev/null; echo end > /proc/1/fd/1",
      100,
      ["err", "out", "end"],
      0,
    ],
  ])("%s", (script, ms, log, code) => {
    const ran = sh(script, ms);
    expect(ran.log).toEqual(log);
    expect(ran.code).toBe(code);
  });

  it("words of bash, and not of sh beside it", () => {
    const script =
      "for i in {1..3}; do echo -n $i; done; echo; a=(x y z); echo ${a[1]} ${#a[@]}; [[ abc == a* && -d /tmp ]] && echo yes; foo";
    const bench = createBench();
    const id = bench.run(bench.pod("p"), { image: "debian:12", command: ["bash", "-c", script] });
    bench.wait(200);
    expect(bench.log(id)).toEqual(["123", "y 3", "yes", "bash: line 1: foo: command not found"]);
    expect(bench.status(id).exitCode).toBe(127);
    expect(sh("echo {1..3}; foo", 200, "debian:12").log).toEqual(["{1..3}", "sh: 1: foo: not found"]);
  });

  it("slows down a loop that never waits, and counts its CPU", () => {
    const { bench, id, code } = sh("while true; do :; done", 10_000);
    expect(code).toBeUndefined();
    expect(bench.machine.stats.container(id)!.cpu.nanoCores).toBe(1e9);
    expect(bench.machine.stats.container(id)!.cpu.coreNanoSeconds).toBeGreaterThan(9e9);
  });
});

describe("signals", () => {
  const stop = (
    script: string,
    grace: number,
  ): { code: number | undefined; took: number; log: string[]; reason: string | undefined } => {
    const bench = createBench();
    const id = bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["sh", "-c", script] });
    bench.wait(2000);
    const from = bench.sim.now;
    bench.call("StopContainer", { containerId: id, timeoutMs: grace });
    return {
      code: bench.status(id).exitCode,
      took: bench.sim.now - from,
      log: bench.log(id),
      reason: bench.status(id).reason,
    };
  };

  it("a trap runs after the command that is waited for, the exit code is its own", () => {
    const ended = stop("trap 'echo term; sleep 4; exit 0' TERM; while true; do sleep 0.2; done", 20_000);
    expect(ended.code).toBe(0);
    expect(ended.took).toBeGreaterThanOrEqual(4000);
    expect(ended.took).toBeLessThan(4500);
    expect(ended.log).toEqual(["term"]);
  });

  it("a trap interrupts wait", () => {
    const ended = stop(
      "_term() { sleep 0; echo TERM; exit 0; }; trap _term TERM; echo started; sleep 300 & wait $!; echo exiting; exit 0",
      20_000,
    );
    expect(ended.log).toEqual(["started", "TERM"]);
    expect(ended.took).toBeLessThan(100);
  });

  it("without a trap the first process is not ended by TERM", () => {
    expect(stop("sleep 600", 5000)).toMatchObject({ code: 137, reason: "Error" });
    expect(stop("while true; do sleep 5; done", 3000).took).toBeGreaterThanOrEqual(3000);
  });

  it("a trap that does nothing but say so is ended by KILL", () => {
    const ended = stop(
      '_term() { echo "Ignoring SIGTERM"; }; trap _term TERM; while true; do sleep 5; done',
      10_000,
    );
    expect(ended).toMatchObject({ code: 137, log: ["Ignoring SIGTERM"] });
  });

  it("with a shared PID namespace TERM ends it: 143", () => {
    const bench = createBench();
    const pod = bench.pod("p", { sharePid: true });
    const id = bench.run(pod, { image: "busybox:1.36", command: ["sh", "-c", "sleep 601"] });
    const other = bench.run(pod, { image: "busybox:1.36", name: "b", command: ["sh", "-c", "sleep 602"] });
    expect(bench.exec(id, ["ps", "-o", "pid,args"])).toMatchObject({
      value: {
        stdout: "PID   COMMAND\n    1 /pause\n    7 sleep 601\n   13 sleep 602\n   19 ps -o pid,args\n",
      },
    });
    bench.call("StopContainer", { containerId: id, timeoutMs: 5000 });
    expect(bench.status(id).exitCode).toBe(143);
    expect(bench.status(other).state).toBe("running");
  });
});
