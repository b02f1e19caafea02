/** busybox httpd: files of a directory over HTTP; a daemon unless `-f`. */
import type { Program } from "../os/contract.ts";
import { html, query, server, text } from "../programs/server.ts";
import { options, type State } from "./contract.ts";

const asked = (argv: readonly string[]): ReturnType<typeof options> => options(argv.slice(1), "pchuremdM");

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  htm: "text/html",
  txt: "text/plain",
  css: "text/css",
  json: "application/json",
};

const page = (status: number, title: string, body: string) =>
  html(
    status,
    `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${body}\n</BODY></HTML>\n`,
  );

const serving = server({
  memory: 500 * 1024,
  ports: (host) => {
    const { flags } = asked(host.proc.argv);
    return [
      Number(
        String(flags.p ?? "80")
          .split(":")
          .pop(),
      ),
    ];
  },
  portTaken: () => "httpd: bind: Address already in use\n",
  request: (_state, request, host) => {
    const { flags } = asked(host.proc.argv);
    const root = host.path(typeof flags.h === "string" ? flags.h : ".").replace(/\/$/, "");
    const path = query(request.path).path;
    const at = `${root}${path.endsWith("/") ? `${path}index.html` : path}`;
    const found = host.fs.lookup(at);
    if (found.ok && found.value.kind === "dir")
      return { answer: text(302, "", { Location: `${path}/`, "Content-Type": "text/html" }) };
    const file = found.ok ? host.fs.read(at) : undefined;
    if (!file?.ok) return { answer: page(404, "Not Found", "The requested URL was not found") };
    const type = TYPES[at.split(".").pop() ?? ""] ?? "application/octet-stream";
    return { answer: text(200, file.value.content, { "Content-Type": type }) };
  },
});

/** In the background it is a process of its own; the one that was called ends. */
export const httpd: Program = {
  ...serving,
  start: (host) => {
    const { flags } = asked(host.proc.argv);
    if (flags.f || flags.i) return serving.start(host);
    host.spawn({
      argv: [host.proc.argv[0] ?? "httpd", "-f", ...host.proc.argv.slice(1)],
      env: host.proc.env,
      fds: host.proc.fds,
    });
    host.exit(0);
    return null;
  },
  step: (state: State, event, host) => serving.step(state, event, host),
};
