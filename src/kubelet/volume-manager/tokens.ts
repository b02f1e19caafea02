/** Service account tokens of projected volumes (pkg/kubelet/token/token_manager.go). */
import type { ApiResult } from "../../api/contract.ts";
import type { Volume } from "../../api/types.ts";
import type { Ms } from "../../sim/types.ts";
import type { Kubelet } from "../contract.ts";
import type { Lookup } from "../env/environment.ts";
import type { Pod } from "../types.ts";

interface Token {
  readonly value?: string;
  readonly error?: string;
  readonly issuedAt: Ms;
  readonly lifetimeMs: Ms;
}

/** A token is renewed when a fifth of its time is left, and after a day at the latest. */
const RENEW_AT = 0.8;
const LONGEST_MS: Ms = 24 * 3600 * 1000;
const DEFAULT_SECONDS = 3600;

export interface TokenManager {
  /** Indices (among the volume's tokens) of those that must be asked for. */
  missing(uid: string, volume: Volume): readonly number[];
  request(pod: Pod, volume: Volume, index: number, machine: string, key: string): void;
  take(uid: string, volume: Volume, index: number, result: ApiResult): void;
  get(uid: string, volume: string, index: number): Lookup<string>;
  forget(uid: string): void;
}

const sourcesOf = (volume: Volume): { audience?: string; expirationSeconds?: number }[] =>
  (volume.projected?.sources ?? []).flatMap(({ serviceAccountToken }) =>
    serviceAccountToken ? [serviceAccountToken] : [],
  );

export function createTokenManager(k: Kubelet): TokenManager {
  const { sim, nodeName } = k;
  const tokens = sim.table<Token>(`${nodeName}/volumes/tokens`);
  const keyOf = (uid: string, volume: string, index: number): string => `${uid}/${volume}/${index}`;

  const fresh = (token: Token | undefined): boolean =>
    token?.value !== undefined &&
    sim.now - token.issuedAt < Math.min(token.lifetimeMs * RENEW_AT, LONGEST_MS);

  return {
    missing: (uid, volume) =>
      sourcesOf(volume).flatMap((_, index) =>
        fresh(tokens.get(keyOf(uid, volume.name, index))) ? [] : [index],
      ),
    request(pod, volume, index, machine, key) {
      const { audience, expirationSeconds = DEFAULT_SECONDS } = sourcesOf(volume)[index] ?? {};
      const { namespace = "default", name, uid } = pod.metadata ?? {};
      const body = {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: {
          audiences: audience ? [audience] : [],
          expirationSeconds,
          boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
        },
      };
      const account = pod.spec?.serviceAccountName || "default";
      const request = {
        verb: "create",
        kind: "ServiceAccount",
        namespace,
        name: account,
        subresource: "token",
        body,
      } as const;
      k.api.request(
        request,
        { to: machine, key, event: { type: "TOKEN", index } },
        { from: k.id("volume-manager") },
      );
    },
    take(uid, volume, index, result) {
      const { expirationSeconds = DEFAULT_SECONDS } = sourcesOf(volume)[index] ?? {};
      const key = keyOf(uid, volume.name, index);
      const times = { issuedAt: sim.now, lifetimeMs: expirationSeconds * 1000 };
      if (result.ok) {
        const value = (result.object as { status?: { token?: string } }).status?.token ?? "";
        tokens.set(key, { ...times, value });
        return;
      }
      // An old token is better than none; without one the volume has to wait.
      const known = tokens.get(key);
      tokens.set(
        key,
        known?.value === undefined
          ? { ...times, error: `failed to fetch token: ${result.error.message}` }
          : known,
      );
    },
    get(uid, volume, index) {
      const token = tokens.get(keyOf(uid, volume, index));
      if (token?.value !== undefined) return { ok: true, value: token.value };
      return { ok: false, error: token?.error ?? "failed to fetch token: not asked for yet" };
    },
    forget(uid) {
      for (const key of [...tokens.keys()]) if (key.startsWith(`${uid}/`)) tokens.delete(key);
    },
  };
}
