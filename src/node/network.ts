/**
 * The cluster's network: which address belongs to which sandbox, who listens, and requests on their way. Names and
 * service addresses are resolved by the cluster (`NameService`); what a listener answers is the runtime's matter
 * (`SandboxServer`).
 */
import type { Simulation } from "../sim/index.ts";
import type { Ms, ReplyTo } from "../sim/types.ts";
import type {
  GrpcRequest,
  GrpcResult,
  HttpRequest,
  HttpResult,
  NetFailure,
  NodeNetwork,
  TcpRequest,
  TcpResult,
} from "./contract.ts";
import { type Answer, awaiting, grpcResult, httpResult, type Pending, timedOut } from "./net-results.ts";
import {
  type Delivery,
  type Endpoint,
  type Leases,
  type NameService,
  NO_NAMES,
  type Route,
  type SandboxServer,
} from "./net-types.ts";

/** A connection on the same bridge. */
const HOP: Ms = 1;

/** Until the kernel gives an address up that nobody answers for. */
const UNREACHABLE_AFTER: Ms = 3_000;

/** Address of a node's end of its bridge. */
const bridgeOf = (podCidr: string): string => `${podCidr.split(".").slice(0, 3).join(".")}.1`;

export class ClusterNetwork {
  readonly #sim: Simulation;
  readonly #endpoints;
  readonly #pending;
  readonly #next;
  readonly #servers = new Map<string, SandboxServer>();
  readonly #nodes = new Map<string, { ip: string; podCidr: string; bridge: string }>();
  readonly #nodesByIp = new Map<string, string>();
  #names: NameService = NO_NAMES;

  constructor(sim: Simulation) {
    this.#sim = sim;
    this.#endpoints = sim.table<readonly Endpoint[]>("network/endpoints");
    this.#pending = sim.table<Pending>("network/requests");
    this.#next = sim.cell<number>("network/next", 1);
    sim.component("network", (event, key) => {
      if (event.type === "timeout") this.#timeout(key);
      else if (event.type === "http") this.http(event.request, event.reply, event.local);
      else if (event.type === "tcp") this.tcp(event.request, event.reply, event.local);
    });
  }

  /** Set once, while the cluster is put together. */
  setNames(names: NameService): void {
    this.#names = names;
  }

  get names(): NameService {
    return this.#names;
  }

  attach(node: string, server: SandboxServer): void {
    this.#servers.set(node, server);
  }

