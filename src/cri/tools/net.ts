/** Tools that talk to the network: wget, curl, nc, nslookup, ping. */

import type { Json } from "../../sim/types.ts";
import type { Program, ProgramHost } from "../os/contract.ts";
import { options, type State } from "./contract.ts";
import { curl } from "./curl.ts";
import { getent, nslookup, ping } from "./lookup.ts";
import { parseUrl, REASONS } from "./url.ts";

/** What went wrong, in the tool's words. */
const TROUBLE: Readonly<Record<string, string>> = {
  refused: "Connection refused",
  timeout: "Connection timed out",
  noRoute: "No route to host",
  eof: "Connection reset by peer",
  reset: "Connection reset by peer",
  plainHttp: "wrong version number",
};

const wget: Program = {
  start: (host) => {
    const { flags, rest } = options(host.proc.argv.slice(1), "OTtUPo", [
      "header",
      "post-data",
      "timeout",
      "tries",
      "output-document",
    ]);
    const url = parseUrl(rest[0] ?? "");
    if (!url) {
      host.write(2, "BusyBox v1.36.1 () multi-call binary.\n\nUsage: wget [OPTIONS] URL...\n");
      host.exit(1);
      return null;
    }
    const timeout =
      typeof flags.T === "string"
        ? Number(flags.T) * 1000
        : typeof flags.timeout === "string"
          ? Number(flags.timeout) * 1000
          : 900_000;
    const quiet = flags.q === true;
    if (!quiet) host.write(2, `Connecting to ${url.host}${url.port === 80 ? "" : `:${url.port}`}\n`);
    host.http(
      {
        ...url,
        method: flags["post-data"] ? "POST" : "GET",
        timeoutMs: timeout,
        headers: { "User-Agent": "Wget" },
        ...(typeof flags["post-data"] === "string" ? { body: flags["post-data"] } : {}),
      },
      "0",
    );
    return {
      url: { ...url },
      out: String(flags.O ?? flags["output-document"] ?? ""),
      quiet,
      spider: flags.spider === true,
      server: flags.S === true,
      hops: 0,
      timeout,
    } as never;
  },
  step: (state: State, event, host) => {
    if (event.type !== "net" || event.result.kind !== "http") return state;
    const r = event.result;
    const shown = `${state.url.host}${state.url.port === 80 ? "" : `:${state.url.port}`}`;
    if (!r.ok) {
      const text =
        r.failure === "noSuchHost"
          ? `wget: bad address '${state.url.host}'`
          : r.failure === "refused" || r.failure === "noRoute"
            ? `wget: can't connect to remote host${/^[\d.]+$/.test(r.text) ? ` (${r.text})` : ipIn(r.text)}: ${TROUBLE[r.failure]}`
            : r.failure === "timeout"
              ? "wget: download timed out"
              : "wget: error getting response";
      host.write(2, `${text}\n`);
      host.exit(1);
      return state;
    }
    const { status, body, headers } = r.response;
    const location = headers.Location ?? headers.location;
    if (status >= 300 && status < 400 && location && state.hops < 5) {
      const next = parseUrl(
        location.startsWith("/")
          ? `${state.url.scheme}://${state.url.host}:${state.url.port}${location}`
          : location,
      );
      if (next) {
        if (!state.quiet) host.write(2, `Connecting to ${next.host}\n`);
        host.http({ ...next, method: "GET", timeoutMs: state.timeout }, String(state.hops + 1));
        return { ...state, url: next, hops: state.hops + 1 };
      }
    }
    if (status >= 400) {
      host.write(2, `wget: server returned error: HTTP/1.1 ${status} ${REASONS[status] ?? ""}\n`);
      host.exit(1);
      return state;
    }
    if (state.spider) {
      if (!state.quiet) host.write(2, "remote file exists\n");
      host.exit(0);
      return state;
    }
    if (state.out === "-") {
      host.write(1, body);
      if (!state.quiet)
        host.write(
          2,
          `-                    100% |********************************| ${String(body.length).padStart(5)}  0:00:00 ETA\n`,
        );
      if (host.alive) host.exit(0);
      return state;
    }
    const name = state.out || state.url.path.split("?")[0].split("/").pop() || "index.html";
    if (state.out === "" && host.fs.lookup(host.path(name)).ok) {
      host.write(2, `wget: can't open '${name}': File exists\n`);
      host.exit(1);
      return state;
    }
    const saved = host.open(name, "w");
    if (!saved.ok || saved.fd.k !== "file") {
      if (saved.ok) {
        host.exit(0);
        return state;
      }
      host.write(
        2,
        `wget: can't open '${name}': ${saved.errno === "ENOENT" ? "No such file or directory" : saved.errno === "EROFS" ? "Read-only file system" : "Permission denied"}\n`,
      );
      host.exit(1);
      return state;
    }
    host.fs.append(saved.fd.path, body);
    if (!state.quiet)
      host.write(
        2,
        `saving to '${name}'\n${name.padEnd(20)} 100% |********************************| ${String(body.length).padStart(5)}  0:00:00 ETA\n'${name}' saved\n`,
      );
    host.exit(0);
    void shown;
    return state;
  },
};

