import { describe, expect, it } from "vitest";
import { createNodeWorld, podOf } from "../testing/node-world.ts";
import { formatKlog } from "./klog.ts";

const EPOCH = Date.parse("2026-01-05T09:00:00Z");

/** A node with one running pod whose log is rotated at 100 bytes. */
function world(config: object = {}) {
  const w = createNodeWorld({ config: { containerLogMaxSize: 100, ...config } });
  w.runtime.reopen = w.openLog;
  w.create(podOf("web"));
  w.run(5000);
  const directory = `/var/log/pods/default_web_${w.pod("web")?.metadata?.uid}/app`;
  const path = `${directory}/0.log`;
  return {
    ...w,
    path,
    write: (bytes: number): void => w.host.fs.appendLog(path, "x".repeat(bytes)),
    files: (): readonly string[] => w.host.fs.list(directory) ?? [],
    reopened: (): number => w.runtime.calls.filter((c) => c.rpc === "ReopenContainerLog").length,
  };
}

const kinds = (files: readonly string[]): string[] =>
  files.map((f) => f.replace(/^0\.log/, "log").replace(/\d{8}-\d{6}/, "TIME"));

describe("the container log manager", () => {
  it("leaves a small log alone, and what waits for the file counts", () => {
    const w = world();
    w.write(99);
    w.run(30_000);
    expect(w.files()).toEqual(["0.log"]);
    expect(w.records(/^logs\./)).toEqual([]);
    w.write(1);
    w.run(45_000);
    expect(kinds(w.files())).toEqual(["log", "log.TIME"]);
    expect(w.host.fs.size(w.path)).toBe(0);
  });

  it("compresses all but the latest, and keeps the newest files", () => {
    const w = world({ containerLogMaxFiles: 4 });
    const seen: string[][] = [];
    for (let i = 1; i <= 5; i++) {
      w.write(1000);
      w.run(5000 + i * 10_000);
      seen.push(kinds(w.files()));
    }
    const gz = "log.TIME.gz";
    expect(seen.map((s) => s.length)).toEqual([2, 3, 4, 4, 4]);
    expect(seen.at(-1)).toEqual(["log", gz, gz, "log.TIME"]);
    const rotated = w.records("logs.Rotate").map((r) => String(r.data["rotated"]).slice(w.path.length + 1));
    expect(w.files().slice(1)).toEqual([
      `0.log.${rotated[2]}.gz`,
      `0.log.${rotated[3]}.gz`,
      `0.log.${rotated[4]}`,
    ]);
    expect(w.host.fs.stat(`${w.path}.${rotated[2]}.gz`)).toMatchObject({ kind: "file", size: 100 });
  });

  it("renames the log back when the runtime does not reopen it, and says so", () => {
    const w = world();
    w.runtime.failing = { ReopenContainerLog: "no file for you" };
    w.write(150);
    w.run(15_000);
    expect(w.files()).toEqual(["0.log"]);
    w.write(5);
    expect(w.host.fs.read(w.path)).toBe("x".repeat(155));
    const [failed] = w.records("logs.Failed");
    const [line] = formatKlog(failed!, { epochMs: EPOCH, verbosity: 2 });
    expect(line).toMatch(
      / container_log_manager\.go:266\] "Failed to rotate log for container" err="failed to rotate log /,
    );
    expect(line).toMatch(
      /no file for you" worker=1 containerID="\S+" path="\S+" currentSize=150 maxSize=100$/,
    );
    w.runtime.failing = {};
    w.run(25_000);
    expect(kinds(w.files())).toEqual(["log", "log.TIME"]);
  });

  it("has a log that is missing reopened", () => {
    const w = world();
    w.host.fs.remove(w.path);
    w.run(15_000);
    expect(w.files()).toEqual(["0.log"]);
    expect(w.reopened()).toBe(1);
    expect(w.records(/^logs\./)).toEqual([]);
  });

  it("has no eye for containers that have ended", () => {
    const w = world();
    w.runtime.behaviour = { app: {} };
    w.write(150);
    w.user.request({ verb: "delete", kind: "Pod", namespace: "default", name: "web" }, null);
    w.runtime.end("app", 0);
    w.run(30_000);
    expect(w.records("logs.Rotate")).toEqual([]);
    expect(w.reopened()).toBe(0);
  });

  it("is off where the limit is negative", () => {
    const w = world({ containerLogMaxSize: -1 });
    w.write(1e6);
    w.run(40_000);
    expect(w.files()).toEqual(["0.log"]);
  });

  it("gives all files of a container away with it", () => {
    const w = world();
    w.write(150);
    w.run(15_000);
    expect(w.files()).toHaveLength(2);
    w.user.request({ verb: "delete", kind: "Pod", namespace: "default", name: "web" }, null);
    w.run(90_000);
    expect(w.files()).toEqual([]);
  });
});