  /** A machine's end of the network. */
  node(name: string, ip: string, podCidr: string): NodeNetwork {
    this.#nodes.set(name, { ip, podCidr, bridge: bridgeOf(podCidr) });
    if (!this.#nodesByIp.has(ip)) this.#nodesByIp.set(ip, name);
    return {
      nodeIp: ip,
      podCidr,
      http: (request, reply) => this.http(request, reply),
      tcp: (request, reply) => this.tcp(request, reply),
      grpc: (request, reply) => this.grpc(request, reply),
    };
  }

  // --- addresses (host-local of the CNI plugins: counts up, starts again at the end) ---------------------------

  /** A pod address for a sandbox, or null when the range is used up. */
  assign(node: string, sandbox: string): string | null {
    const cell = this.#sim.cell<Leases>(`network/ipam/${node}`, { next: 2, used: {} });
    const { next, used } = cell.get();
    const base = (this.#nodes.get(node)?.podCidr ?? "10.244.0.0/24")
      .split("/")[0]!
      .split(".")
      .slice(0, 3)
      .join(".");
    for (let i = 0; i < 253; i++) {
      const last = ((next - 2 + i) % 253) + 2;
      const ip = `${base}.${last}`;
      if (used[ip] !== undefined) continue;
      cell.set({ next: last + 1, used: { ...used, [ip]: sandbox } });
      this.#endpoints.set(ip, [{ node, sandbox }]);
      return ip;
    }
    return null;
  }

  release(node: string, ip: string): void {
    const cell = this.#sim.cell<Leases>(`network/ipam/${node}`, { next: 2, used: {} });
    const { [ip]: _gone, ...used } = cell.get().used;
    cell.set({ next: cell.get().next, used });
    this.#endpoints.delete(ip);
  }

  /** A sandbox on the node's own network. */
  joinHost(node: string, sandbox: string): void {
    const ip = this.#nodes.get(node)?.ip ?? "";
    this.#endpoints.update(ip, (list) => [...(list ?? []), { node, sandbox }]);
  }

  leaveHost(node: string, sandbox: string): void {
    const ip = this.#nodes.get(node)?.ip ?? "";
    this.#endpoints.update(ip, (list) => (list ?? []).filter((e) => e.sandbox !== sandbox));
  }

  /** Sandboxes at an address (more than one only on a node's own). */
  at(ip: string): readonly { readonly node: string; readonly sandbox: string }[] {
    return this.#endpoints.get(ip) ?? [];
  }

  nodeIp(node: string): string {
    return this.#nodes.get(node)?.ip ?? "";
  }

  // --- requests --------------------------------------------------------------------------------------------

  #route(ip: string, port: number, local?: string): Route {
    let to: { readonly ip: string; readonly port: number } = { ip, port };
    if (ip === "127.0.0.1" || ip === "::1" || ip === "localhost") {
      const own = local?.split("\n");
      if (own?.[0] && own[1]) {
        const server = this.#servers.get(own[0]);
        const sandboxes = own[2] === "host" ? this.at(this.nodeIp(own[0])).map((e) => e.sandbox) : [own[1]];
        const found = sandboxes.find((s) => server?.listening(s, port));
        return found ? { to: "sandbox", node: own[0], sandbox: found, port } : { failure: "refused" };
      }
      return { failure: "refused" };
    }
    const backend = this.#names.backend(ip, port);
    if (backend === "reject") return { failure: "refused" };
    if (backend) to = backend;
    const found = this.at(to.ip);
    const node = this.#nodesByIp.get(to.ip);
    if (found.length === 0 && !node) {
      if (this.#names.answer(to.ip, to.port, { ip: to.ip, port: to.port, path: "/", timeoutMs: 0 }))
        return { to: "outside" };
      return { failure: this.#isPodAddress(to.ip) ? "noRoute" : "timeout" };
    }
    const owner = found[0]?.node ?? node!;
    const server = this.#servers.get(owner);
    if (!server?.up()) return { failure: "noRoute" };
    const listener = found.find((e) => server.listening(e.sandbox, to.port));
    if (listener) return { to: "sandbox", node: owner, sandbox: listener.sandbox, port: to.port };
    const forwarded = node ? server.forwarded?.(to.port) : null;
    if (forwarded && server.listening(forwarded.sandbox, forwarded.port))
      return { to: "sandbox", node: owner, sandbox: forwarded.sandbox, port: forwarded.port };
    if (this.#names.answer(to.ip, to.port, { ip: to.ip, port: to.port, path: "/", timeoutMs: 0 }))
      return { to: "outside" };
    return { failure: "refused" };
  }

  #isPodAddress(ip: string): boolean {
    return [...this.#nodes.values()].some((n) =>
      ip.startsWith(`${n.podCidr.split(".").slice(0, 3).join(".")}.`),
    );
  }

  #fail(
    failure: NetFailure,
    request: { ip: string; port: number; timeoutMs: Ms },
  ): { result: { ok: false; failure: NetFailure; text: string }; delayMs: Ms } {
    const address = `${request.ip}:${request.port}`;
    if (failure === "refused")
      return {
        result: { ok: false, failure, text: `dial tcp ${address}: connect: connection refused` },
        delayMs: HOP,
      };
    if (failure === "noRoute" && request.timeoutMs > UNREACHABLE_AFTER)
      return {
        result: { ok: false, failure, text: `dial tcp ${address}: connect: no route to host` },
        delayMs: UNREACHABLE_AFTER,
      };
    return {
      result: { ok: false, failure: "timeout", text: `dial tcp ${address}: i/o timeout` },
      delayMs: request.timeoutMs,
    };
  }

  /** `local`: the sandbox it comes from, so that localhost means its own. */
  http(request: HttpRequest, reply: ReplyTo, local?: string): void {
    const route = this.#route(request.ip, request.port, local);
    if ("failure" in route) {
      const { result, delayMs } = this.#fail(route.failure, request);
      this.#sim.reply(
        reply,
        {
          result:
            route.failure === "timeout" || result.failure === "timeout"
              ? { ...result, text: awaiting(result.text, request) }
              : result,
        },
        { delayMs },
      );
      return;
    }
    if (route.to === "outside") {
      const response = this.#names.answer(request.ip, request.port, request);
      const result: HttpResult = response
        ? { ok: true, response }
        : { ok: false, failure: "eof", text: "EOF" };
      this.#sim.reply(reply, { result }, { delayMs: 20 });
      return;
    }
    const secure = this.#servers.get(route.node)?.secure?.(route.sandbox, route.port) === true;
    if (secure && request.scheme !== "https") {
      const response = {
        status: 400,
        headers: {},
        body: "Client sent an HTTP request to an HTTPS server.\n",
      };
      this.#sim.reply(reply, { result: { ok: true, response } satisfies HttpResult }, { delayMs: HOP });
      return;
    }
    if (request.scheme === "https" && !secure) {
      this.#sim.reply(
        reply,
        {
          result: {
            ok: false,
            failure: "plainHttp",
            text: "http: server gave HTTP response to HTTPS client",
          } satisfies HttpResult,
        },
        { delayMs: HOP },
      );
      return;
    }
    this.#deliver("http", route, request, reply, {
      method: request.method ?? "GET",
      path: request.path,
      host: request.host ?? request.ip,
      headers: request.headers ?? {},
      body: request.body ?? "",
      service: "",
      from: request.from ?? this.#bridge(route.node),
    });
  }

  #bridge(node: string): string {
    return this.#nodes.get(node)?.bridge ?? bridgeOf("10.244.0.0/24");
  }

  tcp(request: TcpRequest, reply: ReplyTo, local?: string): void {
    const route = this.#route(request.ip, request.port, local);
    if ("failure" in route) {
      const { result, delayMs } = this.#fail(route.failure, request);
      this.#sim.reply(reply, { result }, { delayMs });
      return;
    }
    this.#sim.reply(reply, { result: { ok: true } satisfies TcpResult }, { delayMs: HOP });
    if (route.to === "sandbox") this.#servers.get(route.node)?.connected?.(route.sandbox, route.port);
  }

  grpc(request: GrpcRequest, reply: ReplyTo): void {
    const route = this.#route(request.ip, request.port);
    if ("failure" in route || route.to === "outside") {
      // The dial blocks and tries again until its time is over.
      this.#sim.reply(
        reply,
        { result: { ok: false, failure: "connect" } satisfies GrpcResult },
        { delayMs: request.timeoutMs },
      );
      return;
    }
    this.#deliver("grpc", route, request, reply, {
      method: "POST",
      path: "/grpc.health.v1.Health/Check",
      host: request.ip,
      headers: {},
      body: "",
      service: request.service,
      from: this.#bridge(route.node),
    });
  }

  #deliver(
    kind: "http" | "grpc",
    route: Extract<Route, { to: "sandbox" }>,
    request: { ip: string; port: number; timeoutMs: Ms },
    reply: ReplyTo,
    fields: Omit<Delivery, "id" | "kind" | "port">,
  ): void {
    const n = this.#next.get();
    this.#next.set(n + 1);
    const id = String(n);
    this.#pending.set(id, {
      kind,
      reply,
      node: route.node,
      sandbox: route.sandbox,
      deadline: this.#sim.now + request.timeoutMs,
      pid: 0,
      extraMs: 0,
    });
    this.#servers.get(route.node)!.deliver(route.sandbox, { id, kind, port: route.port, ...fields });
    if (this.#pending.has(id))
      this.#sim.send(
        { to: "network", key: id },
        { type: "timeout" },
        { delayMs: request.timeoutMs, timer: "timeout" },
      );
  }

  /** An answer of a listener, on its way after `delayMs`. */
  answer(id: string, answer: Answer, delayMs: Ms): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#sim.cancel({ to: "network", key: id }, "timeout");
    this.#pending.delete(id);
    const at = delayMs + pending.extraMs + HOP;
    if (this.#sim.now + at > pending.deadline) {
      this.#sim.reply(
        pending.reply,
        { result: timedOut(pending) },
        { delayMs: pending.deadline - this.#sim.now },
      );
      return;
    }
    this.#sim.reply(
      pending.reply,
      { result: pending.kind === "http" ? httpResult(answer) : grpcResult(answer) },
      { delayMs: at },
    );
  }

  /** Who has the request now. */
  handledBy(id: string, pid: number, extraMs: Ms): void {
    const pending = this.#pending.get(id);
    if (pending) this.#pending.set(id, { ...pending, pid, extraMs });
  }

  handler(id: string): number | undefined {
    return this.#pending.get(id)?.pid;
  }

  /** Connections of a sandbox break (its process has ended). */
  broken(id: string): void {
    this.answer(id, { closed: "eof" }, 0);
  }

  #timeout(id: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    this.#sim.reply(pending.reply, { result: timedOut(pending) });
  }

  /** Requests that a sandbox has not answered yet. */
  open(node: string, sandbox: string): readonly string[] {
    const out: string[] = [];
    for (const [id, p] of this.#pending) if (p.node === node && p.sandbox === sandbox) out.push(id);
    return out;
  }
}
