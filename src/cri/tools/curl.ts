/** curl. */
import type { Program } from "../os/contract.ts";
import { options, type State } from "./contract.ts";
import { parseUrl, REASONS } from "./url.ts";

export const curl: Program = {
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
  step: (state: State, event, host) => {
    if (event.type !== "net" || event.result.kind !== "http") return state;
    const r = event.result;
    const { host: name, port } = state.url;
    const said = (code: number, text: string): State => {
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