function ipIn(text: string): string {
  const m = /(\d+\.\d+\.\d+\.\d+)/.exec(text);
  return m ? ` (${m[1]})` : "";
}

/** What a listening nc sends is the whole answer; without `-k` it ends with the connection. */
function said(host: ProgramHost, state: State, id: string, text: string): State {
  const [head = "", ...body] = text.split(/\r?\n\r?\n/);
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  host.respond(
    id,
    status
      ? { status: Number(status), headers: {}, body: body.join("\n\n") }
      : { closed: text ? "reset" : "eof" },
  );
  if (!state.again) host.exit(0);
  return state;
}

const LISTENERS: ReadonlySet<string> = new Set(["nc", "netcat", "ncat"]);

/** A listening nc without `-k`: the first connection, a TCP probe's too, is its last. */
export function endsWithConnection({ state }: { state: Json }): boolean {
  const { tool = "", program } = (state ?? {}) as { tool?: string; program?: State };
  return LISTENERS.has(tool) && program?.server === true && program.again !== true;
}

/** `nc -z HOST PORT`, `nc -l -p PORT`, `nc HOST PORT`. */
const nc: Program = {
  start: (host) => {
    const { flags, rest } = options(host.proc.argv.slice(1), "pwse");
    if (flags.l) {
      const port = Number(flags.p ?? rest[rest.length - 1]);
      if (!host.listen(port)) {
        host.write(2, "nc: bind: Address already in use\n");
        host.exit(1);
      }
      const at = host.proc.argv.indexOf("-e");
      const run = at > 0 ? host.proc.argv.slice(at + 1) : [];
      return { server: true, again: host.proc.argv.some((a) => /^-[a-z]*k/.test(a)), run, job: null };
    }
    const [name = "", port = "0"] = rest;
    host.tcp(name, Number(port), typeof flags.w === "string" ? Number(flags.w) * 1000 : 60_000, "c");
    return { name, port, z: flags.z === true, v: flags.v === true };
  },
  step: (state: State, event, host) => {
    if (event.type === "request") {
      const { id, method, path, host: name } = event.request;
      if (state.run.length > 0) {
        const out = host.pipe();
        const started = host.spawn({
          argv: state.run,
          env: host.proc.env,
          fds: { ...host.proc.fds, 0: { k: "null" }, 1: out.w },
        });
        if (started.ok) {
          host.setFds({ ...host.proc.fds, 9: out.r });
          return { ...state, job: { pid: started.pid, id } };
        }
      }
      host.write(1, `${method} ${path} HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
      return said(host, state, id, host.read(0) ?? "");
    }
    if (event.type === "child" && state.job?.pid === event.pid) {
      let text = "";
      for (let more = host.read(9); more; more = host.read(9)) text += more;
      return said(host, { ...state, job: null }, state.job.id, text);
    }
    if (event.type === "hangup") host.exit(0);
    if (event.type !== "net") return state;
    const r = event.result;
    if (r.kind === "tcp" && r.ok) {
      if (state.v)
        host.write(
          2,
          host.flavor === "gnu"
            ? `Connection to ${state.name} ${state.port} port [tcp/*] succeeded!\n`
            : `${state.name} (${state.name}:${state.port}) open\n`,
        );
      host.exit(0);
    } else if (r.kind === "tcp" && !r.ok) {
      if (r.failure === "noSuchHost") host.write(2, `nc: bad address '${state.name}'\n`);
      else if (state.v || host.flavor === "busybox")
        host.write(
          2,
          `nc: ${state.name} (${ipOf(r.text) ?? state.name}:${state.port}): ${TROUBLE[r.failure] ?? "error"}\n`,
        );
      host.exit(1);
    }
    return state;
  },
};

function ipOf(text: string): string | undefined {
  return /(\d+\.\d+\.\d+\.\d+)/.exec(text)?.[1];
}

export const network: Readonly<Record<string, Program>> = {
  wget,
  curl,
  nc,
  netcat: nc,
  ncat: nc,
  nslookup,
  getent,
  host: getent,
  dig: nslookup,
  ping,
};
