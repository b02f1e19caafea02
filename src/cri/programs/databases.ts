/** Databases and stores. */
import type { Program, ProgramHost } from "../os/contract.ts";
import { strftime } from "../tools/time.ts";
import { parseUrl } from "../tools/url.ts";
import { flag, query, type State, server, text } from "./server.ts";
import { Mi } from "./values.ts";

export const redisServer = server({
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
export const redisCli: Program = {
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

export const etcd = server({
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
export const plain = (
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
