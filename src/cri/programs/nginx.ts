/** nginx: a master and a worker, files below the document root, the parts of the configuration that lessons mount. */
import type { HttpResponse } from "../../node/contract.ts";
import type { ProgramHost, ServerRequest } from "../os/contract.ts";
import { strftime } from "../tools/time.ts";
import { REASONS } from "../tools/url.ts";
import { html, type State, server, text } from "./server.ts";

const PID_FILE = "/run/nginx.pid";
const VERSION = "1.27.5";

export const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>
</body>
</html>
`;

export const DEFAULT_CONF = `server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }
}
`;

interface Location {
  readonly exact: boolean;
  readonly prefix: string;
  readonly root?: string;
  readonly status?: number;
  readonly body?: string;
}

interface Config {
  readonly ports: readonly number[];
  readonly root: string;
  readonly locations: readonly Location[];
}

function configText(host: ProgramHost): string {
  let out = "";
  const main = host.fs.read("/etc/nginx/nginx.conf");
  if (main.ok) out += main.value.content;
  const names = host.fs.list("/etc/nginx/conf.d");
  if (names.ok) {
    for (const name of names.value) {
      const file = name.endsWith(".conf") ? host.fs.read(`/etc/nginx/conf.d/${name}`) : undefined;
      if (file?.ok) out += `\n${file.value.content}`;
    }
  }
  return out;
}

function parseConfig(source: string): Config | string {
  const plain = source.replace(/#[^\n]*/g, "");
  let depth = 0;
  for (const c of plain.replace(/"[^"]*"|'[^']*'/g, "")) {
    if (c === "{") depth++;
    if (c === "}") depth--;
    if (depth < 0) return 'unexpected "}"';
  }
  if (depth !== 0) return 'unexpected end of file, expecting "}"';
  const ports = [...plain.matchAll(/\blisten\s+(?:[\d.]+:|\[::\]:)?(\d+)/g)].map((m) => Number(m[1]));
  const locations: Location[] = [];
  for (const m of plain.matchAll(/\blocation\s+(=\s*|\^~\s*|~\*?\s*)?(\S+)\s*\{([^}]*)\}/g)) {
    const body = m[3]!;
    const back = /\breturn\s+(\d+)(?:\s+(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^;]+)))?\s*;/.exec(body);
    const root = /\b(?:root|alias)\s+([^;\s]+)/.exec(body);
    locations.push({
      exact: m[1]?.trim() === "=",
      prefix: m[2]!,
      ...(root ? { root: root[1]! } : {}),
      ...(back
        ? { status: Number(back[1]), body: (back[2] ?? back[3] ?? back[4] ?? "").replace(/\\n/g, "\n") }
        : {}),
    });
  }
  const root = /\broot\s+([^;\s]+)/.exec(plain.replace(/\blocation[^{]*\{[^}]*\}/g, ""));
  return {
    ports: [...new Set(ports.length > 0 ? ports : [80])],
    root: root?.[1] ?? "/usr/share/nginx/html",
    locations,
  };
}

const page = (status: number, name: string): HttpResponse =>
  html(
    status,
    `<html>\r\n<head><title>${status} ${name}</title></head>\r\n<body>\r\n<center><h1>${status} ${name}</h1></center>\r\n<hr><center>nginx/${VERSION}</center>\r\n</body>\r\n</html>\r\n`,
    { Server: `nginx/${VERSION}` },
  );

function answer(config: Config, request: ServerRequest, host: ProgramHost): HttpResponse {
  const path = request.path.split("?")[0]!;
  let best: Location | undefined;
  for (const l of config.locations) {
    if (l.exact ? path === l.prefix : path.startsWith(l.prefix))
      if (!best || l.exact || (!best.exact && l.prefix.length > best.prefix.length)) best = l;
  }
  if (best?.status !== undefined) {
    if (best.status >= 300 && best.status < 400 && best.body)
      return {
        ...page(best.status, REASONS[best.status] ?? ""),
        headers: { Location: best.body, Server: `nginx/${VERSION}`, "Content-Type": "text/html" },
      };
    return best.body === undefined || best.body === ""
      ? page(best.status, REASONS[best.status] ?? "")
      : text(best.status, best.body, { Server: `nginx/${VERSION}` });
  }
  const root = best?.root ?? config.root;
  const at = host.path(path === "/" ? root : `${root}/${path}`);
  const found = host.fs.lookup(at);
  if (!found.ok) {
    host.write(
      2,
      `${stamp(host)} [error] 29#29: *1 open() "${at}" failed (2: No such file or directory), client: ${request.from}, server: localhost, request: "${request.method} ${request.path} HTTP/1.1", host: "${request.host}"\n`,
    );
    return page(404, "Not Found");
  }
  const directory = found.value.kind === "dir";
  let file = host.fs.read(directory ? `${at}/index.html` : at);
  if (directory && !file.ok) file = host.fs.read(`${at}/index.htm`);
  if (!file.ok)
    return directory ? page(403, "Forbidden") : page(file.errno === "EACCES" ? 403 : 404, "Forbidden");
  const type = /\.css$/.test(at)
    ? "text/css"
    : /\.js$/.test(at)
      ? "application/javascript"
      : /\.json$/.test(at)
        ? "application/json"
        : /\.txt$/.test(at)
          ? "text/plain"
          : "text/html";
  return {
    status: 200,
    headers: { Server: `nginx/${VERSION}`, "Content-Type": type, "Content-Length": String(file.value.size) },
    body: request.method === "HEAD" ? "" : file.value.content,
  };
}

