/** A kubelet of stubs around the managers that the vectors drive: events are kept, the runtime answers from a table. */
import type { CriClient, CriResult, CriRpc, CriRpcs } from "../../../cri/contract.ts";
import type { Kubelet } from "../../../kubelet/contract.ts";
import { DEFAULT_KUBELET_CONFIG } from "../../../kubelet/kubelet-config.ts";
import { Simulation } from "../../../sim/index.ts";
import type { ReplyTo } from "../../../sim/types.ts";

export interface StubEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** What the runtime answers to a call; null keeps the caller waiting. */
export type StubRuntime = (rpc: CriRpc, request: any, reply: ReplyTo) => CriResult<any> | null;

export interface StubKubelet {
  readonly sim: Simulation;
  readonly k: { -readonly [K in keyof Kubelet]: Kubelet[K] };
  readonly events: StubEvent[];
  readonly calls: { readonly rpc: CriRpc; readonly request: unknown }[];
}

export const ok = <R extends CriRpc>(value: CriRpcs[R]["reply"]): CriResult<R> => ({ ok: true, value });
export const failed = (desc: string): { ok: false; error: { code: string; desc: string } } => ({
  ok: false,
  error: { code: "Unknown", desc },
});

export function stubKubelet(runtime: StubRuntime, config: Partial<Kubelet["config"]> = {}): StubKubelet {
  const sim = new Simulation({ seed: 1 });
  const events: StubEvent[] = [];
  const calls: { rpc: CriRpc; request: unknown }[] = [];
  const cri: CriClient = {
    call(rpc, request, reply) {
      calls.push({ rpc, request });
      const answer = runtime(rpc, request, reply);
      if (answer) sim.reply(reply, { result: answer });
    },
  };
  const k = {
    sim,
    nodeName: "node",
    config: { ...DEFAULT_KUBELET_CONFIG, ...config },
    cri,
    startedAt: () => 0,
    running: () => true,
    id: (part: string) => `node/${part}`,
    stamp: (at: number = sim.now) => `${new Date(at).toISOString().slice(0, 19)}Z`,
    timeOf: (stamp: string) => Date.parse(stamp),
    events: {
      event(_target: unknown, type: string, reason: string, message: string) {
        events.push({ type, reason, message });
        return 0;
      },
    },
  } as unknown as StubKubelet["k"];
  return { sim, k, events, calls };
}
