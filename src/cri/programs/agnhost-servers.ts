/** agnhost: its smaller servers, as far as a pod's life can tell them apart. */
import type { Program, ProgramHost, ServerAnswer } from "../os/contract.ts";
import { klog, MEMORY, notFound, STARTUP } from "./agnhost-common.ts";
import { flag, GO_ENDS, query, server, text } from "./server.ts";

const portFlag =
  (name: string, otherwise: string) =>
  (host: ProgramHost): number[] => [Number(flag(host.proc.argv, name, otherwise).split(":").pop())];

/** A Go web server that gives every request the same sort of answer. */
const plain = (
  ports: readonly number[] | ((host: ProgramHost) => readonly number[]),
  answer: (path: string, host: ProgramHost) => ServerAnswer = () => text(200, ""),
): Program =>
  server({
    memory: MEMORY,
    startupMs: STARTUP,
    ends: GO_ENDS,
    ports,
    request: (_state, request, host) => ({ answer: answer(query(request.path).path, host) }),
  });

/** Peers write to each other; `/quit` ends it. */
const nettest = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: GO_ENDS,
  ports: portFlag("port", "8080"),
  init: () => ({ received: {} }),
  request: (state, request, host) => {
    switch (query(request.path).path) {
      case "/quit":
        host.exit(0);
        return { state };
      case "/read":
        return {
          answer: text(200, JSON.stringify({ Hostname: host.hostname, Sent: {}, Received: state.received })),
        };
      case "/status":
        return { answer: text(200, "running") };
      case "/write": {
        const source = /"Source":\s*"([^"]*)"/.exec(request.body)?.[1] ?? "";
        const received = { ...state.received, [source]: (state.received[source] ?? 0) + 1 };
        return {
          answer: text(200, JSON.stringify({ Hostname: host.hostname })),
          state: { received },
        };
      }
      default:
        return { answer: notFound };
    }
  },
});

const guestbook = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: GO_ENDS,
  ports: portFlag("http-port", "80"),
  init: () => ({ store: {} }),
  request: (state, request) => {
    const q = query(request.path);
    const [key, value] = [q.get("key"), q.get("value")];
    const command = q.path === "/guestbook" ? `/${q.get("cmd").toLowerCase()}` : q.path;
    if (command === "/get") {
      const data = key === "" ? state.store : (state.store[key] ?? "");
      return { answer: text(200, JSON.stringify({ data })) };
    }
    if (command === "/set")
      return key === ""
        ? { answer: text(400, "cannot set with empty key.\n") }
        : {
            answer: text(200, JSON.stringify({ message: "Updated" })),
            state: { store: { ...state.store, [key]: value } },
          };
    return { answer: q.path === "/register" ? text(200, JSON.stringify({ data: state.store })) : notFound };
  },
});

/** Asks the API server's health again and again. */
const inClusterClient: Program = {
  start: (host) => {
    klog(host, "started");
    const every = Number(flag(host.proc.argv, "poll-interval", "30")) * 1000;
    host.wake(every, "poll");
    return { every };
  },
  step: (state, event, host) => {
    if (event.type !== "wake") return state;
    klog(host, "calling /healthz");
    host.wake((state as { every: number }).every, "poll");
    return state;
  },
};

/** Needs the pod's and the node's address in its environment. */
const noSnat = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: GO_ENDS,
  ports: portFlag("port", "8080"),
  init: (host) => {
    for (const name of ["POD_IP", "NODE_IP"])
      if (host.alive && host.proc.env[name] === undefined) {
        host.write(2, `${name} env var was not present in the environment\n`);
        host.exit(1);
      }
    return {};
  },
  request: (_state, request) => ({
    answer: query(request.path).path === "/whoami" ? text(200, `${request.from}:40000`) : text(200, ""),
  }),
});

const net = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: GO_ENDS,
  ports: portFlag("serve", "8889"),
  init: (host) => {
    if (flag(host.proc.argv, "serve") === "") {
      host.write(2, "Must set either --runner or --serve, see --help\n");
      host.exit(1);
    }
    return {};
  },
  request: () => ({ answer: text(400, "Missing request body\n") }),
});

export const agnhostServers: Readonly<Record<string, Program>> = {
  "audit-proxy": plain([8080]),
  "crd-conversion-webhook": plain(portFlag("port", "443")),
  "external-metrics": plain(portFlag("port", "6443")),
  "fake-gitserver": plain([8000], () => text(200, "I am a fake git server")),
  "fake-registry-server": plain(portFlag("port", "5000"), (path) =>
    path === "/v2/" ? text(200, "") : notFound,
  ),
  guestbook,
  inclusterclient: inClusterClient,
  mtlsserver: plain(portFlag("listen", "443")),
  net,
  nettest,
  "no-snat-test": noSnat,
  "no-snat-test-proxy": plain(portFlag("port", "31235")),
  podcertificatesigner: plain([]),
  "port-forward-tester": plain((host) => [Number(host.proc.env.BIND_PORT ?? "80")]),
  "resource-consumer-controller": plain(portFlag("port", "8080")),
  "tcp-reset": plain(portFlag("port", "8080")),
  webhook: plain(portFlag("port", "443")),
};

const TLS_PORTS: Readonly<Record<string, readonly [flag: string, otherwise: string]>> = {
  "crd-conversion-webhook": ["port", "443"],
  "external-metrics": ["port", "6443"],
  mtlsserver: ["listen", "443"],
  webhook: ["port", "443"],
};

/** Whether what a process serves on a port is TLS: what agnhost's subcommands do with their certificates. */
export function servesTls(
  { program, argv, env }: { program: string; argv: readonly string[]; env: Readonly<Record<string, string>> },
  port: number,
): boolean {
  if (program !== "agnhost") return false;
  const name = argv[1] ?? "";
  if (name === "netexec")
    return flag(argv, "tls-cert-file") !== "" && String(port) === flag(argv, "http-port", "8080");
  if (name === "grpc-health-checking")
    return flag(argv, "tls-cert-file") !== "" && String(port) === flag(argv, "port", "5000");
  if (name === "porter") return env[`SERVE_TLS_PORT_${port}`] !== undefined;
  const listens = TLS_PORTS[name];
  return listens !== undefined && flag(argv, listens[0], listens[1]).split(":").pop() === String(port);
}
