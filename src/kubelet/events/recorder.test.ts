import { describe, expect, it } from "vitest";
import { fakeKubelet, podOf } from "../status/testing/fake-kubelet.ts";
import { createEventRecorder } from "./index.ts";

function world() {
  const fake = fakeKubelet();
  const recorder = createEventRecorder(fake.k);
  const pod = podOf({});
  const actions: (() => void)[] = [];
  fake.sim.component("script", (event) => actions[event["n"]]?.());
  return {
    fake,
    emit: (ms: number, type: "Normal" | "Warning", reason: string, message: string) =>
      fake.sim.send(
        { to: "script" },
        { type: "do", n: actions.push(() => recorder.event({ pod }, type, reason, message)) - 1 },
        { delayMs: ms },
      ),
    bodies: () =>
      fake.requests.map((r) => ({
        verb: r.verb,
        name: r.name,
        ...(r.body as { count: number; message: string }),
      })),
  };
}

describe("event recorder", () => {
  it("counts repeats in one object", () => {
    const { fake, emit, bodies } = world();
    for (let i = 0; i < 4; i++) emit(i * 1000, "Warning", "BackOff", "again");
    fake.sim.run({ until: 5000 });
    expect(bodies().map((b) => [b.verb, b.count])).toEqual([
      ["create", 1],
      ["patch", 2],
      ["patch", 3],
      ["patch", 4],
    ]);
    const [first, second] = fake.requests;
    expect(first?.body).toMatchObject({ metadata: { name: second?.name } });
  });

  it("combines from the tenth different message on", () => {
    const { fake, emit, bodies } = world();
    for (let i = 1; i <= 11; i++) emit(i * 1000, "Normal", "Pulling", `image ${i}`);
    fake.sim.run({ until: 20_000 });
    const last = bodies().slice(8);
    expect(last.map((b) => [b.verb, b.message])).toEqual([
      ["create", "image 9"],
      ["create", "(combined from similar events): image 10"],
      ["patch", "(combined from similar events): image 11"],
    ]);
  });

  it("lets 25 of a type through at once, then one every five minutes", () => {
    const { fake, emit, bodies } = world();
    for (let i = 0; i < 40; i++) emit(i * 100, "Warning", "Unhealthy", "no");
    emit(200_000, "Normal", "Killing", "stop");
    emit(301_000, "Warning", "Unhealthy", "no");
    emit(302_000, "Warning", "Unhealthy", "no");
    fake.sim.run({ until: 400_000 });
    expect(bodies().map((b) => b.count)).toEqual([...Array.from({ length: 25 }, (_, i) => i + 1), 1, 41]);
  });

  it("creates an event again that has expired, with its count", () => {
    const { fake, emit, bodies } = world();
    emit(0, "Normal", "Pulled", "there");
    emit(1000, "Normal", "Pulled", "there");
    fake.answers.push((r) =>
      r.verb === "patch"
        ? { ok: false, error: { code: 404, reason: "NotFound", message: "gone" } }
        : undefined,
    );
    fake.sim.run({ until: 2000 });
    expect(bodies().map((b) => [b.verb, b.count])).toEqual([
      ["create", 1],
      ["patch", 2],
      ["create", 2],
    ]);
  });

  it("asks again while the server cannot be reached, and holds what comes after", () => {
    const { fake, emit, bodies } = world();
    emit(0, "Normal", "A", "a");
    emit(1, "Normal", "B", "b");
    const lost = { ok: false, error: { code: 0, reason: "", message: "refused", transport: true } } as const;
    fake.answers.push(
      () => lost,
      () => lost,
    );
    fake.sim.run({ until: 60_000 });
    expect(bodies().map((b) => b.message)).toEqual(["a", "a", "a", "b"]);
  });
});
