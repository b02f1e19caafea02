/** `curl` and `wget` from the terminal: addresses in the cluster, and ports that are forwarded. */
import type { Context } from "../context.ts";
import type { HttpAnswer } from "../host.ts";
import { FORWARDS } from "../kubectl/sessions.ts";
import type { ShellCommand } from "../shell/builtins.ts";

interface Target {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

function parseUrl(text: string): Target | null {
  const match = /^(?:(https?):\/\/)?(\[[^\]]+\]|[^/:]+)(?::(\d+))?(\/.*)?$/.exec(text);
  if (!match) return null;
  return {
    host: (match[2] ?? "").replace(/^\[|\]$/g, ""),
    port: Number(match[3] ?? (match[1] === "https" ? 443 : 80)),
    path: match[4] ?? "/",
  };
}

const LOCAL = /^(localhost|127\.|::1$)/;
const KUBELET = 10_250;
const KUBELET_HEALTH = 10_248;

/** What is behind an address: forwarded ports of this machine, ports of a node, names and addresses of the cluster. */
function locate(ctx: Context, target: Target): Target | "no such host" | null {
  const { host, session } = ctx;
  if (!LOCAL.test(target.host)) {
    if (/^[\d.]+$|:/.test(target.host)) return target;
    const node = host.node(target.host);
    return node ? { ...target, host: node.internalIp } : "no such host";
  }
  if (session.node !== null) {
    const own = host.node(session.node);
    return own ? { ...target, host: own.internalIp } : null;
  }
  const behind = ctx.once(
    () => host.sim.table<{ ip: string; port: number }>(FORWARDS).get(String(target.port)) ?? null,
  );
  return behind ? { ...target, host: behind.ip, port: behind.port } : null;
}

/** The kubelet's own ports, from the node itself and with no identity: health in the clear, the rest refused. */
function kubeletAnswer(ctx: Context, target: Target, tls: boolean): HttpAnswer | null {
  const node = ctx.session.node === null ? undefined : ctx.host.node(ctx.session.node);
  if (!node || !LOCAL.test(target.host) || !ctx.once(() => node.unit("kubelet").active)) return null;
  const answer = (status: number, body: string): HttpAnswer => ({ ok: true, status, body, error: "" });
  if (target.port === KUBELET_HEALTH)
    return target.path === "/healthz" ? answer(200, "ok") : answer(404, "404 page not found\n");
  if (target.port !== KUBELET) return null;
  return tls ? answer(401, "Unauthorized") : answer(400, "Client sent an HTTP request to an HTTPS server.\n");
}

export const curl: ShellCommand = (args, ctx) => {
  const valued = new Set([
    "-o",
    "--output",
    "-m",
    "--max-time",
    "-H",
    "--header",
    "-X",
    "--request",
    "-w",
    "--write-out",
    "--connect-timeout",
    "-d",
    "--data",
    "-A",
    "-u",
  ]);
  const urls = args.filter((a, i) => !a.startsWith("-") && !valued.has(args[i - 1] ?? ""));
  const [url] = urls;
  const has = (...names: string[]): boolean =>
    args.some(
      (a) =>
        names.includes(a) ||
        (/^-[a-zA-Z]{2,}$/.test(a) && names.some((n) => n.length === 2 && a.includes(n[1] ?? ""))),
    );
  const after = (...names: string[]): string | undefined =>
    args.find((_, i) => names.includes(args[i - 1] ?? ""));
  if (!url) {
    ctx.err("curl: try 'curl --help' for more information\n");
    return 2;
  }
  const target = parseUrl(url);
  if (!target) {
    ctx.err("curl: (3) URL rejected: Malformed input to a URL function\n");
    return 3;
  }
  const place = locate(ctx, target);
  const refused = (): number => {
    if (!has("-s", "--silent") || has("-S", "--show-error"))
      ctx.err(
        `curl: (7) Failed to connect to ${target.host} port ${target.port} after 0 ms: Couldn't connect to server\n`,
      );
    return 7;
  };
  if (!place) return refused();
  const unknown = (): number => {
    ctx.err(`curl: (6) Could not resolve host: ${target.host}\n`);
    return 6;
  };
  if (place === "no such host") return unknown();
  const answer = kubeletAnswer(ctx, target, url.startsWith("https:")) ?? ctx.http(place);
  if (!answer.ok) {
    if (/no such host/i.test(answer.error)) return unknown();
    if (/timeout/i.test(answer.error)) {
      ctx.err(`curl: (28) Failed to connect to ${target.host} port ${target.port}: Connection timed out\n`);
      return 28;
    }
    return refused();
  }
  if (has("-f", "--fail") && answer.status >= 400) {
    ctx.err(`curl: (22) The requested URL returned error: ${answer.status}\n`);
    return 22;
  }
  const output = after("-o", "--output");
  if (has("-i", "--include", "-I", "--head"))
    ctx.out(`HTTP/1.1 ${answer.status} ${answer.status < 400 ? "OK" : "Error"}\n\n`);
  if (!has("-I", "--head") && output !== "/dev/null") ctx.out(answer.body);
  const format = after("-w", "--write-out");
  if (format !== undefined)
    ctx.out(format.replaceAll("%{http_code}", String(answer.status)).replaceAll("\\n", "\n"));
  return 0;
};
