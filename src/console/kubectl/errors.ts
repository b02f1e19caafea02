/** How kubectl prints what went wrong (kubectl/pkg/cmd/util/helpers.go). */
import type { ApiStatusError } from "../../api/contract.ts";
import type { Output } from "../context.ts";
import { SERVER } from "../sessions.ts";

/** Ends a command: its text goes to standard error as it stands. */
export class Failure {
  readonly text: string;
  readonly exit: number;
  constructor(text: string, exit = 1) {
    this.text = text;
    this.exit = exit;
  }
}

/** `error: MESSAGE`. */
export function fail(message: string, exit = 1): never {
  throw new Failure(`error: ${message}\n`, exit);
}

/** `error: MESSAGE` and where help is; `path` as `kubectl get`. */
export function usage(message: string, path: string): never {
  throw new Failure(`error: ${message}\nSee '${path} -h' for help and examples\n`);
}

export const REFUSED = `The connection to the server ${SERVER} was refused - did you specify the right host or port?\n`;

/** Text of a connection that came to nothing. */
function transportText(message: string): string {
  if (/connection refused/.test(message)) return REFUSED;
  return `Unable to connect to the server: ${message.replace(/^\w+ "[^"]*": /, "")}\n`;
}

interface Cause {
  readonly field?: string;
  readonly message?: string;
}

/** One error alone: the form with the object's kind and its causes for what is invalid, else the server's message. */
export function errorText(error: ApiStatusError, prefix = ""): string {
  if (error.transport) return transportText(error.message);
  const details = error.details as { kind?: string; name?: string; causes?: readonly Cause[] } | undefined;
  if (error.reason === "Invalid" && details?.causes && prefix === "") {
    const seen = new Set<string>();
    const lines = details.causes
      .map((c) => (c.field && c.field !== "" ? `${c.field}: ${c.message ?? ""}` : (c.message ?? "")))
      .filter((l) => !seen.has(l) && seen.add(l));
    const kind = /^([\w.]+) "/.exec(error.message)?.[1]?.split(".")[0] ?? details.kind ?? "";
    const head = `The ${kind} "${details.name ?? ""}" is invalid: `;
    if (lines.length === 1) return `${head}${lines[0]}\n`;
    return `${head}\n${lines.map((l) => `* ${l}`).join("\n")}\n`;
  }
  if (error.reason === "Invalid" && !details && prefix === "")
    return `The request is invalid: ${error.message}\n`;
  return messageText(error, prefix);
}

/** The same where several are printed one after another. */
function messageText(error: ApiStatusError, prefix = ""): string {
  if (error.transport) return transportText(error.message);
  if (error.code === 401) return "error: You must be logged in to the server (Unauthorized)\n";
  const text = prefix === "" ? error.message : `${prefix}: ${error.message}`;
  return error.reason ? `Error from server (${error.reason}): ${text}\n` : `Error from server: ${text}\n`;
}

/** Errors of a command over several objects: one alone in its long form, more of them a line each. */
export class Errors {
  readonly list: { readonly error: ApiStatusError; readonly prefix: string; readonly alone: string }[] = [];
  readonly texts: string[] = [];

  /** @param alone prefix where it is the only error; invalid objects have none then */
  add(error: ApiStatusError, prefix = "", alone = prefix): void {
    this.list.push({ error, prefix, alone });
  }
  addText(text: string): void {
    this.texts.push(text);
  }

  /** Prints them; the exit code. */
  print(io: Output): number {
    if (this.list.length === 1 && this.texts.length === 0) {
      const [only] = this.list;
      if (only)
        io.err(only.error.reason === "Invalid" ? errorText(only.error) : errorText(only.error, only.alone));
    } else for (const e of this.list) io.err(messageText(e.error, e.prefix));
    if (this.texts.length === 1 && this.list.length === 0) io.err(`error: ${this.texts[0]}\n`);
    else for (const t of this.texts) io.err(`${t}\n`);
    return this.list.length + this.texts.length > 0 ? 1 : 0;
  }
}
