import { describe, expect, it } from "vitest";
import { findHostUse } from "./determinism.ts";

const messages = (source: string) => findHostUse(source).map(({ message }) => message.split(":")[0]);

describe("the rule that engine code is deterministic", () => {
  it.each([
    ["const t = Date.now();", "Date.now"],
    ["const t = new Date();", "new Date()"],
    ["const t = new Date;", "new Date()"],
    ["const t = Date();", "Date"],
    ["const { now } = Date;", "Date"],
    ['const t = Date["now"]();', "Date.now"],
    ["const x = Math.random();", "Math.random"],
    ["const k = 'random' as const; const x = Math[k]();", "Math.[…]"],
    ["f(Math);", "Math"],
    ["setTimeout(() => 1, 5);", "setTimeout"],
    ["const id = setInterval(f, 5);", "setInterval"],
    ["const t = performance.now();", "performance"],
    ["queueMicrotask(f);", "queueMicrotask"],
    ["const p = Promise.resolve(1);", "Promise"],
    ["let p: Promise<string>;", "Promise"],
    ["async function f() {}", "async"],
    ["const f = async () => 1;", "async"],
    ["class A { async m() {} }", "async"],
    ["const o = { async m() {} };", "async"],
    ["const m = import('./x.ts');", "import()"],
    ["window.alert(1);", "window"],
    ["if (typeof document) f();", "document"],
    ["globalThis.x = 1;", "globalThis"],
    ["const s = list.sort((a, b) => a.localeCompare(b));", "localeCompare"],
    ["const h = new Date(5).getHours();", "getHours"],
    ["import { V1Pod } from '@kubernetes/client-node';", "@kubernetes/client-node"],
  ])("finds %s", (source, what) => {
    expect(messages(source)).toEqual([what]);
  });

  it.each([
    ["const t = new Date(ms).toISOString();"],
    ["const t = Date.parse(text);"],
    ["const x = Math.max(1, 2);"],
    ["function f(document: string, performance: number) { return document + performance; }"],
    ["const o = { window: 1, async: true }; export const w = o.window;"],
    ["import { console } from './x.ts'; console();"],
    ["let d: Date; const ok = x instanceof Date;"],
    ["import type { V1Pod } from '@kubernetes/client-node';"],
    ["import { type V1Pod } from '@kubernetes/client-node';"],
    ["export class A { static constructor2() {} toString() { return ''; } }"],
  ])("leaves alone %s", (source) => {
    expect(findHostUse(source)).toEqual([]);
  });

  it("says where, whatever letters come before", () => {
    expect(findHostUse("// é 한\n\nconst ж = Date.now();")).toEqual([
      expect.objectContaining({ line: 3, column: 11 }),
    ]);
  });
});
