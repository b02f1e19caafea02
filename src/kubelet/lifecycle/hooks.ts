/** Runs the hooks of containers; any HTTP answer counts as success (pkg/kubelet/lifecycle/handlers.go). */
import type { Container, LifecycleHandler, Pod } from "../../api/types.ts";
import { criErrorText } from "../../cri/contract.ts";
import { MachineTable } from "../../sim/index.ts";
import type { Ms, ReplyTo, SimEvent } from "../../sim/types.ts";
import type { Kubelet } from "../contract.ts";
import { newHttpRequest } from "../prober/http-probe.ts";
import { portNumber, requestPath, urlText } from "../prober/url.ts";
import { formatPod, podObject } from "../types.ts";
import { type HookContext, type HookEvent, hookMachine } from "./hook.machine.ts";

/** How long the client tries to reach a host; the hook itself has no limit of its own. */
const HTTP_TIMEOUT_MS: Ms = 30_000;

export interface HookRequest {
  readonly pod: Pod;
  readonly container: Container;
  readonly containerId: string;
  readonly handler: LifecycleHandler;
}

export interface HookRunner {
  /** Runs a hook; the answer adds `error`, the text of the failure, or nothing. */
  run(request: HookRequest, reply: ReplyTo): void;
  stop(): void;
}

const quoted = (text: string): string => JSON.stringify(text);

export function createHookRunner(k: Kubelet): HookRunner {
  const { sim } = k;
  const name = `${k.nodeName}/lifecycle`;
  const count = sim.cell<number>(`${name}/count`, 1);

  const machines: MachineTable<HookContext, HookEvent & SimEvent> = new MachineTable(
    sim,
    `${name}/hook`,
    hookMachine,
    {
      choose: ({ context: { handler }, raise }) => {
        if (handler.exec) raise({ type: "exec" });
        else if (handler.httpGet) raise({ type: "http" });
        else raise({ type: handler.sleep ? "sleep" : "invalid" });
      },
      execute: ({ context, key }) => {
        const request = { containerId: context.containerId, command: context.handler.exec?.command ?? [] };
        const data = { pod: podObject(context.pod), container: context.container.name, hook: true };
        k.cri.call("ExecSync", request, { to: machines.name, key, event: { type: "executed" } }, { data });
      },
      judgeExecution: ({ context, event, raise }) => {
        const { result } = event as HookEvent & { type: "executed" };
        const command = context.handler.exec?.command ?? [];
        const fail = (error: string, output: string) =>
          finish(
            context,
            raise,
            `Exec lifecycle hook ([${command.join(" ")}]) ${whose(context)} failed - error: ${error}, message: ${quoted(output)}`,
          );
        if (!result.ok) return fail(criErrorText(result.error), "");
        const { exitCode, stdout, stderr } = result.value;
        if (exitCode === 0) return finish(context, raise);
        fail(`command '${command.join(" ")}' exited with ${exitCode}: ${stderr}`, stdout + stderr);
      },
      findAddress: ({ context, key, raise }) => {
        const host = context.handler.httpGet?.host;
        if (host) {
          raise({ type: "addressKnown" });
          return { host };
        }
        const { name: podName = "", namespace = "", uid = "" } = context.pod.metadata ?? {};
        k.runtime.getPodStatus(
          { name: podName, namespace, uid },
          { to: machines.name, key, event: { type: "podStatus" } },
        );
        return undefined;
      },
      takeAddress: ({ context, event, raise }) => {
        const { status, error } = event as HookEvent & { type: "podStatus" };
        if (error !== undefined)
          return void httpFailed(
            context,
            raise,
            `unable to get pod status, event handlers may be invalid: ${error}`,
          );
        const host = status?.ips[0];
        if (host === undefined)
          return void httpFailed(
            context,
            raise,
            `failed to find networking container: ${quoted(context.pod.metadata?.uid ?? "")}`,
          );
        raise({ type: "addressKnown" });
        return { host };
      },
      request: ({ context, key, raise }) => {
        const made = httpRequest(context);
        if (!made.ok) return httpFailed(context, raise, made.error);
        const { url, headers, host } = made.request;
        k.host.network.http(
          {
            ip: url.host,
            port: portNumber(url),
            path: requestPath(url),
            scheme: url.scheme === "https" ? "https" : "http",
            headers,
            timeoutMs: HTTP_TIMEOUT_MS,
            ...(host ? { host } : {}),
          },
          { to: machines.name, key, event: { type: "response" } },
        );
      },
      judgeResponse: ({ context, event, raise }) => {
        const { result } = event as HookEvent & { type: "response" };
        if (result.ok) return void finish(context, raise);
        if (result.failure === "plainHttp" && !context.plain) {
          raise({ type: "retryPlain" });
          return { plain: true };
        }
        const made = httpRequest(context);
        const url = made.ok ? urlText(made.request.url) : "";
        return void httpFailed(context, raise, `Get ${quoted(url)}: ${result.text}`);
      },
      succeed: ({ context }) => sim.reply(context.reply, {}),
      refuse: ({ context }) => {
        sim.reply(context.reply, {
          error: `Cannot run handler: invalid handler: ${JSON.stringify(context.handler)}`,
        });
      },
    },
  );

  function httpRequest(context: HookContext) {
    const action = context.handler.httpGet as NonNullable<LifecycleHandler["httpGet"]>;
    const scheme = context.plain ? "HTTP" : action.scheme;
    const port = action.port as unknown as number | string;
    const { path, httpHeaders } = action;
    return newHttpRequest(
      {
        port,
        host: context.host,
        ...(path ? { path } : {}),
        ...(scheme ? { scheme } : {}),
        ...(httpHeaders ? { httpHeaders } : {}),
      },
      context.container,
      context.host,
      "lifecycle",
    );
  }

  function httpFailed(context: HookContext, raise: (event: HookEvent) => void, error: string): void {
    const path = context.handler.httpGet?.path ?? "";
    finish(context, raise, `HTTP lifecycle hook (${path}) ${whose(context)} failed - error: ${error}`);
  }

  function finish(context: HookContext, raise: (event: HookEvent) => void, error?: string): void {
    sim.reply(context.reply, error === undefined ? {} : { error });
    raise({ type: "finished" });
  }

  return {
    run(request, reply) {
      const n = count.get();
      count.set(n + 1);
      machines.start(String(n), { ...request, reply, host: "", plain: false });
    },
    stop() {
      for (const key of [...machines.keys()]) machines.stop(key);
    },
  };
}

function whose({ pod, container }: HookContext): string {
  return `for Container ${quoted(container.name)} in Pod ${quoted(formatPod(pod))}`;
}
