/** Tools that talk to the network: wget, curl, nc, nslookup, ping. */
import type { Program, ProgramHost } from "../os/contract.ts";
import { options } from "./contract.ts";

// biome-ignore lint/suspicious/noExplicitAny: each program narrows its own state
type S = any;

interface Url {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

export function parseUrl(text: string): Url | null {
  const m = /^(?:(https?):\/\/)?([^/:?#]+|\[[^\]]+\])(?::(\d+))?([/?][^#]*)?/.exec(text);
  if (!m) return null;
  const scheme = (m[1] ?? "http") as "http" | "https";
  const path = m[4] ?? "/";
  return {
    scheme,
    host: m[2]!,
    port: Number(m[3] ?? (scheme === "https" ? 443 : 80)),
    path: path.startsWith("/") ? path : `/${path}`,
  };
}

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
  step: (state: S, event, host) => {
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

export const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  418: "I'm a teapot",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

const curl: Program = {
  start: (host) => {
    const { flags, rest } = options(host.proc.argv.slice(1), "oXHdmuAwbeTQ", [
      "max-time",
      "connect-timeout",
      "header",
      "data",
      "request",
      "output",
      "write-out",
      "retry",
      "retry-delay",
      "resolve",
      "cacert",
      "cert",
      "key",
      "user",
    ]);
    const url = parseUrl(rest[0] ?? "");
    if (!url) {
      host.write(2, "curl: (2) no URL specified\n");
      host.exit(2);
      return null;
    }
    const data = flags.d ?? flags.data;
    const max = Number(flags.m ?? flags["max-time"] ?? flags["connect-timeout"] ?? 300) * 1000;
    const method = String(
      flags.X ?? flags.request ?? (flags.I || flags.head ? "HEAD" : data !== undefined ? "POST" : "GET"),
    );
    const headers: Record<string, string> = { "User-Agent": "curl/8.5.0" };
    host.proc.argv.forEach((a, i) => {
      if (a === "-H" || a === "--header") {
        const [k = "", ...v] = (host.proc.argv[i + 1] ?? "").split(":");
        headers[k.trim()] = v.join(":").trim();
      }
    });
    host.http(
      { ...url, method, headers, timeoutMs: max, ...(typeof data === "string" ? { body: data } : {}) },
      "0",
    );
    return {
      url: { ...url },
      silent: flags.s === true || flags.silent === true,
      loud: flags.S === true,
      fail: flags.f === true || flags.fail === true,
      include: flags.i === true || flags.I === true || flags.include === true,
      only: flags.I === true || flags.head === true,
      follow: flags.L === true || flags.location === true,
      out: String(flags.o ?? flags.output ?? ""),
      format: String(flags.w ?? flags["write-out"] ?? ""),
      verbose: flags.v === true,
      hops: 0,
      from: host.now,
      max,
      method,
    };
  },
  step: (state: S, event, host) => {
    if (event.type !== "net" || event.result.kind !== "http") return state;
    const r = event.result;
    const { host: name, port } = state.url;
    const said = (code: number, text: string): S => {
      if (!state.silent || state.loud) host.write(2, `curl: (${code}) ${text}\n`);
      if (state.format) host.write(1, state.format.replace(/%\{http_code\}/g, "000").replace(/\\n/g, "\n"));
      host.exit(code);
      return state;
    };
    if (!r.ok) {
      const ms = host.now - state.from;
      if (r.failure === "noSuchHost") return said(6, `Could not resolve host: ${name}`);
      if (r.failure === "timeout")
        return said(28, `Connection timed out after ${Math.max(ms, 1)} milliseconds`);
      if (r.failure === "eof") return said(52, "Empty reply from server");
      if (r.failure === "reset") return said(56, "Recv failure: Connection reset by peer");
      if (r.failure === "plainHttp")
        return said(35, "OpenSSL/3.0.11: error:0A00010B:SSL routines::wrong version number");
      return said(
        7,
        `Failed to connect to ${name} port ${port} after ${ms} ms: ${r.failure === "noRoute" ? "No route to host" : "Couldn't connect to server"}`,
      );
    }
    const { status, body, headers } = r.response;
    const location = headers.Location ?? headers.location;
    if (state.follow && status >= 300 && status < 400 && location && state.hops < 50) {
      const next = parseUrl(
        location.startsWith("/") ? `${state.url.scheme}://${name}:${port}${location}` : location,
      );
      if (next) {
        host.http({ ...next, method: "GET", timeoutMs: state.max }, String(state.hops + 1));
        return { ...state, url: next, hops: state.hops + 1 };
      }
    }
    if (state.fail && status >= 400) return said(22, `The requested URL returned error: ${status}`);
    let text = "";
    if (state.include)
      text += `HTTP/1.1 ${status} ${REASONS[status] ?? ""}\r\n${Object.entries(headers)
        .map(([k, v]) => `${k}: ${v}\r\n`)
        .join("")}\r\n`;
    if (!state.only) text += body;
    if (state.out) {
      const saved = host.open(state.out, "w");
      if (saved.ok && saved.fd.k === "file") host.fs.append(saved.fd.path, text);
    } else host.write(1, text);
    if (state.format)
      host.write(
        1,
        state.format
          .replace(/%\{http_code\}|%\{response_code\}/g, String(status))
          .replace(/%\{time_total\}/g, ((host.now - state.from) / 1000).toFixed(6))
          .replace(/\\n/g, "\n"),
      );
    if (host.alive) host.exit(0);
    return state;
  },
};

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
      return { server: true, e: typeof flags.e === "string" ? flags.e : "" };
    }
    const [name = "", port = "0"] = rest;
    host.tcp(name, Number(port), typeof flags.w === "string" ? Number(flags.w) * 1000 : 60_000, "c");
    return { name, port, z: flags.z === true, v: flags.v === true };
  },
  step: (state: S, event, host) => {
    if (event.type === "request") {
      host.respond(event.request.id, { closed: "eof" });
      host.write(
        1,
        `${event.request.method} ${event.request.path} HTTP/1.1\r\nHost: ${event.request.host}\r\n\r\n`,
      );
      return state;
    }
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

function nameserver(host: ProgramHost): string {
  const conf = host.fs.read("/etc/resolv.conf");
  return /nameserver\s+(\S+)/.exec(conf.ok ? conf.value.content : "")?.[1] ?? "127.0.0.1";
}

const nslookup: Program = {
  start: (host) => {
    const name = host.proc.argv.slice(1).find((a) => !a.startsWith("-")) ?? "";
    host.resolve(name, "r");
    return { name };
  },
  step: (state: S, event, host) => {
    if (event.type !== "net" || event.result.kind !== "dns") return state;
    const server = nameserver(host);
    const { addresses, name } = event.result;
    const tool = host.proc.argv[0]!.split("/").pop();
    if (tool === "getent" || tool === "host" || tool === "dig") {
      for (const a of addresses)
        host.write(
          1,
          tool === "host" ? `${name} has address ${a}\n` : tool === "dig" ? `${a}\n` : `${a}       ${name}\n`,
        );
      host.exit(addresses.length > 0 ? 0 : tool === "getent" ? 2 : tool === "dig" ? 0 : 1);
      return state;
    }
    host.write(1, `Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
    if (addresses.length === 0) {
      host.write(1, `** server can't find ${state.name}: NXDOMAIN\n\n`);
      host.exit(1);
      return state;
    }
    for (const a of addresses) host.write(1, `Name:\t${name}\nAddress: ${a}\n\n`);
    host.exit(0);
    return state;
  },
};

const getent: Program = {
  ...nslookup,
  start: (host) => {
    const name = host.proc.argv[host.proc.argv.length - 1] ?? "";
    host.resolve(name, "r");
    return { name };
  },
};

const ping: Program = {
  start: (host) => {
    const { flags, rest } = options(host.proc.argv.slice(1), "cwWis");
    host.resolve(rest[0] ?? "", "r");
    return {
      name: rest[0] ?? "",
      left: typeof flags.c === "string" ? Number(flags.c) : Number.MAX_SAFE_INTEGER,
      n: 0,
      ip: "",
    };
  },
  step: (state: S, event, host) => {
    if (event.type === "net" && event.result.kind === "dns") {
      const ip = event.result.addresses[0];
      if (!ip) {
        host.write(2, `ping: bad address '${state.name}'\n`);
        host.exit(1);
        return state;
      }
      host.write(1, `PING ${state.name} (${ip}): 56 data bytes\n`);
      host.wake(1, "ping");
      return { ...state, ip };
    }
    if (event.type !== "wake") return state;
    host.write(1, `64 bytes from ${state.ip}: seq=${state.n} ttl=63 time=0.100 ms\n`);
    if (state.left <= 1) {
      host.write(
        1,
        `\n--- ${state.name} ping statistics ---\n${state.n + 1} packets transmitted, ${state.n + 1} packets received, 0% packet loss\n`,
      );
      host.exit(0);
    } else host.wake(1000, "ping");
    return { ...state, left: state.left - 1, n: state.n + 1 };
  },
};

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
