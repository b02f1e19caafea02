/** Well-known servers and load makers, as far as examples look at them. */
import type { Program, ProgramHost } from "../os/contract.ts";
import { strftime } from "../tools/basics.ts";
import { options } from "../tools/contract.ts";
import { sizeText } from "../tools/files.ts";
import { parseUrl } from "../tools/net.ts";
import { sleepTime } from "../tools/waiting.ts";
import { flag, GO_ENDS, html, query, type State, server, text } from "./server.ts";

const Mi = 1024 * 1024;

const pause: Program = {
  memory: 250 * 1024,
  start: (host) => {
    host.handle({ TERM: "handle", INT: "handle" });
    return null;
  },
  step: (state, event, host) => {
    if (event.type === "signal") host.exit(0);
    return state;
  },
};

/** Runs until SIGTERM and opens no port. */
const sleeper: Program = { ...pause, memory: 4 * Mi };

const redisServer = server({
  memory: 8 * Mi,
  startupMs: 10,
  ends: { TERM: { code: 0 }, INT: { code: 0 } },
  ports: (host) => [
    Number(flag(host.proc.argv, "port", /^\s*port\s+(\d+)/m.exec(config(host))?.[1] ?? "6379")),
  ],
  portTaken: (port) =>
    `# Warning: Could not create server TCP listening socket *:${port}: bind: Address already in use\n`,
  init: (host) => {
    host.write(
      1,
      `${host.proc.nspid}:C ${strftime("%d %b %Y %H:%M:%S", host.wallClock())}.000 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n${host.proc.nspid}:M ${strftime("%d %b %Y %H:%M:%S", host.wallClock())}.000 * Ready to accept connections tcp\n`,
    );
    host.fs.write("/run/redis.conf", config(host));
    return {};
  },
});

function config(host: ProgramHost): string {
  const path = host.proc.argv.slice(1).find((a) => a.endsWith(".conf"));
  const found = path ? host.fs.read(host.path(path)) : undefined;
  return found?.ok ? found.value.content : "";
}

/** `redis-cli`: PING, SET, GET, CONFIG GET; keys are files of the container. */
const redisCli: Program = {
  start: (host) => {
    const args = host.proc.argv.slice(1);
    while (args[0]?.startsWith("-")) args.splice(0, /^-[hpan]$/.test(args[0]) ? 2 : 1);
    host.tcp("127.0.0.1", 6379, 1000, "c");
    return { args };
  },
  step: (state: State, event, host) => {
    if (event.type !== "net") return state;
    if (event.result.kind === "tcp" && !event.result.ok) {
      host.write(2, "Could not connect to Redis at 127.0.0.1:6379: Connection refused\n");
      host.exit(1);
      return state;
    }
    const [command = "PING", ...args] = state.args as string[];
    const key = `/data/.keys/${(args[0] ?? "").replace(/\//g, "_")}`;
    switch (command.toUpperCase()) {
      case "PING":
        host.write(1, "PONG\n");
        break;
      case "SET":
        host.fs.mkdir("/data/.keys");
        host.fs.write(key, args[1] ?? "");
        host.write(1, "OK\n");
        break;
      case "GET": {
        const found = host.fs.read(key);
        host.write(1, `${found.ok ? found.value.content : ""}\n`);
        break;
      }
      case "CONFIG": {
        const conf = host.fs.read("/run/redis.conf");
        const name = args[1] ?? "";
        const value = new RegExp(`^\\s*${name}\\s+(\\S+)`, "m").exec(conf.ok ? conf.value.content : "")?.[1];
        const m = /^(\d+)(kb|mb|gb)?$/i.exec(value ?? "");
        const plain = m
          ? String(Number(m[1]) * ({ kb: 1024, mb: Mi, gb: 1024 * Mi }[(m[2] ?? "").toLowerCase()] ?? 1))
          : value;
        host.write(
          1,
          `${name}\n${plain ?? (name === "maxmemory" ? "0" : name === "maxmemory-policy" ? "noeviction" : "")}\n`,
        );
        break;
      }
      default:
        host.write(1, "OK\n");
    }
    host.exit(0);
    return state;
  },
};

