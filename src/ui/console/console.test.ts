import { describe, expect, it } from "vitest";
import { commonStart, complete, type Known } from "./complete.ts";
import { columnsOf, EMPTY, keyed, type Line, lineOf } from "./line.ts";
import { type ProcessView, promptOf, transcriptOf } from "./transcript.ts";

const own = { node: null, cwd: "/work" };
const process = (
  id: number,
  command: string,
  text: string,
  more: Partial<ProcessView> = {},
): ProcessView => ({
  id: `p${id}`,
  session: "main",
  command,
  done: [{ text }],
  exit: 0,
  before: own,
  ...more,
});

describe("a terminal's text", () => {
  it("is prompts, commands and output, and waits while a command runs", () => {
    const first = process(1, "kubectl get pods", "NAME\nweb\n");
    const done = transcriptOf([first], "main", own);
    expect(done).toEqual({
      text: "$ kubectl get pods\r\nNAME\r\nweb\r\n",
      prompt: "$ ",
      commands: ["kubectl get pods"],
    });
    const going = process(2, "kubectl get pods -w", "", { exit: null, live: [{ text: "NAME\n" }] });
    const now = transcriptOf([first, going], "main", own);
    expect(now.prompt).toBeNull();
    expect(now.text).toBe(`${done.text}$ kubectl get pods -w\r\nNAME\r\n`);
    const ended = transcriptOf([first, { ...going, exit: 130 }], "main", own);
    expect(ended.text).toBe(`${now.text}^C\r\n`);
  });

  it("follows the shell to another place, and keeps sessions apart", () => {
    const rows = [
      process(1, "ssh node-1", "", { before: { node: "node-1", cwd: "/root" } }),
      process(2, "cd /etc", "", { before: { node: "node-1", cwd: "/etc" } }),
      process(3, "ls", "x", { session: "node:node-1" }),
    ];
    expect(transcriptOf(rows, "main", own).text).toBe("$ ssh node-1\r\nroot@node-1:~# cd /etc\r\n");
    expect(transcriptOf(rows, "main", own).prompt).toBe("root@node-1:/etc# ");
    expect(transcriptOf(rows, "main", own, 1).text).toBe("root@node-1:~# cd /etc\r\n");
    expect(promptOf({ node: null, cwd: "/tmp" })).toBe("/tmp $ ");
  });

  it("lets a program colour and move, and nothing else", () => {
    const text = "\u001b[31mred\u001b[0m \u001b]0;title\u0007bell\u0007";
    expect(transcriptOf([process(1, "x", text)], "main", own).text).toContain(
      "\u001b[31mred\u001b[0m ]0;titlebell",
    );
  });
});

const type = (keys: readonly string[], history: readonly string[] = []): Line =>
  keys.reduce((line, key) => keyed(line, key, history) ?? line, EMPTY);

describe("the line", () => {
  it("is edited as in a shell", () => {
    expect(type(["a", "b", "\u001b[D", "X"])).toMatchObject({ text: "aXb", cursor: 2 });
    expect(type(["kubectl get", " ", "pods", "\u0017"]).text).toBe("kubectl get ");
    expect(type(["abc", "\u0001", "\u001b[3~"]).text).toBe("bc");
    expect(type(["abc", "\u0015"]).text).toBe("");
    expect(type(["a\nb"]).text).toBe("a\nb");
    expect(keyed(EMPTY, "\u001b[15~", [])).toBeUndefined();
  });

  it("recalls what was given, and comes back to what was being typed", () => {
    const history = ["one", "two"];
    const up = type(["ne", "\u001b[A", "\u001b[A"], history);
    expect(up.text).toBe("one");
    expect(keyed(up, "\u001b[A", history)?.text).toBe("one");
    const down = type(["ne", "\u001b[A", "\u001b[B"], history);
    expect(down).toMatchObject({ text: "ne", past: null });
    expect(lineOf("x").cursor).toBe(1);
  });

  it("knows how wide letters are", () => {
    expect(columnsOf("web 검색 日本")).toBe(13);
  });
});

const known: Known = {
  node: null,
  names: (kind, ns) =>
    kind === "Pod"
      ? ns === "kube-system"
        ? ["coredns"]
        : ["web", "worker"]
      : kind === "Node"
        ? ["node-1"]
        : kind === "Namespace"
          ? ["default", "kube-system"]
          : [],
  containers: (pod) => (pod === "web" ? ["app", "sidecar"] : []),
};
const options = (line: string, k = known) => complete(line, k).options;

describe("Tab", () => {
  it("offers commands, subcommands, kinds and the names that are there", () => {
    expect(options("kub")).toEqual(["kubectl"]);
    expect(options("kubectl des")).toEqual(["describe"]);
    expect(options("kubectl get po")).toEqual(["pods"]);
    expect(options("k get po w")).toEqual(["web", "worker"]);
    expect(options("kubectl -n kube-system logs ")).toEqual(["coredns"]);
    expect(options("kubectl describe pod/we")).toEqual(["pod/web"]);
    expect(options("kubectl logs web -c ")).toEqual(["app", "sidecar"]);
    expect(options("kubectl get pods -n k")).toEqual(["kube-system"]);
    expect(options("kubectl drain n")).toEqual(["node-1"]);
    expect(options("kubectl get pods | gr")).toEqual(["grep"]);
    expect(options("ssh ")).toEqual(["node-1"]);
    expect(options("systemctl restart ku", { ...known, node: "node-1" })).toEqual(["kubelet"]);
    expect(complete("kubectl get po", known).from).toBe(12);
  });

  it("goes as far as is sure", () => {
    expect(commonStart(["web", "worker"])).toBe("w");
    expect(commonStart([])).toBe("");
  });
});
