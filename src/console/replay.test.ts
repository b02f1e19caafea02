import { describe, expect, it } from "vitest";
import { terminal } from "./testing.ts";

const SCRIPT =
  'for i in 1 2 3; do kubectl run p$i --image=busybox:1.36 --restart=Never -- sh -c "echo $i; sleep $i"; sleep 1; done; kubectl get pods -w';

describe("a run taken up again", () => {
  it("says the same from a keyframe on", () => {
    const { sim, console } = terminal();
    const id = console.start(SCRIPT, { session: "main" });
    sim.run({ until: sim.now + 1_700 });
    const frame = structuredClone(sim.keyframe());
    const at = sim.now;
    sim.run({ until: at + 8_000 });
    const first = console.output(id);
    sim.restore(frame);
    expect(console.output(id).stdout.length).toBeLessThan(first.stdout.length);
    sim.run({ until: at + 8_000 });
    expect(console.output(id)).toEqual(first);
    expect(first.stdout).toMatch(/p3 .*Completed/);
  });

  it("says the same every time", () => {
    const texts = [0, 1].map(() => {
      const { sim, console } = terminal();
      const id = console.start(SCRIPT);
      sim.run({ until: 20_000 });
      return console.output(id).stdout;
    });
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).not.toBe("");
  });
});