const stamp = (host: ProgramHost): string => strftime("%Y/%m/%d %H:%M:%S", host.wallClock());

function control(host: ProgramHost, word: string): void {
  const pid = host.fs.read(PID_FILE);
  const target = pid.ok ? Number(pid.value.content) : Number.NaN;
  const signal = ({ quit: "QUIT", stop: "TERM", reload: "HUP", reopen: "USR1" } as const)[word];
  if (!signal) {
    host.write(2, `nginx: invalid option: "-s ${word}"\n`);
    host.exit(1);
  } else if (Number.isNaN(target) || !host.kill(target, signal)) {
    host.write(2, `nginx: [error] open() "${PID_FILE}" failed (2: No such file or directory)\n`);
    host.exit(1);
  } else {
    host.write(2, `${stamp(host)} [notice] ${host.proc.nspid}#${host.proc.nspid}: signal process started\n`);
    host.exit(0);
  }
}

const base = server({
  memory: 3 * 1024 * 1024,
  startupMs: 0,
  ends: { TERM: { code: 0 }, INT: { code: 0 }, QUIT: { code: 0, afterMs: 20 } },
  ports: (host) => {
    const config = parseConfig(configText(host));
    return typeof config === "string" ? [] : config.ports;
  },
  portTaken: (port) => `nginx: [emerg] bind() to 0.0.0.0:${port} failed (98: Address already in use)\n`,
  again: { tries: 5, everyMs: 500, givesUp: "nginx: [emerg] still could not bind()\n" },
  init: (host) => {
    const argv = host.proc.argv;
    const at = argv.indexOf("-s");
    if (at > 0) {
      control(host, argv[at + 1] ?? "");
      return null;
    }
    if (argv.includes("-v") || argv.includes("-V")) {
      host.write(2, `nginx version: nginx/${VERSION}\n`);
      host.exit(0);
      return null;
    }
    const config = parseConfig(configText(host));
    if (typeof config === "string") {
      host.write(
        2,
        `${stamp(host)} [emerg] 1#1: ${config} in /etc/nginx/conf.d/default.conf\nnginx: [emerg] ${config} in /etc/nginx/conf.d/default.conf\n`,
      );
      host.exit(1);
      return null;
    }
    if (argv.includes("-t") || argv.includes("-T")) {
      host.write(
        2,
        "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n",
      );
      if (argv.includes("-T"))
        host.write(1, `# configuration file /etc/nginx/nginx.conf:\n${configText(host)}\n`);
      host.exit(0);
      return null;
    }
    if (host.proc.uid !== 0 && config.ports.some((p) => p < 1024) && !host.fs.mayWrite("/var/cache/nginx")) {
      host.write(2, `nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)\n`);
      host.exit(1);
      return null;
    }
    const pid = host.fs.write(PID_FILE, `${host.proc.nspid}\n`);
    if (!pid.ok) {
      host.write(
        2,
        `nginx: [emerg] open() "${PID_FILE}" failed (${pid.errno === "EROFS" ? "30: Read-only file system" : "13: Permission denied"})\n`,
      );
      host.exit(1);
      return null;
    }
    return { config };
  },
  ready: (state, host) => {
    host.write(
      2,
      `${stamp(host)} [notice] ${host.proc.nspid}#${host.proc.nspid}: nginx/${VERSION}\n${stamp(host)} [notice] ${host.proc.nspid}#${host.proc.nspid}: start worker processes\n`,
    );
    host.rename([`nginx: master process ${host.proc.argv.join(" ")}`]);
    host.fork({ up: true, own: { worker: true } }, host.proc.fds);
    return state;
  },
  request: (state, request, host) => {
    const response = answer(state.config, request, host);
    host.write(
      1,
      `${request.from} - - [${strftime("%d/%b/%Y:%H:%M:%S +0000", host.wallClock())}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${response.body.length} "-" "${request.headers["User-Agent"] ?? "-"}"\n`,
    );
    return { answer: response };
  },
  onSignal: (state, signal, host) => {
    if (signal !== "HUP") return undefined;
    const config = parseConfig(configText(host));
    for (const p of host.procs()) if (p.ppid === host.proc.pid) host.kill(p.nspid, "KILL");
    host.fork({ up: true, own: { worker: true } }, host.proc.fds);
    host.write(
      2,
      `${stamp(host)} [notice] ${host.proc.nspid}#${host.proc.nspid}: signal 1 (SIGHUP) received, reconfiguring\n`,
    );
    return { ...state, config: typeof config === "string" ? state.config : config };
  },
  event: (state: State, event, host) => {
    if (state?.worker && event.type === "wake" && event.tag === "fork")
      host.rename(["nginx: worker process"]);
    return state;
  },
});

export const nginx = base;
