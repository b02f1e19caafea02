/** agnhost, the test image of Kubernetes: the subcommands that examples use. */
import type { Program, ProgramHost } from "../os/contract.ts";
import { sleepTime } from "../tools/sleep.ts";
import { goDuration, klog, MEMORY, notFound, redirect, STARTUP } from "./agnhost-common.ts";
import { mounttest } from "./agnhost-mounttest.ts";
import { netexec } from "./agnhost-netexec.ts";
import { agnhostServers } from "./agnhost-servers.ts";
import { flag, GO_ENDS, html, query, type State, server, text } from "./server.ts";
import { agnhostStress } from "./stress.ts";

const liveness = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: GO_ENDS,
  ports: [8080],
  init: (host) => ({ started: host.now }),
  request: (state, request, host) => {
    const q = query(request.path);
    const age = host.now - state.started;
    if (q.path === "/healthz")
      return { answer: age > 10_000 ? text(500, `error: ${age / 1000}`) : text(200, "ok") };
    if (q.path === "/started") return { answer: text(200, goDuration(age)) };
    if (q.path === "/redirect") return { answer: redirect(q.get("loc"), 302) };
    return { answer: notFound };
  },
});

const grpcHealth = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: GO_ENDS,
  ports: (host) => [
    Number(flag(host.proc.argv, "port", "5000")),
    Number(flag(host.proc.argv, "http-port", "8080")),
  ],
  init: (host) => {
    klog(host, `Http server starting to listen on :${flag(host.proc.argv, "http-port", "8080")}`);
    klog(host, `gRPC server starting to listen on :${flag(host.proc.argv, "port", "5000")}`);
    return { started: host.now, forced: null };
  },
  request: (state, request, host) => {
    if (request.kind === "grpc") {
      if (request.port !== Number(flag(host.proc.argv, "port", "5000"))) return { answer: { closed: "eof" } };
      if (request.service !== flag(host.proc.argv, "service", ""))
        return { answer: { grpcError: { code: "NotFound", desc: "unknown service" } } };
      const delay = Number(flag(host.proc.argv, "delay-unhealthy-sec", "-1"));
      const bad =
        state.forced === null ? delay >= 0 && host.now - state.started >= delay * 1000 : state.forced;
      return { answer: { grpc: bad ? "NOT_SERVING" : "SERVING" } };
    }
    const path = query(request.path).path;
    if (path !== "/make-serving" && path !== "/make-not-serving") return { answer: notFound };
    klog(host, path === "/make-serving" ? "Mark as healthy" : "Mark as unhealthy");
    return {
      answer: text(200, goDuration(host.now - state.started)),
      state: { ...state, forced: path === "/make-not-serving" },
    };
  },
});

const pause = server({
  memory: MEMORY,
  ports: [],
  ends: { TERM: { code: 2 }, INT: { code: 1 } },
  init: (host) => {
    host.write(1, "Paused\nSignals registered\n");
    return {};
  },
  onSignal: (_state, signal, host) => {
    if (signal !== "TERM" && signal !== "INT") return undefined;
    const said = `exiting because of signal "${signal === "TERM" ? "terminated" : "interrupt"}"\n`;
    host.fs.write(host.proc.env.TERMINATION_MESSAGE_PATH ?? "/dev/termination-log", said);
    host.write(1, said);
    return undefined;
  },
});

const testWebserver = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: GO_ENDS,
  ports: (host) => [Number(flag(host.proc.argv, "port", "80"))],
  request: (_state, request, host) => {
    const path = query(request.path).path;
    const found = host.fs.lookup(path);
    if (!found.ok) return { answer: notFound };
    if (found.value.kind === "dir") {
      const names = host.fs.list(path);
      return {
        answer: html(
          200,
          `<pre>\n${(names.ok ? names.value : []).map((n) => `<a href="${n}">${n}</a>\n`).join("")}</pre>\n`,
        ),
      };
    }
    const file = host.fs.read(path);
    return { answer: file.ok ? text(200, file.value.content) : text(403, "403 Forbidden\n") };
  },
});

const serveHostname = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ports: (host) => [Number(flag(host.proc.argv, "port", "9376"))],
  ends: { TERM: { code: 0, afterMs: 60_000 }, INT: { code: 2 } },
  init: (host) => {
    klog(host, `Serving on port ${flag(host.proc.argv, "port", "9376")}.`);
    return {};
  },
  request: (_s, _r, host) => ({ answer: text(200, host.hostname) }),
});

const porter = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: GO_ENDS,
  ports: (host) =>
    Object.keys(host.proc.env)
      .flatMap((k) => /^SERVE_(?:TCP_|TLS_)?PORT_(\d+)$/.exec(k)?.[1] ?? [])
      .map(Number),
  request: (_s, request, host) => ({
    answer: text(
      200,
      ["", "TCP_", "TLS_"]
        .map((kind) => host.proc.env[`SERVE_${kind}PORT_${request.port}`])
        .find((body) => body !== undefined) ?? "",
    ),
  }),
});

