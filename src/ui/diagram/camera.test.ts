import { describe, expect, it } from "vitest";
import { depthAt, fitOf, homeOf, opacityAt, type SceneBox, sceneScale, textFactor } from "./camera.ts";

const box: SceneBox = { x: 0, y: 0, width: 800, height: 560, anchor: [470, 280] };
const stage = { width: 816, height: 576 };

describe("camera", () => {
  it("shows a scene whole and centred at its home", () => {
    const { x, y, k } = homeOf("kubelet", box, stage);
    const s = sceneScale("kubelet", box, stage, k);
    const corner = [x + s * (0 - 470), y + s * (0 - 280)];
    expect(corner[0]).toBeCloseTo(8);
    expect(corner[1]).toBeCloseTo(8);
    expect(depthAt(k)).toBe("kubelet");
  });

  it("fades one form into the next, never both away", () => {
    for (let k = 0.3; k < 4; k += 0.01) {
      const seen = opacityAt("cluster", k) + opacityAt("node", k) + opacityAt("kubelet", k);
      expect(seen).toBeCloseTo(1, 5);
    }
    expect(opacityAt("node", 1.1)).toBe(1);
  });

  it("keeps text at its size however far one zooms in, and lets it grow on a large stage", () => {
    const fit = fitOf(box, stage);
    expect(textFactor(3, fit) * 3).toBeCloseTo(1);
    expect(textFactor(0.8, fit) * 0.8).toBeCloseTo(1);
    expect(textFactor(1.4, 1.4) * 1.4).toBeCloseTo(1.4);
  });
});
