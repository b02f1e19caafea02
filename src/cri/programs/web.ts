/** Small web servers and proxies. */
import type { Program, ProgramHost } from "../os/contract.ts";
import { strftime } from "../tools/time.ts";
import { flag, GO_ENDS, html, query, server, text } from "./server.ts";
import { Mi } from "./values.ts";

export const httpd = server({
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

export const httpEcho = server({
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

export const goproxy = server({ memory: 8 * Mi, startupMs: 40, ends: GO_ENDS, ports: [8080] });

export const hello = (
  say: (host: ProgramHost) => string,
  ends: Parameters<typeof server>[0]["ends"],
): Program =>
  server({
    memory: 12 * Mi,
    startupMs: 60,
    ports: (host) => [Number(host.proc.env.PORT ?? "8080")],
    ...(ends ? { ends } : {}),
    request: (_s, _r, host) => ({ answer: text(200, say(host)) }),
  });

/** `python -m http.server [PORT]`; other scripts are taken to be servers of port 8000. */
export const python = server({
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

/** The HPA example: each request costs CPU for a while. */
export const hpaExample = server({
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
export const socat = server({
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
