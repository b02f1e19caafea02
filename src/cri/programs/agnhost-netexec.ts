/** `agnhost netexec`. */
import type { ProgramHost, ServerAnswer } from "../os/contract.ts";
import { sleepTime } from "../tools/sleep.ts";
import { strftime } from "../tools/time.ts";
import { klog, MEMORY, redirect, STARTUP } from "./agnhost-common.ts";
import { flag, query, type State, server, text } from "./server.ts";

export const netexec = server({
  memory: MEMORY,
  startupMs: STARTUP,
  ends: { TERM: { code: 0 }, INT: { code: 2 } },
  ports: (host) => [Number(flag(host.proc.argv, "http-port", "8080"))],
  init: (host) => {
    klog(host, `Started HTTP server on port ${flag(host.proc.argv, "http-port", "8080")}`);
    if (flag(host.proc.argv, "udp-port", "8081") !== "-1")
      klog(host, `Started UDP server on port  ${flag(host.proc.argv, "udp-port", "8081")}`);
    return { pending: {}, fds: host.proc.fds, term: false, next: 20 };
  },
  onSignal: (state, signal, host) => {
    const delay = Number(flag(host.proc.argv, "delay-shutdown", "0"));
    if (signal !== "TERM" || delay <= 0) return undefined;
    klog(host, `Sleeping ${delay} seconds before terminating...`);
    host.wake(delay * 1000, "server.exit/0");
    return { ...state, term: true };
  },
  request: (state, request, host) =>
    netexecRequest(state, request.id, request.path, request.headers, request.from, host),
  event: (state, event, host) => {
    if (event.type === "child") {
      const job = state.pending[event.pid];
      if (!job) return state;
      let output = job.output as string;
      for (let t = host.read(job.fd); t; t = host.read(job.fd)) output += t;
      const { [job.fd]: _closed, ...fds } = host.proc.fds;
      host.setFds(fds);
      const { [event.pid]: _done, ...pending } = state.pending;
      const body = JSON.stringify({
        ...(event.code !== 0 ? { error: `exit status ${event.code}` } : {}),
        ...(output ? { output } : {}),
      });
      host.respond(job.request, text(200, body));
      return { ...state, pending };
    }
    if (event.type === "net" && event.result.kind === "http") {
      const r = event.result;
      const body = r.ok ? { responses: [r.response.body] } : { errors: [`Get: ${r.text}`] };
      host.respond(event.tag, text(200, JSON.stringify(body)));
    }
    if (event.type === "wake" && event.tag.startsWith("exit/")) host.exit(Number(event.tag.slice(5)));
    return state;
  },
});

/** It counts as healthy from the start of its UDP or SCTP server on: without either it never does. */
const ready = (host: ProgramHost): boolean =>
  flag(host.proc.argv, "udp-port", "8081") !== "-1" || flag(host.proc.argv, "sctp-port", "-1") !== "-1";

function netexecRequest(
  state: State,
  id: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  from: string,
  host: ProgramHost,
): { answer?: ServerAnswer; state?: State } {
  const q = query(path);
  switch (q.path) {
    case "/":
      klog(host, "GET /");
      return { answer: text(200, `NOW: ${strftime("%F %T.%N +0000 UTC", host.wallClock())}`) };
    case "/clientip":
      klog(host, "GET /clientip");
      return { answer: text(200, `${from}:40000`) };
    case "/serverport":
      return { answer: text(200, flag(host.proc.argv, "http-port", "8080")) };
    case "/header":
      return { answer: text(200, q.get("key") ? (headers[q.get("key")] ?? "") : JSON.stringify(headers)) };
    case "/hostname":
    case "/hostName":
      klog(host, `GET ${q.path}`);
      return { answer: text(200, host.hostname) };
    case "/healthz":
      klog(host, "GET /healthz");
      return { answer: text(ready(host) ? 200 : 412, "") };
    case "/readyz":
      klog(host, "GET /readyz");
      if (state.term) return { answer: text(503, "shutting down") };
      return { answer: ready(host) ? text(200, "ok") : text(412, "") };
    case "/echo": {
      klog(host, `GET /echo?msg=${q.get("msg")}&code=${q.get("code")}`);
      return { answer: text(Number(q.get("code") || "200"), q.get("msg")) };
    }
    case "/redirect":
      klog(host, `GET /redirect?location=${q.get("location")}&code=${q.get("code")}`);
      return { answer: redirect(q.get("location"), Number(q.get("code") || "302")) };
    case "/exit": {
      const wait = sleepTime(q.get("wait") || "0") ?? 0;
      klog(host, `GET /exit?code=${q.get("code")}&timeout=${q.get("timeout")}&wait=${q.get("wait")}`);
      if (wait > 0) host.wake(wait, `exit/${Number(q.get("code") || "0")}`);
      else host.exit(Number(q.get("code") || "0"));
      return { state };
    }
    case "/shutdown":
      klog(host, "GET /shutdown");
      host.exit(0);
      return { state };
    case "/shell": {
      const command = q.get("shellCommand") || q.get("cmd");
      klog(host, `GET /shell?cmd=${command}`);
      const pipe = host.pipe();
      const fd = state.next;
      const { fds } = host.proc;
      const started = host.spawn({
        argv: ["/bin/sh", "-c", command],
        env: host.proc.env,
        fds: { 0: { k: "null" }, 1: pipe.w, 2: pipe.w },
      });
      if (!started.ok)
        return {
          answer: text(200, JSON.stringify({ error: "fork/exec /bin/sh: no such file or directory" })),
        };
      host.setFds({ ...fds, [fd]: pipe.r });
      return {
        state: {
          ...state,
          next: fd + 1,
          pending: { ...state.pending, [started.pid]: { request: id, fd, output: "" } },
        },
      };
    }
    case "/dial": {
      klog(
        host,
        `GET /dial?host=${q.get("host")}&protocol=${q.get("protocol")}&port=${q.get("port")}&request=${q.get("request")}&tries=${q.get("tries")}`,
      );
      host.http(
        {
          host: q.get("host"),
          port: Number(q.get("port")),
          path: `/${q.get("request")}`,
          method: "GET",
          scheme: "http",
          timeoutMs: 5000,
        },
        id,
      );
      return { state };
    }
    default:
      return { answer: text(200, `NOW: ${strftime("%F %T.%N +0000 UTC", host.wallClock())}`) };
  }
}