const resourceConsumer = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: GO_ENDS,
  ports: [8080],
  request: (_s, request, host) => {
    const q = query(
      request.path + (request.body ? `${request.path.includes("?") ? "&" : "?"}${request.body}` : ""),
    );
    const seconds = Number(q.get("durationSec") || "60") * 1000;
    if (q.path === "/ConsumeCPU") {
      host.cpu(Number(q.get("millicores")));
      host.wake(seconds, "cpu");
    } else if (q.path === "/ConsumeMem") {
      host.memory(Number(q.get("megabytes")) * 1024 * 1024);
      host.wake(seconds, "mem");
    }
    return { answer: text(200, `${q.path.slice(1)}\n`) };
  },
  event: (state, event, host) => {
    if (event.type === "wake" && event.tag === "cpu") host.cpu(0);
    if (event.type === "wake" && event.tag === "mem") host.memory(MEMORY);
    return state;
  },
});

const connect: Program = {
  start: (host) => {
    const target = host.proc.argv.slice(2).find((a) => !a.startsWith("-")) ?? "";
    const at = target.lastIndexOf(":");
    host.tcp(
      target.slice(0, at),
      Number(target.slice(at + 1)),
      sleepTime(flag(host.proc.argv, "timeout", "60s")) ?? 60_000,
      "c",
    );
    return null;
  },
  step: (state, event, host) => {
    if (event.type !== "net" || event.result.kind !== "tcp") return state;
    const r = event.result;
    if (!r.ok)
      host.write(
        2,
        r.failure === "noSuchHost"
          ? `DNS: ${r.text}\n`
          : r.failure === "refused"
            ? "REFUSED\n"
            : r.failure === "timeout"
              ? "TIMEOUT\n"
              : `OTHER: ${r.text}\n`,
      );
    host.exit(r.ok ? 0 : 1);
    return state;
  },
};

const logsGenerator: Program = {
  start: (host) => {
    const total = Number(flag(host.proc.argv, "log-lines-total", flag(host.proc.argv, "t", "0")));
    const over = sleepTime(flag(host.proc.argv, "run-duration", flag(host.proc.argv, "d", "0"))) ?? 0;
    if (total <= 0 || over <= 0) {
      host.write(2, `Invalid total number of lines: ${total}\n`);
      host.exit(255);
      return null;
    }
    host.wake(1, "line");
    return { n: 0, total, delay: over / total };
  },
  step: (state: State, event, host) => {
    if (event.type !== "wake") return state;
    // The last line, too, has its time before the end.
    if (state.n >= state.total) {
      host.exit(0);
      return state;
    }
    const methods = ["GET", "PUT", "POST"];
    klog(
      host,
      `${state.n} ${methods[Math.floor(host.random() * 3)]} /api/v1/namespaces/${["kube-system", "default", "ns"][Math.floor(host.random() * 3)]}/pods/p${Math.floor(host.random() * 100)} ${200 + Math.floor(host.random() * 400)}`,
    );
    host.wake(state.delay, "line");
    return { ...state, n: state.n + 1 };
  },
};

/** Prints something and ends. */
const once = (say: (host: ProgramHost) => string): Program => ({
  start: (host) => {
    host.write(1, say(host));
    host.exit(0);
    return null;
  },
  step: (s) => s,
});

const fileOf = (host: ProgramHost, path: string): string => {
  const found = host.fs.read(path);
  return found.ok ? found.value.content : "";
};

const commands: Readonly<Record<string, Program>> = {
  ...agnhostServers,
  liveness,
  netexec,
  "grpc-health-checking": grpcHealth,
  pause,
  "test-webserver": testWebserver,
  "serve-hostname": serveHostname,
  porter,
  connect,
  "logs-generator": logsGenerator,
  "resource-consumer": resourceConsumer,
  "entrypoint-tester": once((host) => `[${host.proc.argv.join(" ")}]\n`),
  "dns-suffix": once(
    (host) => `${/search\s+(.*)/.exec(fileOf(host, "/etc/resolv.conf"))?.[1]?.split(" ").join(",") ?? ""}\n`,
  ),
  "dns-server-list": once(
    (host) =>
      `${[...fileOf(host, "/etc/resolv.conf").matchAll(/nameserver\s+(\S+)/g)].map((m) => m[1]).join(",")}\n`,
  ),
  "etc-hosts": once((host) => fileOf(host, "/etc/hosts")),
  mounttest,
  stress: agnhostStress,
  nonewprivs: once((host) => `Effective uid: ${host.proc.uid}\n`),
};

/** The subcommand is kept beside its state. */
export const agnhost: Program = {
  memory: MEMORY,
  start: (host) => {
    const name = host.proc.argv[1] ?? "";
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) {
      host.write(
        2,
        name === ""
          ? "Usage:\n  app [command]\n"
          : `Error: unknown command "${name}" for "app"\nRun 'app --help' for usage.\n`,
      );
      host.exit(name === "" ? 0 : 1);
      return null;
    }
    return { name, state: command.start(host) };
  },
  step: (s: State, event, host) =>
    s === null ? s : { ...s, state: commands[s.name]!.step(s.state, event, host) },
};
