/** The console: sessions of a shell whose commands run in virtual time. All that is kept of them is rows of tables. */
import type { ApiResult } from "../api/contract.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Ms, SimEvent } from "../sim/types.ts";
import { hostOf, httpAnswer } from "./cluster-host.ts";
import { findCommand } from "./commands.ts";
import { type Chunk, type Effect, Listening, type Source, type StreamEvent, Suspended } from "./context.ts";
import { writeFile } from "./files.ts";
import type { ConsoleHost } from "./host.ts";
import { Collector, Pass, Stopped } from "./process.ts";
import { joined, type ProcessRow, trim } from "./rows.ts";
import { newSession, type Session } from "./sessions.ts";
import { Again } from "./shell/builtins.ts";
import { compileScript } from "./shell/compile.ts";
import { START, stepShell } from "./shell/interpret.ts";

export interface StartOptions {
  /** Node whose shell it is; absent: the user's own machine. */
  readonly node?: string;
  /** Terminal; what it keeps (directory, variables, namespace) is there for its next command. */
  readonly session?: string;
  readonly stdin?: string;
  /** Files put into the working directory first. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface ConsoleOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Null while it runs; 130 after an interrupt. */
  readonly exit: number | null;
  /** Both streams in the order they were written. */
  readonly chunks: readonly Chunk[];
}

export interface Console {
  /** Starts a command now; returns its id. */
  start(command: string, options?: StartOptions): string;
  output(id: string): ConsoleOutput;
  /** Ctrl-C: ends what runs in a session. */
  interrupt(session: string): void;
  /** Commands that run in a session, newest last. */
  running(session?: string): readonly string[];
  session(id: string): Session | undefined;
}

const COMPONENT = "console";
/** Operations without a wait in one instant: more is a loop without an end. */
const MAX_STEPS = 10_000;

const MAX_JOBS = 50; // Commands that may start in one instant: a shell that starts itself again and again ends.

/** The console of a cluster. */
export const createConsole = (cluster: Cluster): Console => createConsoleOn(hostOf(cluster));