const etcd = server({
  memory: 30 * Mi,
  cpuMilli: 10,
  startupMs: 500,
  ends: { TERM: { code: 0 }, INT: { code: 0 } },
  ports: (host) => [
    ...new Set(
      [
        ...flag(host.proc.argv, "listen-client-urls", "http://localhost:2379").split(","),
        ...flag(host.proc.argv, "listen-metrics-urls").split(","),
      ].flatMap((u) => (u ? (parseUrl(u)?.port ?? []) : [])),
    ),
  ],
  request: (_s, request) => {
    if (request.kind === "grpc") return { answer: { grpc: "SERVING" } };
    const { path } = query(request.path);
    if (path === "/health" || path === "/livez" || path === "/readyz")
      return { answer: text(200, path === "/health" ? '{"health":"true","reason":""}' : "ok\n") };
    if (path === "/version") return { answer: text(200, '{"etcdserver":"3.5.21","etcdcluster":"3.5.0"}') };
    return { answer: text(404, "404 page not found\n") };
  },
});

/** Opens its port after a start-up and says little else. */
const plain = (
  port: number,
  startupMs: number,
  memory: number,
  ends: Parameters<typeof server>[0]["ends"],
  banner = "",
): Program =>
  server({
    memory,
    startupMs,
    ports: [port],
    ...(ends ? { ends } : {}),
    ready: (state, host) => {
      if (banner) host.write(1, `${banner}\n`);
      return state;
    },
  });

const httpd = server({
  memory: 6 * Mi,
  startupMs: 20,
  ends: { TERM: { code: 0 }, WINCH: { code: 0 }, INT: { code: 0 } },
  ports: [80],
  request: (_s, request, host) => {
    const path = query(request.path).path;
    const file = host.fs.read(`/usr/local/apache2/htdocs${path === "/" ? "/index.html" : path}`);
    const answer = file.ok
      ? html(200, file.value.content)
      : html(
          404,
          '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n',
        );
    host.write(
      1,
      `${request.from} - - [${strftime("%d/%b/%Y:%H:%M:%S +0000", host.wallClock())}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} ${answer.body.length}\n`,
    );
    return { answer };
  },
});

const httpEcho = server({
  memory: 6 * Mi,
  startupMs: 20,
  ends: { TERM: { code: 0 }, INT: { code: 0 } },
  ports: (host) => [Number(flag(host.proc.argv, "listen", ":5678").split(":").pop())],
  init: (host) => {
    if (host.proc.argv.length < 2 && !host.proc.env.ECHO_TEXT) {
      host.write(2, "Missing -text option!\n");
      host.exit(127);
      return null;
    }
    host.write(
      2,
      `${strftime("%Y/%m/%d %H:%M:%S", host.wallClock())} [INFO] server is listening on ${flag(host.proc.argv, "listen", ":5678")}\n`,
    );
    return {};
  },
  request: (_s, _r, host) => ({
    answer: text(200, `${flag(host.proc.argv, "text", host.proc.env.ECHO_TEXT ?? "")}\n`),
  }),
});

const goproxy = server({ memory: 8 * Mi, startupMs: 40, ends: GO_ENDS, ports: [8080] });

const hello = (say: (host: ProgramHost) => string, ends: Parameters<typeof server>[0]["ends"]): Program =>
  server({
    memory: 12 * Mi,
    startupMs: 60,
    ports: (host) => [Number(host.proc.env.PORT ?? "8080")],
    ...(ends ? { ends } : {}),
    request: (_s, _r, host) => ({ answer: text(200, say(host)) }),
  });

