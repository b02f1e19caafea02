import { describe, expect, it } from "vitest";
import { podOf, terminal } from "./testing.ts";

describe("the shell", () => {
  const { out, run, console, sim } = terminal();

  it.each([
    ["a b", 'echo "a b"'],
    ["2", "printf 'a\\nb\\n' | wc -l"],
    ["b", "printf 'a\\nb\\n' | grep b"],
    ["b\na", "printf 'a\\nb\\n' | sort -r"],
    ["two", "echo one two | awk '{print $2}'"],
    ["x-b", "echo a-b | sed s/a/x/"],
    ["b", "echo a:b | cut -d: -f2"],
    ["no", "false && echo yes || echo no"],
    ["3", "echo $((1 + 2))"],
    ["1\n2\n3", "for i in 1 2 3; do echo $i; done"],
    ["big", "n=12; if [ $n -gt 9 ]; then echo big; else echo small; fi"],
    ["hi bob", "greet() { echo hi $1; }; greet bob"],
    ["3 a c", "f() { echo $# $1 \"${3}\"; }; f a 'b b' c"],
    ["a-b c-", "g() { for x in \"$@\"; do printf '%s-' \"$x\"; done; }; g a 'b c'"],
    ["4", "f() { if true; then return 4; fi; echo no; }; f; echo $?"],
    ["3", "echo 'echo $((1+2))' > /tmp/s.sh; sh /tmp/s.sh"],
    ["7", "echo 'seven=7' > /tmp/v.sh; source /tmp/v.sh; echo $seven"],
    ["piped", "echo 'echo piped' | sh"],
    ["/usr/bin/kubectl", "which kubectl"],
    ["v=1", "cat <<END\nv=${v:-1}\nEND"],
    ["$v", "cat <<'END'\n$v\nEND"],
    ["kept", "echo kept > /tmp/note; cat /tmp/note"],
    ["1", "sh -c 'exit 1'; echo $?"],
  ])("prints %j", (expected, command) => {
    expect(out(command).replace(/ +/g, " ").trim()).toBe(expected);
  });

  it.each([
    ["a=1", `{"k":{"a":1}}`, String.raw`-r '.k | to_entries[] | "\(.key)=\(.value)"'`],
    ["[2,3]", "[1,2,3]", "-c 'map(select(. > 1))'"],
    [
      "x y",
      `{"items":[{"metadata":{"name":"x"}},{"metadata":{"name":"y"}}]}`,
      "-r '[.items[].metadata.name] | join(\" \")'",
    ],
    [`{"n":"x","r":0}`, `{"name":"x"}`, "-c '{n: .name, r: (.restarts // 0)}'"],
    ["b", `{"a":["a","b"]}`, "-r '.a[-1]'"],
    ["2", "[1,2]", "length"],
    [`{"a":{"b":2}}`, `{"a":{"b":1}}`, "-c '.a.b |= . + 1'"],
    ["null", "{}", ".a.b?.c"],
    ["yes", "3", `-r 'if . > 2 and (. | not | not) then "yes" else "no" end'`],
    ["z", "{}", "-r --arg v z '$v'"],
  ])("jq prints %j", (expected, input, rest) => {
    expect(out(`jq ${rest}`, { stdin: input }).trim()).toBe(expected);
  });

  it("jq says what it cannot do", () => {
    expect(run("echo '{\"a\":1}' | jq '.a.b'")).toMatchObject({
      stderr: 'jq: error (at <stdin>:0): Cannot index number with "b"\n',
      exit: 5,
    });
    expect(run("echo 1 | jq '.['").exit).toBe(3);
    expect(run("echo nonsense | jq .").exit).toBe(5);
  });

  it("keeps variables and the directory for the next command of the terminal", () => {
    out("cd /tmp && colour=green");
    expect(out("pwd; echo $colour")).toBe("/tmp\ngreen\n");
    expect(out("echo [$colour]", { session: "another" })).toBe("[]\n");
  });

  it("lets time pass while it sleeps", () => {
    const before = sim.now;
    out("sleep 2.5");
    expect(sim.now - before).toBe(2_500);
  });

  it("ends on Ctrl-C, whatever it was waiting for", () => {
    for (const command of [
      "sleep 1000",
      "while true; do sleep 1; done",
      "kubectl get pods -w",
      "watch kubectl get nodes",
    ]) {
      const id = console.start(command, { session: "busy" });
      sim.run({ until: sim.now + 4_000 });
      expect(console.output(id).exit).toBeNull();
      console.interrupt("busy");
      sim.run({ until: sim.now + 100 });
      expect(console.output(id).exit, command).toBe(130);
      expect(console.running("busy")).toEqual([]);
    }
  });

  it("stops a loop that never waits", () => {
    expect(run("while true; do :; done", { for: 10_000 }).exit).not.toBeNull();
  });

  it.each([
    "nosuchcommand",
    "kubectl nosuch",
    "kubectl get",
    "kubectl get nosuch",
    "kubectl logs",
    "kubectl apply -f nosuch.yaml",
    "kubectl get pods --nosuch",
    "crictl inspect nosuch",
    "systemctl start nosuch",
    "cat nosuch",
    "kubectl delete pod",
    "kubectl exec nosuch -- ls",
    "kubectl get pods -o jsonpath='{.x'",
    "kubectl create deployment",
  ])("answers %s with a message and a failure", (command) => {
    const { stderr, stdout, exit } = run(command);
    expect(exit).not.toBe(0);
    expect(stderr + stdout).not.toBe("");
  });

  it.each([
    "echo 'open",
    "if true",
    "a | | b",
    "$(",
    "for",
    ")",
    "cat <<",
    "<<<",
    "&&",
    "case x in",
    "{",
    "kubectl get pods -o go-template='{{'",
    "\u0000",
    "\\",
  ])("takes %j without breaking", (command) => {
    expect(run(command, { for: 5_000 }).exit).not.toBeNull();
    expect(out("echo still here")).toBe("still here\n");
  });
});

describe("a shell that is driven too far", () => {
  it("stops starting itself", () => {
    const { run } = terminal();
    expect(run(":(){ :|:& };:").exit).toBe(0);
    expect(run("echo alive").stdout).toBe("alive\n");
  });

  it("says what cannot be written or divided", () => {
    const { run } = terminal();
    expect(run("echo x > /nosuch/file")).toMatchObject({
      stderr: "bash: /nosuch/file: No such file or directory\n",
      exit: 1,
    });
    expect(run("echo $((1/0))")).toMatchObject({
      stderr: 'bash: 1/0: division by 0 (error token is "0")\n',
      exit: 1,
    });
  });

  it("ends a container's fork bomb within its instant", () => {
    const { run, out } = terminal();
    out("kubectl apply -f -", {
      stdin: podOf("bomb", "b() { b | b & }; b; sleep 1; echo survived; sleep 1000"),
    });
    out("kubectl wait pod/bomb --for=condition=Ready");
    run("sleep 3");
    expect(out("kubectl logs bomb 2>&1 | sort -u")).toBe(
      "sh: can't fork: Resource temporarily unavailable\nsurvived\n",
    );
  });
});
