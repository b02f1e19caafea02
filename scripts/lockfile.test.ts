import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { missingEntries } from "./complete-lock.mjs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));

describe("package-lock.json", () => {
  it("has the packages of every platform, without which npm ci refuses it", () => {
    expect([...missingEntries(packages).keys()]).toEqual([]);
    const without = { "node_modules/a": { optionalDependencies: { "a-linux-x64": "1.0.0" } } };
    expect([...missingEntries(without).keys()]).toEqual(["node_modules/a-linux-x64"]);
  });

  it("names no hosts", () => {
    const hosts = Object.values(packages as Record<string, { resolved?: string }>).filter(
      (each) => each.resolved,
    );
    expect(hosts).toEqual([]);
  });

  it("agrees with package.json", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(packages[""].dependencies).toEqual(dependencies);
    expect(packages[""].devDependencies).toEqual(devDependencies);
  });
});
