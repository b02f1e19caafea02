import { describe, expect, it } from "vitest";
import type { Secret } from "../../api/types.ts";
import { lookupCredentials, type PullCredential } from "./credentials.ts";
import { mustAttemptImagePull, recordImagePulled, trimImageTagDigest } from "./pull-manager.ts";

const secret = (name: string, registry: string, auth: string): Secret =>
  ({
    type: "kubernetes.io/dockerconfigjson",
    metadata: { name, namespace: "default", uid: `uid-${name}` },
    // {"auths":{REGISTRY:{"auth":AUTH}}}
    data: { ".dockerconfigjson": btoa(JSON.stringify({ auths: { [registry]: { auth: btoa(auth) } } })) },
  }) as unknown as Secret;

describe("credentials for an image", () => {
  it("fit by registry and path", () => {
    const secrets = [
      secret("hub", "https://index.docker.io/v1/", "me:pw"),
      secret("shop", "example.com/shop", "x:y:z"),
    ];
    expect(lookupCredentials("nginx:1", secrets).map((c) => c.username)).toEqual(["me"]);
    expect(lookupCredentials("example.com/shop/api:1", secrets)).toMatchObject([
      { username: "x", password: "y:z" },
    ]);
    expect(lookupCredentials("example.com/other:1", secrets)).toEqual([]);
  });
});

describe("an image that is present", () => {
  const credential = (uid: string, hash: string): PullCredential => ({
    username: "u",
    password: "p",
    hash,
    source: { kind: "secret", namespace: "default", name: "s", uid },
  });
  const ask = (
    record: ReturnType<typeof recordImagePulled> | undefined,
    own: PullCredential[],
    intent = false,
  ) => mustAttemptImagePull({ image: "example.com/api:1", record, intent, podCredentials: own });

  it("may be used by all when it was there before the kubelet, or was pulled without a credential", () => {
    expect(ask(undefined, [])).toBe(false);
    expect(ask(recordImagePulled(undefined, "example.com/api:2", undefined), [])).toBe(false);
  });

  it("is pulled again for a pod without the credential it came with", () => {
    const record = recordImagePulled(undefined, "example.com/api:1", credential("a", "h1"));
    expect(ask(record, [])).toBe(true);
    expect(ask(record, [credential("b", "h2")])).toBe(true);
    expect(ask(record, [credential("b", "h1")])).toBe(false);
    expect(ask(record, [credential("a", "h3")])).toBe(false);
    expect(ask(undefined, [], true)).toBe(true);
  });

  it("is known under its repository name, as written", () => {
    expect(trimImageTagDigest("nginx")).toBe("nginx");
    expect(trimImageTagDigest("host:5000/a/b:1")).toBe("host:5000/a/b");
  });
});
