/** Well-known servers and load makers, as far as examples look at them. */
import type { Program } from "../os/contract.ts";
import { etcd, plain, redisCli, redisServer } from "./databases.ts";
import { GO_ENDS, server, text } from "./server.ts";
import { stress, vishStress } from "./stress.ts";
import { Mi } from "./values.ts";
import { goproxy, hello, hpaExample, httpd, httpEcho, python, socat } from "./web.ts";

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