function createConsoleOn(host: ConsoleHost): Console {
  const { sim } = host;
  const processes = sim.table<ProcessRow>("console/process");
  const sessions = sim.table<Session>("console/session");
  const counter = sim.cell<number>("console/count", 0);

  const sessionOf = (id: string): Session => sessions.get(id) ?? newSession(id, null);

  const stopListening = (row: ProcessRow): void => {
    for (const id of row.stream?.watches ?? []) host.api.unwatch(id);
    for (const timer of row.stream?.timers ?? []) sim.cancel({ to: COMPONENT, key: row.id }, timer);
  };

  const finish = (row: ProcessRow, exit: number): void => {
    stopListening(row);
    sim.cancelAll({ to: COMPONENT, key: row.id });
    processes.set(row.id, {
      ...row,
      exit,
      endedAt: sim.now,
      given: [],
      stream: null,
      live: [],
      done: trim([...row.done, ...row.live]),
    });
    sessions.update(row.session, (s) => ({ ...(s ?? sessionOf(row.session)), status: exit }));
  };

  const ask = (row: ProcessRow, effect: Effect): void => {
    const to = { to: COMPONENT, key: row.id };
    const reply = { ...to, event: { type: "answer", asked: row.asked } };
    switch (effect.type) {
      case "api":
        host.api.request(effect.request, reply, { from: "kubectl" });
        return;
      case "sleep":
        sim.send(to, reply.event, { delayMs: effect.ms });
        return;
      case "cri": {
        const node = host.node(effect.node);
        if (node) node.cri.call(effect.rpc, effect.request as never, reply);
        else
          sim.reply(reply, {
            result: { ok: false, error: { code: "Unavailable", desc: `no node ${effect.node}` } },
          });
        return;
      }
      case "http":
        if (host.http) host.http(effect.url, reply);
        else sim.reply(reply, { wrapped: true, result: { ok: false, text: "no route to host" } });
    }
  };

  const listen = (
    row: ProcessRow,
    sources: readonly Source[],
  ): { watches: readonly string[]; timers: readonly string[] } => {
    const to = { to: COMPONENT, key: row.id };
    const watches: string[] = [];
    const timers: string[] = [];
    for (const source of sources) {
      const event = { asked: row.asked, tag: source.tag };
      if (source.type === "watch")
        watches.push(host.api.watch(source.spec, { ...to, event: { type: "watch", ...event } }));
      else if (source.type === "exec") host.exec(source.query, { ...to, event: { type: "exec", ...event } });
      else {
        timers.push(`tick:${source.tag}`);
        sim.send(
          to,
          { type: "tick", every: source.once ? null : source.ms, ...event },
          { delayMs: source.ms, timer: `tick:${source.tag}` },
        );
      }
    }
    return { watches, timers };
  };

  /** Runs on until the process waits or ends. */
  const proceed = (first: ProcessRow): void => {
    let row = first;
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const { ops } = compileScript(row.command);
      if (row.shell.exited || row.shell.pc >= ops.length) {
        finish(row, row.shell.status);
        return;
      }
      const output = new Collector();
      const pass = new Pass({
        host,
        given: row.given,
        session: row.before,
        setSession: (session) => sessions.set(row.session, session),
        stdin: row.stdin,
      });
      pass.streaming = row.stream?.chunks ?? null;
      try {
        const background = (text: string): void => {
          const now = [...processes.values()].filter((p) => p.startedAt === sim.now);
          if (now.length < MAX_JOBS) start(text, { session: row.session });
          else output.err("bash: fork: retry: Resource temporarily unavailable\n");
        };
        const shell = stepShell(ops, row.shell, {
          pass,
          sink: output,
          input: { text: row.stdin },
          background,
          args: [],
          depth: 0,
          lookup: findCommand,
        });
        if (row.stream) stopListening(row);
        row = {
          ...row,
          shell,
          given: [],
          stream: null,
          deadline: null,
          asked: row.asked + 1,
          done: trim([...row.done, ...output.chunks]),
          live: [],
          before: sessionOf(row.session),
        };
        sim.cancel({ to: COMPONENT, key: row.id }, "deadline");
      } catch (ended) {
        const given = pass.given;
        const common = { ...row, given, live: output.chunks, deadline: pass.deadline };
        if (pass.deadline !== null && row.deadline === null) {
          sim.send(
            { to: COMPONENT, key: row.id },
            { type: "deadline" },
            { delayMs: pass.deadline - sim.now, timer: "deadline" },
          );
        }
        if (ended instanceof Suspended) {
          const waiting = { ...common, asked: row.asked + 1, stream: null };
          processes.set(row.id, waiting);
          ask(waiting, ended.effect);
          return;
        }
        if (ended instanceof Listening) {
          if (row.stream) {
            processes.set(row.id, { ...common, stream: row.stream });
            return;
          }
          const listening = {
            ...common,
            asked: row.asked + 1,
            stream: { state: ended.initial, chunks: [], watches: [], timers: [] },
          };
          processes.set(row.id, listening);
          const begun = {
            ...listening,
            stream: { ...listening.stream, ...listen(listening, ended.sources) },
          };
          processes.set(row.id, begun);
          if (!feed(begun, ended, { type: "start" })) return;
          row = processes.get(row.id) ?? begun;
          continue;
        }
        if (ended instanceof Again) {
          const again = {
            ...row,
            given: [],
            stream: null,
            asked: row.asked + 1,
            live: [],
            done: trim([...row.done, ...output.chunks]),
            before: sessionOf(row.session),
          };
          processes.set(row.id, again);
          sim.send(
            { to: COMPONENT, key: row.id },
            { type: "again", asked: again.asked },
            { delayMs: ended.ms },
          );
          return;
        }
        if (ended instanceof Stopped) {
          row = {
            ...row,
            shell: { ...row.shell, pc: row.shell.pc + 1, status: ended.why === "time" ? 124 : 141 },
            given: [],
            stream: null,
            done: trim([...row.done, ...output.chunks]),
            live: [],
          };
          continue;
        }
        throw ended;
      }
    }
    finish(
      { ...row, done: trim([...row.done, { fd: 2, text: "bash: the loop neither waits nor ends\n" }]) },
      1,
    );
  };

  /** Gives a stream an event; true when it ended, its value being among the answers now. */
  const feed = (row: ProcessRow, listening: Listening, event: StreamEvent): boolean => {
    if (!row.stream) return false;
    const io = new Collector();
    const step = listening.step(row.stream.state, event, io, sim.now);
    const chunks = trim([...row.stream.chunks, ...io.chunks]);
    if ("done" in step) {
      stopListening(row);
      processes.set(row.id, {
        ...row,
        given: [...row.given, { value: step.done, chunks }],
        stream: null,
        asked: row.asked + 1,
      });
      return true;
    }
    const next = { ...row, stream: { ...row.stream, state: step.state, chunks } };
    processes.set(row.id, next);
    // What was written is shown where the command stands; a filter behind it may have had enough.
    if (io.chunks.length > 0) proceed(next);
    return false;
  };

  /** The step function of the stream that a process is in: found by running it up to there. */
  const listeningOf = (row: ProcessRow): Listening | null => {
    const pass = new Pass({
      host,
      given: row.given,
      session: row.before,
      setSession: () => {},
      stdin: row.stdin,
    });
    try {
      stepShell(compileScript(row.command).ops, row.shell, {
        pass,
        sink: new Collector(),
        input: { text: row.stdin },
        background: () => {},
        args: [],
        depth: 0,
        lookup: findCommand,
      });
    } catch (ended) {
      if (ended instanceof Listening) return ended;
      if (!(ended instanceof Suspended) && !(ended instanceof Stopped) && !(ended instanceof Again))
        throw ended;
    }
    return null;
  };

  const start = (command: string, options: StartOptions = {}): string => {
    const n = counter.get() + 1;
    counter.set(n);
    const id = `p${n}`;
    const session = options.session ?? (options.node !== undefined ? `node:${options.node}` : "main");
    if (!sessions.has(session)) sessions.set(session, newSession(session, options.node ?? null));
    const before = sessionOf(session);
    for (const [name, text] of Object.entries(options.files ?? {})) writeFile(host, before, name, text);
    const row: ProcessRow = {
      id,
      session,
      command,
      startedAt: sim.now,
      endedAt: null,
      cause: sim.cause,
      stdin: options.stdin ?? "",
      shell: START,
      before,
      given: [],
      asked: 0,
      stream: null,
      deadline: null,
      done: [],
      live: [],
      exit: null,
    };
    processes.set(id, row);
    const machine = before.node === null ? undefined : host.node(before.node);
    const { error } = compileScript(command);
    if (error) finish({ ...row, done: [{ fd: 2, text: `bash: syntax error: ${error.message}\n` }] }, 2);
    else if (machine?.off()) {
      const text = `ssh: connect to host ${machine.internalIp} port 22: No route to host\n`;
      finish({ ...row, done: [{ fd: 2, text }] }, 255);
    } else proceed(row);
    return id;
  };

  const onEvent = (event: SimEvent, key: string): void => {
    const row = processes.get(key);
    if (!row || row.exit !== null) return;
    if (event.type === "deadline") {
      stopListening(row);
      proceed({
        ...row,
        given: [...row.given, { value: null, chunks: row.stream?.chunks ?? [], stop: "time" }],
        stream: null,
      });
      return;
    }
    if (event["asked"] !== row.asked) return;
    if (event.type === "again") {
      proceed(row);
      return;
    }
    if (event.type === "answer") {
      if (row.stream) return;
      const value = event["wrapped"]
        ? httpAnswer(event["result"])
        : (event["result"] as ApiResult | undefined);
      proceed({ ...row, given: [...row.given, { value: value ?? null }] });
      return;
    }
    if (!row.stream) return;
    if (event.type === "tick" && event["every"] !== null)
      sim.send({ to: COMPONENT, key }, event, {
        delayMs: event["every"] as Ms,
        timer: `tick:${event["tag"]}`,
      });
    const listening = listeningOf(row);
    if (!listening) return;
    const { asked: _asked, every: _every, ...rest } = event;
    if (feed(row, listening, rest as unknown as StreamEvent)) proceed(processes.get(key) ?? row);
  };
  sim.component(COMPONENT, onEvent);

  return {
    start,
    output(id) {
      const row = processes.get(id);
      const chunks = row ? joined([...row.done, ...row.live]) : [];
      const text = (fd: 1 | 2): string =>
        chunks
          .filter((c) => c.fd === fd)
          .map((c) => c.text)
          .join("");
      return { stdout: text(1), stderr: text(2), exit: row?.exit ?? null, chunks };
    },
    interrupt(session) {
      for (const row of [...processes.values()])
        if (row.session === session && row.exit === null) finish(row, 130);
    },
    running: (session) =>
      [...processes.values()]
        .filter((r) => r.exit === null && (session === undefined || r.session === session))
        .map((r) => r.id),
    session: (id) => sessions.get(id),
  };
}
