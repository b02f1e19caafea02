/** What the network needs to know of names, sandboxes and requests. */
import type { HttpRequest, HttpResponse, NetFailure } from "./contract.ts";

/** What the cluster knows: services, DNS, and the world outside. */
export interface NameService {
  /** Addresses of a full name without its last dot; empty when there is none. */
  lookup(name: string): readonly string[];
  /** Where a service address leads: an endpoint, nowhere (no endpoints: refused), or not a service at all. */
  backend(ip: string, port: number): { readonly ip: string; readonly port: number } | "reject" | null;
  /** Answers of addresses that no sandbox has: the API server, made-up sites. Undefined: nobody there. */
  answer(ip: string, port: number, request: HttpRequest): HttpResponse | undefined;
}

/** A request as a listener gets it. */
export interface Delivery {
  readonly id: string;
  readonly kind: "http" | "grpc";
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly service: string;
  readonly from: string;
}

/** The runtime's end, one a node. */
export interface SandboxServer {
  listening(sandbox: string, port: number): boolean;
  /** What listens there speaks TLS. */
  secure?(sandbox: string, port: number): boolean;
  deliver(sandbox: string, delivery: Delivery): void;
  /** Somebody connected, and hung up without a word. */
  connected?(sandbox: string, port: number): void;
  /** Where a port of the machine itself leads by a hostPort (the portmap plugin). */
  forwarded?(port: number): { readonly sandbox: string; readonly port: number } | null;
  /** The machine answers at all. */
  up(): boolean;
}

export interface Endpoint {
  readonly node: string;
  readonly sandbox: string;
}

export interface Leases {
  readonly next: number;
  readonly used: Readonly<Record<string, string>>;
}

export type Route =
  | { readonly to: "sandbox"; readonly node: string; readonly sandbox: string; readonly port: number }
  | { readonly to: "outside" }
  | { readonly failure: NetFailure };

export const NO_NAMES: NameService = { lookup: () => [], backend: () => null, answer: () => undefined };
