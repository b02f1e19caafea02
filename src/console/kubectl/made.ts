/** What commands that change objects share: dry runs, validation, and how they tell what they did. */
import type { ApiObject } from "../../api/types.ts";
import type { Context } from "../context.ts";
import { fail } from "./errors.ts";
import type { Flags } from "./flags.ts";
import { type ObjectPrinter, printerFor } from "./output.ts";
import { apiVersionOf, objectRef, type Resource } from "./resources.ts";

export type DryRun = "none" | "client" | "server";

export function dryRunOf(f: Flags, ctx: Context): DryRun {
  if (!f.has("dry-run")) return "none";
  const value = f.string("dry-run");
  if (value === "none" || value === "client" || value === "server") {
    return value;
  }
  if (value === "unchanged" || value === "true") {
    ctx.err(
      klogLine(
        ctx,
        "W",
        "helpers.go:719",
        "--dry-run is deprecated and can be replaced with --dry-run=client.",
      ),
    );
    return "client";
  }
  return fail(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** A line of kubectl's own log: severity, day, time, process, place and text. */
export function klogLine(ctx: Context, severity: "W" | "E", place: string, text: string): string {
  const now = new Date(ctx.epochNow()).toISOString();
  const head = `${severity}${now.slice(5, 7)}${now.slice(8, 10)} ${now.slice(11, 19)}.${now.slice(20, 23)}000    4711`;
  return `${head} ${place}] ${text}\n`;
}

export const dryRunSuffix = (dryRun: DryRun): string =>
  ({ none: "", client: " (dry run)", server: " (server dry run)" })[dryRun];

export function validationOf(f: Flags): "Strict" | "Warn" | "Ignore" {
  switch (f.string("validate", "strict").toLowerCase()) {
    case "warn":
      return "Warn";
    case "ignore":
    case "false":
      return "Ignore";
    case "strict":
    case "true":
      return "Strict";
    default:
      return fail(
        `invalid - validate option "${f.string("validate")}"; must be one of: strict (or true), warn, ignore (or false)`,
      );
  }
}

export function printWarnings(ctx: Context, warnings: readonly string[] | undefined): void {
  for (const w of warnings ?? []) ctx.err(`Warning: ${w}\n`);
}

/** Tells of each object: `pod/web created`, or prints it in the format asked for. */
export class Made {
  readonly #ctx: Context;
  readonly #printer: ObjectPrinter | null;
  readonly #document: boolean;
  readonly #waiting: ApiObject[] = [];

  constructor(ctx: Context, format: string, showManaged = false) {
    this.#ctx = ctx;
    this.#printer = printerFor(format, { showManaged, made: true });
    this.#document = /^(json|yaml|kyaml)/.test(format);
  }

  add(object: ApiObject, resource: Resource, what: string): void {
    const whole = { apiVersion: apiVersionOf(resource), ...object, kind: resource.kind };
    if (!this.#printer) this.#ctx.out(`${objectRef(resource, object.metadata?.name ?? "")} ${what}\n`);
    else if (this.#document) this.#waiting.push(whole);
    else this.#ctx.out(this.#printer([whole], false));
  }

  /** Several documents are printed as one list. */
  flush(): void {
    if (this.#printer && this.#waiting.length > 0) this.#ctx.out(this.#printer(this.#waiting, false));
  }
}
