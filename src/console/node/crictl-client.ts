/** The runtime of a node as a client of its socket sees it. */
import type {
  ContainerStatusCri,
  CriResult,
  CriRpc,
  CriRpcs,
  PodSandbox,
  RuntimeImage,
} from "../../cri/contract.ts";
import { type CriError, criErrorText } from "../../cri/contract.ts";
import type { Context } from "../context.ts";
import type { NodeConsole } from "../host.ts";

const SOCKET = "unix:///run/containerd/containerd.sock";

export class Fatal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A client of the runtime of one node. */
export class Client {
  readonly #ctx: Context;
  readonly #node: NodeConsole;
  constructor(ctx: Context, node: NodeConsole) {
    this.#ctx = ctx;
    this.#node = node;
  }

  /** The answer, or the end of the command with what crictl says. */
  call<R extends CriRpc>(rpc: R, request: CriRpcs[R]["request"], doing: string): CriRpcs[R]["reply"] {
    const result = this.try(rpc, request);
    if (result.ok) return result.value;
    throw this.fatal(result.error, doing);
  }
  try<R extends CriRpc>(rpc: R, request: CriRpcs[R]["request"]): CriResult<R> {
    return this.#ctx.cri(this.#node.name, rpc, request);
  }
  fatal(error: CriError, doing: string): Fatal {
    if (error.code === "Unavailable") {
      return new Fatal(
        `validate service connection: validate CRI v1 runtime API for endpoint "${SOCKET}": ${criErrorText(error)}`,
      );
    }
    return new Fatal(`${doing}: ${criErrorText(error)}`);
  }
  containers(): readonly ContainerStatusCri[] {
    return this.call("ListContainers", {}, "listing containers").containers;
  }
  sandboxes(): readonly PodSandbox[] {
    return this.call("ListPodSandbox", {}, "listing pod sandboxes").sandboxes;
  }
  images(): readonly RuntimeImage[] {
    return this.call("ListImages", {}, "listing images").images;
  }
  /** A container by the beginning of its id. */
  container(id: string): ContainerStatusCri {
    const found = this.containers().find((c) => c.id.startsWith(id));
    if (found) return found;
    const desc = `an error occurred when try to find container "${id}": not found`;
    const text = `rpc error: code = NotFound desc = ${desc}`;
    this.#ctx.err(
      `E${klog(this.#ctx)} log.go:32] "ContainerStatus from runtime service failed" err=${JSON.stringify(text)} containerID="${id}"\n`,
    );
    throw new Fatal(`getting the status of the container "${id}": ${text}`);
  }
  sandbox(id: string): PodSandbox {
    const found = this.sandboxes().find((s) => s.id.startsWith(id));
    if (found) return found;
    throw new Fatal(
      `getting the status of the pod sandbox "${id}": rpc error: code = NotFound desc = an error occurred when try to find sandbox: not found`,
    );
  }
}

const klog = (ctx: Context): string => {
  const iso = new Date(ctx.epochNow()).toISOString();
  return `${iso.slice(5, 7)}${iso.slice(8, 10)} ${iso.slice(11, 23)}000    4711`;
};
