/** The parts of sed that manifests and lessons use: s, d, p, q, i, a, c, y, addresses, -n, -i, -e, -r/-E. */
import type { Json } from "../../sim/types.ts";
import { done, type Filter, options, type State } from "./contract.ts";
import { regex } from "./regex.ts";

interface Command {
  readonly from?: string | number;
  readonly to?: string | number;
  readonly not: boolean;
  readonly name: string;
  readonly pattern?: string;
  readonly text?: string;
  readonly flags?: string;
}

function parse(script: string): Command[] | string {
  const out: Command[] = [];
  let at = 0;
  const address = (): string | number | undefined => {
    const m = /^(\d+|\$)/.exec(script.slice(at));
    if (m) {
      at += m[0].length;
      return m[0] === "$" ? "$" : Number(m[0]);
    }
    if (script[at] === "/") return `/${delimited("/")}`;
    return undefined;
  };
  const delimited = (d: string): string => {
    let text = "";
    for (at++; at < script.length && script[at] !== d; at++) {
      if (script[at] === "\\" && script[at + 1] === d) at++;
      else if (script[at] === "\\") text += script[at++];
      text += script[at];
    }
    return text;
  };
  while (at < script.length) {
    while (/[\s;]/.test(script[at] ?? "")) at++;
    if (at >= script.length) break;
    if (script[at] === "}") {
      at++;
      continue;
    }
    const from = address();
    if (from !== undefined && typeof from === "string" && from !== "$") at++;
    let to: string | number | undefined;
    if (script[at] === ",") {
      at++;
      to = address();
      if (typeof to === "string" && to !== "$") at++;
    }
    while (script[at] === " ") at++;
    const not = script[at] === "!";
    if (not) at++;
    const name = script[at++] ?? "";
    const base = { not, name, ...(from !== undefined ? { from } : {}), ...(to !== undefined ? { to } : {}) };
    if (name === "s" || name === "y") {
      const d = script[at]!;
      const pattern = delimited(d);
      const text = delimited(d);
      at++;
      const flags = /^[gpiI\d]*/.exec(script.slice(at))![0];
      at += flags.length;
      out.push({ ...base, pattern, text, flags });
    } else if (/[aic]/.test(name)) {
      const end = script.indexOf("\n", at) < 0 ? script.length : script.indexOf("\n", at);
      out.push({ ...base, text: script.slice(at, end).replace(/^\s*\\?\s*/, "") });
      at = end;
    } else if (/[dpqDnN=]/.test(name)) out.push(base);
    else return `unsupported command ${name}`;
  }
  return out;
}

function hits(
  c: Command,
  line: string,
  n: number,
  last: boolean,
  extended: boolean,
  open: boolean,
): { hit: boolean; open: boolean } {
  const one = (a: string | number): boolean =>
    typeof a === "number" ? n === a : a === "$" ? last : regex(a.slice(1), extended).test(line);
  if (c.from === undefined) return { hit: true, open: false };
  if (c.to === undefined) return { hit: one(c.from), open: false };
  if (open) return { hit: true, open: typeof c.to === "number" ? n < c.to : !one(c.to) };
  if (one(c.from)) return { hit: true, open: typeof c.to === "number" ? n < c.to : true };
  return { hit: false, open: false };
}

/** A line is worked on when the next one is known, so that `$` can be told. */
function work(state: State, line: string, last: boolean): { out: string; quit: boolean; ranges: boolean[] } {
  let space = line;
  let out = "";
  let after = "";
  let deleted = false;
  let quit = false;
  const ranges = [...state.ranges];
  for (const [i, c] of (state.commands as Command[]).entries()) {
    const found = hits(c, space, state.n, last, state.extended, ranges[i] ?? false);
    ranges[i] = found.open;
    if (found.hit === c.not) continue;
    if (c.name === "d") {
      deleted = true;
      break;
    }
    if (c.name === "p") out += `${space}\n`;
    else if (c.name === "=") out += `${state.n}\n`;
    else if (c.name === "q") {
      quit = true;
      break;
    } else if (c.name === "i") out += `${c.text}\n`;
    else if (c.name === "a") after += `${c.text}\n`;
    else if (c.name === "c") {
      out += `${c.text}\n`;
      deleted = true;
      break;
    } else if (c.name === "y")
      space = [...space]
        .map((ch) => (c.pattern!.includes(ch) ? (c.text![c.pattern!.indexOf(ch)] ?? ch) : ch))
        .join("");
    else if (c.name === "s") {
      const re = regex(
        c.pattern!,
        state.extended,
        `${c.flags!.includes("g") ? "g" : ""}${/i/i.test(c.flags!) ? "i" : ""}`,
      );
      const before = space;
      space = space.replace(re, (...m: string[]) =>
        c.text!.replace(/\\([0-9nt\\/&])|&/g, (w, k: string | undefined) =>
          k === undefined
            ? m[0]!
            : k === "n"
              ? "\n"
              : k === "t"
                ? "\t"
                : /\d/.test(k)
                  ? (m[Number(k)] ?? "")
                  : w[1]!,
        ),
      );
      if (space !== before && c.flags!.includes("p")) out += `${space}\n`;
    }
  }
  if (!deleted && !state.quiet) out += `${space}\n`;
  return { out: out + after, quit, ranges };
}

export const sed: Filter = {
  open: (args, io) => {
    const { flags, rest } = options(
      args.map((a) => (a === "-i" || /^-i\./.test(a) ? "--in-place" : a)),
      "ef",
    );
    const scripts: string[] = [];
    args.forEach((a, i) => {
      if (a === "-e") scripts.push(args[i + 1] ?? "");
    });
    const script = scripts.length > 0 ? scripts.join("\n") : (rest.shift() ?? "");
    const commands = parse(script);
    if (typeof commands === "string") {
      io.err(`sed: ${commands}\n`);
      return 1;
    }
    const state = {
      commands,
      quiet: flags.n === true || flags.quiet === true,
      extended: flags.r === true || flags.E === true,
      n: 0,
      ranges: [],
      held: null,
      inPlace: flags["in-place"] === true,
      text: "",
    };
    return { state: state as unknown as Json, files: rest.length > 0 ? rest : ["-"] };
  },
  file: (state: State) => (state.inPlace ? { ...state, n: 0, ranges: [], held: null, text: "" } : state),
  line: (state: State, line, eol, io) => {
    if (state.held === null) return { ...state, held: line };
    const next = step(state, false, io.out);
    void eol;
    return next.quit ? done(0) : { ...next.state, held: line };
  },
  fileEnd: (state: State, name, io) => {
    if (!state.inPlace) return state;
    const next = state.held === null ? { state } : step(state, true, io.out);
    io.host.fs.write(io.host.path(name), next.state.text);
    return { ...next.state, held: null };
  },
  end: (state: State, io) => {
    if (state.held !== null) step(state, true, io.out);
    return 0;
  },
};

function step(state: State, last: boolean, out: (text: string) => void): { state: State; quit: boolean } {
  const counted = { ...state, n: state.n + 1 };
  const w = work(counted, state.held, last);
  if (state.inPlace)
    return { state: { ...counted, ranges: w.ranges, text: state.text + w.out }, quit: false };
  out(w.out);
  return { state: { ...counted, ranges: w.ranges }, quit: w.quit };
}
