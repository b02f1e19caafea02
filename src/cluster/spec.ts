/** What a cluster is made from: the part of a scenario that says what is there at 0 s. */
import type { Taint } from "../api/types.ts";
import type { Ms } from "../sim/types.ts";

export interface NodeSpec {
  readonly name: string;
  readonly capacity?: Readonly<Record<string, string | number>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly taints?: readonly Taint[] | undefined;
  /** KubeletConfiguration fields. */
  readonly kubelet?: Readonly<Record<string, unknown>> | undefined;
  readonly images?: readonly string[] | undefined;
  readonly staticPods?: Readonly<Record<string, string>> | undefined;
}

export interface ImageRun {
  readonly startup?: Ms | undefined;
  readonly ports?: readonly number[] | undefined;
  readonly http?: readonly HttpRule[] | undefined;
  readonly memory?:
    | readonly { readonly at: Ms; readonly use: string; readonly over?: Ms | undefined }[]
    | undefined;
  readonly cpu?: string | undefined;
  readonly log?:
    | readonly { readonly every?: Ms | undefined; readonly at?: Ms | undefined; readonly line: string }[]
    | undefined;
  readonly exit?: { readonly at: Ms; readonly code: number } | undefined;
  readonly onTerm?:
    | {
        readonly after?: Ms | undefined;
        readonly code?: number | undefined;
        readonly ignore?: boolean | undefined;
      }
    | undefined;
}

export interface HttpRule {
  readonly path: string;
  readonly status?: number | undefined;
  readonly body?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly latency?: Ms | undefined;
  readonly from?: Ms | undefined;
  readonly until?: Ms | undefined;
}

export interface ImageSpec {
  readonly name: string;
  readonly size?: string | undefined;
  readonly shell?: boolean | undefined;
  readonly user?: string | undefined;
  readonly pull?:
    | {
        readonly latency?: Ms | undefined;
        readonly bandwidth?: string | undefined;
        readonly error?: "not found" | "unauthorized" | "timeout" | undefined;
      }
    | undefined;
  readonly run?: ImageRun | undefined;
}

export interface ClusterSpec {
  /** RFC 3339: what the virtual clock shows at 0 s. */
  readonly start: string;
  /** `warm`: as if it had been up for ten minutes at 0 s. */
  readonly boot: "warm" | "cold";
  readonly nodes: readonly NodeSpec[];
  readonly images: readonly ImageSpec[];
  /** Ms by what takes it: api, call, sandbox, cni, create, start, pull. */
  readonly latencies: Readonly<Record<string, Ms>>;
}
