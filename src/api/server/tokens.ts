/** Service account tokens in their form of three parts (pkg/serviceaccount/claims.go); the signature is drawn, not made. */
import { encodeBase64 } from "../../sim/bytes.ts";
import type { ApiObject } from "../types.ts";

export interface TokenSpec {
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
}

const ISSUER = "https://kubernetes.default.svc.cluster.local";

const part = (value: unknown): string =>
  encodeBase64(JSON.stringify(value)).replace(/=+$/, "").replace(/\+/g, "-").replace(/\//g, "_");

/** @param issuedAt Unix seconds */
export function signedToken(
  account: ApiObject,
  { audiences = [], boundObjectRef: bound }: TokenSpec,
  issuedAt: number,
  seconds: number,
  drawn: string,
): string {
  const { name = "", namespace = "", uid = "" } = account.metadata ?? {};
  const claims = {
    aud: audiences.length > 0 ? audiences : [ISSUER],
    exp: issuedAt + seconds,
    iat: issuedAt,
    iss: ISSUER,
    jti: drawn.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
    "kubernetes.io": {
      namespace,
      ...(bound?.kind === "Pod" ? { pod: { name: bound.name, uid: bound.uid } } : {}),
      serviceaccount: { name, uid },
    },
    nbf: issuedAt,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  return `${part({ alg: "RS256", kid: drawn.slice(32) })}.${part(claims)}.${part(drawn)}`;
}
