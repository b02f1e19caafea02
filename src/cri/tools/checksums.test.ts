import { describe, expect, it } from "vitest";
import { createBench } from "../testing/bench.ts";

describe("checksums", () => {
  const bench = createBench();
  const id = bench.run(bench.pod("p"), { image: "busybox:1.36", command: ["sleep", "600"] });
  const said = (script: string): unknown => {
    const result = bench.exec(id, ["sh", "-c", script]);
    return result.ok ? result.value.stdout : result;
  };

  it("are those of the bytes", () => {
    expect(said("printf hello > /tmp/a; md5sum /tmp/a")).toBe("5d41402abc4b2a76b9719d911017c592  /tmp/a\n");
    expect(said("printf 'привет' | md5sum")).toBe("608333adc72f545078ede3aad71bfe74  -\n");
    expect(said("sha1sum /tmp/a")).toBe("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d  /tmp/a\n");
    expect(said("sha256sum < /tmp/a")).toBe(
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  -\n",
    );
    expect(said("cksum /tmp/a; echo hello | cksum")).toBe("3287646509 5 /tmp/a\n3015617425 6\n");
  });

  it("base64 goes there and back", () => {
    expect(said("printf 'Привет, kubelet' | base64")).toBe("0J/RgNC40LLQtdGCLCBrdWJlbGV0\n");
    expect(said("printf 'Привет, kubelet' | base64 | base64 -d")).toBe("Привет, kubelet");
  });
});
