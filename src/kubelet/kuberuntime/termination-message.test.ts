import { describe, expect, it } from "vitest";
import type { ContainerStatusCri } from "../../cri/contract.ts";
import type { NodeFs } from "../../node/contract.ts";
import { ANNOTATION } from "./label-names.ts";
import { withTerminationMessage } from "./termination-message.ts";

const files = (content: Record<string, string>): NodeFs =>
  ({ read: (path: string) => content[path] }) as unknown as NodeFs;

const ended = (policy: string, more: object = {}): ContainerStatusCri =>
  ({
    state: "exited",
    exitCode: 1,
    reason: "Error",
    logPath: "/log",
    mounts: [{ containerPath: "/dev/termination-log", hostPath: "/host/log", readonly: false }],
    annotations: {
      [ANNOTATION.terminationMessagePath]: "/dev/termination-log",
      [ANNOTATION.terminationMessagePolicy]: policy,
    },
    ...more,
  }) as unknown as ContainerStatusCri;

const line = (text: string): string => `2026-01-05T09:00:00.000000000Z stdout F ${text}\n`;

describe("the last message of a container", () => {
  it("is what it wrote to its termination log", () => {
    const fs = files({ "/host/log": "out of cheese\n", "/log": line("bye") });
    expect(withTerminationMessage(fs, ended("File")).message).toBe("out of cheese\n");
    expect(withTerminationMessage(fs, ended("FallbackToLogsOnError")).message).toBe("out of cheese\n");
  });

  it("is the end of its output only after an error and when asked for", () => {
    const fs = files({
      "/host/log": "",
      "/log": [...Array(100).keys()].map((n) => line(`line ${n}`)).join(""),
    });
    expect(withTerminationMessage(fs, ended("File")).message).toBeUndefined();
    expect(
      withTerminationMessage(fs, ended("FallbackToLogsOnError", { exitCode: 0 })).message,
    ).toBeUndefined();
    const message = withTerminationMessage(fs, ended("FallbackToLogsOnError")).message ?? "";
    expect(message.split("\n")).toHaveLength(81);
    expect(message.startsWith("line 20\n")).toBe(true);
  });

  it("keeps the end where it is too long, and whole characters", () => {
    const long =
      withTerminationMessage(files({ "/host/log": `${"é".repeat(3000)}x` }), ended("File")).message ?? "";
    expect(long.endsWith("éx")).toBe(true);
    expect(long).toHaveLength(2048);
    const log = files({ "/log": line("a".repeat(5000)) });
    expect(withTerminationMessage(log, ended("FallbackToLogsOnError")).message).toHaveLength(2048);
  });

  it("comes after what the runtime says", () => {
    const fs = files({ "/host/log": "and this" });
    expect(withTerminationMessage(fs, ended("File", { message: "the runtime" })).message).toBe(
      "the runtime: and this",
    );
  });
});