/** `python -m http.server [PORT]`; other scripts are taken to be servers of port 8000. */
const python = server({
  memory: 18 * Mi,
  startupMs: 150,
  ends: { INT: { code: 0 } },
  ports: (host) => {
    const at = host.proc.argv.indexOf("http.server");
    return [Number(/^\d+$/.test(host.proc.argv[at + 1] ?? "") && at > 0 ? host.proc.argv[at + 1] : "8000")];
  },
  init: (host) => {
    const { argv } = host.proc;
    const at = argv.indexOf("-c");
    if (at > 0) {
      const out = /^print\((['"])(.*)\1\)$/.exec(argv[at + 1] ?? "");
      if (out) host.write(1, `${out[2]}\n`);
      host.exit(0);
    } else if (argv.includes("--version") || argv.includes("-V")) {
      host.write(1, "Python 3.12.11\n");
      host.exit(0);
    } else if (argv.length < 2) host.exit(0);
    return {};
  },
  request: (_s, request, host) => {
    const path = query(request.path).path;
    const root = flag(host.proc.argv, "directory", flag(host.proc.argv, "d", host.proc.cwd));
    const at = `${root}${path}`;
    const found = host.fs.lookup(at);
    let answer = html(
      404,
      '<!DOCTYPE HTML>\n<html lang="en">\n<head><title>Error response</title></head>\n<body><h1>Error response</h1><p>Error code: 404</p><p>Message: File not found.</p></body>\n</html>\n',
    );
    if (found.ok && found.value.kind === "dir") {
      const names = host.fs.list(at);
      answer = html(
        200,
        `<!DOCTYPE HTML>\n<title>Directory listing for ${path}</title>\n<ul>\n${(names.ok ? names.value : []).map((n) => `<li><a href="${n}">${n}</a></li>\n`).join("")}</ul>\n`,
      );
    } else if (found.ok) {
      const file = host.fs.read(at);
      if (file.ok) answer = text(200, file.value.content);
    }
    host.write(
      2,
      `${request.from} - - [${strftime("%d/%b/%Y %H:%M:%S", host.wallClock())}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} -\n`,
    );
    return { answer };
  },
});

/** `stress` and `stress-ng`: memory after a moment, CPU by workers. */
const stress: Program = {
  memory: 1 * Mi,
  start: (host) => {
    const { flags } = options(host.proc.argv.slice(1), "ctimd", [
      "vm",
      "vm-bytes",
      "vm-hang",
      "cpu",
      "timeout",
      "io",
      "hdd",
      "vm-stride",
      "cpu-load",
    ]);
    const workers = Number(flags.vm ?? flags.m ?? 0);
    const each = sizeText(String(flags["vm-bytes"] ?? "256M").replace(/B$/, ""));
    const cpus = Number(flags.cpu ?? flags.c ?? 0);
    const load = Number(flags["cpu-load"] ?? 100);
    const time = sleepTime(String(flags.timeout ?? flags.t ?? "inf"));
    host.write(
      1,
      `stress: info: [${host.proc.nspid}] dispatching hogs: ${cpus} cpu, 0 io, ${workers} vm, 0 hdd\n`,
    );
    if (workers > 0) host.memory(Mi + workers * each, 400);
    host.cpu(cpus * 10 * load + (flags["vm-hang"] === undefined && workers > 0 ? workers * 1000 : 0));
    if (time !== null && Number.isFinite(time)) host.wake(time, "over");
    return null;
  },
  step: (state, event, host) => {
    if (event.type === "wake") {
      host.write(1, `stress: info: [${host.proc.nspid}] successful run completed\n`);
      host.exit(0);
    }
    return state;
  },
};

/** `vish/stress -cpus N -mem-total X -mem-alloc-size X -mem-alloc-sleep D`. */
const vishStress: Program = {
  memory: 3 * Mi,
  start: (host) => {
    const { argv } = host.proc;
    const cpus = Number(flag(argv, "cpus", "0"));
    const quantity = (t: string): number => sizeText(t.replace(/i$/, ""));
    const total = quantity(flag(argv, "mem-total", "0"));
    const step = quantity(flag(argv, "mem-alloc-size", "4Ki")) || 4096;
    const pauseMs = sleepTime(flag(argv, "mem-alloc-sleep", "1ms").replace("ms", "")) ?? 1000;
    host.write(
      2,
      `I0101 00:00:00.000000       1 main.go:26] Allocating "${flag(argv, "mem-total", "0")}" memory, in "${flag(argv, "mem-alloc-size", "4Ki")}" chunks, with a ${flag(argv, "mem-alloc-sleep", "1ms")} sleep between allocations\n`,
    );
    host.handle({ TERM: "handle", INT: "handle" });
    if (total > 0)
      host.memory(
        3 * Mi + total,
        Math.max(
          1,
          Math.round(
            (total / step) *
              (flag(argv, "mem-alloc-sleep").endsWith("ms") || flag(argv, "mem-alloc-sleep") === ""
                ? pauseMs / 1000
                : pauseMs),
          ),
        ),
      );
    host.cpu(cpus * 1000);
    return null;
  },
  step: (state, event, host) => {
    if (event.type === "signal") host.exit(2);
    return state;
  },
};

/** The HPA example: each request costs CPU for a while. */
const hpaExample = server({
  memory: 15 * Mi,
  startupMs: 50,
  ports: [80],
  ends: { TERM: { code: 0 }, WINCH: { code: 0 } },
  init: () => ({ until: 0 }),
  request: (state, _r, host) => {
    host.cpu(Math.min(1000, host.proc.cpuMilli + 200));
    host.wake(300, "cool");
    return { answer: text(200, "OK!"), delayMs: 80, state };
  },
  event: (state, event, host) => {
    if (event.type === "wake" && event.tag === "cool") {
      const left = Math.max(0, host.proc.cpuMilli - 300);
      host.cpu(left);
      if (left > 0) host.wake(300, "cool");
    }
    return state;
  },
});

/** `socat tcp-listen:PORT,fork tcp-connect:HOST:PORT`. */
const socat = server({
  memory: 3 * Mi,
  ends: { TERM: { code: 143 }, INT: { code: 130 } },
  ports: (host) =>
    host.proc.argv.flatMap((a) => /^tcp4?6?-l(?:isten)?:(\d+)/i.exec(a)?.[1] ?? []).map(Number),
  request: (_s, request, host) => {
    const target = host.proc.argv
      .map((a) => /^tcp(?:4|6)?(?:-connect)?:([^:]+):(\d+)/i.exec(a))
      .find((m) => m !== null);
    if (!target) return { answer: { closed: "eof" } };
    host.http(
      {
        host: target[1]!,
        port: Number(target[2]),
        path: request.path,
        method: request.method,
        headers: request.headers,
        body: request.body,
        scheme: "http",
        timeoutMs: 60_000,
      },
      request.id,
    );
    return undefined;
  },
  event: (state, event, host) => {
    if (event.type === "net" && event.result.kind === "http")
      host.respond(event.tag, event.result.ok ? event.result.response : { closed: "eof" });
    return state;
  },
});

/** perl of the Job example: digits of pi, after some seconds of work. */
const PI =
  "3.1415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679";
const perl: Program = {
  memory: 6 * Mi,
  start: (host) => {
    const m = /bpi\((\d+)\)/.exec(host.proc.argv.join(" "));
    if (!m) {
      host.exit(0);
      return null;
    }
    host.cpu(1000);
    host.wake(Math.min(60_000, Number(m[1]) * 2), "pi");
    return null;
  },
  step: (state, event, host) => {
    if (event.type === "wake") {
      host.write(1, PI);
      host.exit(0);
    }
    return state;
  },
};

export const apps: Readonly<Record<string, Program>> = {
  pause,
  sleeper,
  "redis-server": redisServer,
  "redis-cli": redisCli,
  etcd,
  httpd,
  "http-echo": httpEcho,
  goproxy,
  python,
  stress,
  "vish-stress": vishStress,
  "hpa-example": hpaExample,
  socat,
  perl,
  postgres: plain(
    5432,
    2000,
    40 * Mi,
    { INT: { code: 0, afterMs: 100 }, TERM: { code: 0, afterMs: 100 }, QUIT: { code: 2 } },
    "LOG:  database system is ready to accept connections",
  ),
  mysqld: plain(
    3306,
    5000,
    380 * Mi,
    { TERM: { code: 0, afterMs: 800 } },
    "[System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.5'  port: 3306",
  ),
  mongod: plain(
    27017,
    2000,
    120 * Mi,
    { TERM: { code: 0, afterMs: 200 }, INT: { code: 0 } },
    '{"s":"I","c":"NETWORK","msg":"Waiting for connections","attr":{"port":27017}}',
  ),
  memcached: plain(11211, 20, 3 * Mi, { TERM: { code: 0 }, INT: { code: 0 } }),
  rabbitmq: plain(5672, 6000, 130 * Mi, { TERM: { code: 0, afterMs: 1000 } }, "Server startup complete"),
  "node-hello": hello(() => "Hello Kubernetes!", undefined),
  "hello-app": hello(
    (host) =>
      `Hello, world!\nVersion: ${host.imageName.endsWith("2.0") ? "2.0.0" : "1.0.0"}\nHostname: ${host.hostname}\n`,
    GO_ENDS,
  ),
  coredns: server({
    memory: 20 * Mi,
    startupMs: 100,
    ends: { TERM: { code: 0, afterMs: 50 } },
    ports: [53, 8080, 8181, 9153],
    request: () => ({ answer: text(200, "OK") }),
  }),
};
