/** Command line flags as kubectl reads them (spf13/pflag), with its errors. */
import { durationMs, parseDuration } from "../../api/duration.ts";

type FlagType = "string" | "bool" | "int" | "duration" | "list";

export interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: FlagType;
  /** Value when the flag stands alone (`--dry-run`). */
  readonly alone?: string;
}

/** Flags from one line: `name`, `name=type`, `name|s=type`, `name=string?alone`. Without a type: bool. */
export function flags(spec: string): Flag[] {
  return spec
    .split(/\s+/)
    .filter((s) => s !== "")
    .map((s) => {
      const match = /^([\w-]+)(?:\|(\w))?(?:=(\w+))?(?:\?(.*))?$/.exec(s);
      if (!match) throw new Error(`bad flag ${s}`);
      const [, name = "", short, type = "bool", alone] = match;
      return {
        name,
        type: type as FlagType,
        ...(short ? { short } : {}),
        ...(alone !== undefined ? { alone } : {}),
      };
    });
}

/** Flags of every command. */
const GLOBAL = flags(
  "namespace|n=string kubeconfig=string context=string cluster=string user=string server|s=string token=string as=string as-group=list as-uid=string request-timeout=string v|v=int help|h cache-dir=string insecure-skip-tls-verify match-server-version warnings-as-errors tls-server-name=string certificate-authority=string client-certificate=string client-key=string username=string password=string profile=string vmodule=string log-flush-frequency=duration disable-compression",
);

/** What is wrong with a command line; printed as `error: …` with where help is. */
export class FlagError extends Error {}

export class Flags {
  readonly args: readonly string[];
  /** How many arguments stand before `--`; -1: there is none. */
  readonly dashAt: number;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>, args: readonly string[], dashAt: number) {
    this.#values = values;
    this.args = args;
    this.dashAt = dashAt;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }
  string(name: string, otherwise = ""): string {
    return this.#values.get(name)?.at(-1) ?? otherwise;
  }
  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
  bool(name: string, otherwise = false): boolean {
    const text = this.#values.get(name)?.at(-1);
    return text === undefined ? otherwise : /^(1|t|true)$/i.test(text);
  }
  int(name: string, otherwise: number): number {
    const text = this.#values.get(name)?.at(-1);
    return text === undefined ? otherwise : Number(text);
  }
  /** Milliseconds. */
  ms(name: string, otherwise: number): number {
    const text = this.#values.get(name)?.at(-1);
    return text === undefined ? otherwise : (durationMs(text) ?? (text === "0" ? 0 : otherwise));
  }
}

function check(flag: Flag, value: string, short: boolean): void {
  const shown =
    flag.short && flag.name !== "v"
      ? `-${flag.short}, --${flag.name}`
      : flag.name === "v"
        ? "-v, --v"
        : `--${flag.name}`;
  const bad = (why: string): never => {
    throw new FlagError(`invalid argument "${value}" for "${shown}" flag: ${why}`);
  };
  void short;
  if (flag.type === "int" && !/^[+-]?\d+$/.test(value))
    bad(`strconv.ParseInt: parsing "${value}": invalid syntax`);
  if (flag.type === "bool" && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) {
    bad(`strconv.ParseBool: parsing "${value}": invalid syntax`);
  }
  if (flag.type === "duration") {
    const parsed = parseDuration(value);
    if (!parsed.ok) bad((parsed as { error?: string }).error ?? `time: invalid duration "${value}"`);
  }
}

/** Reads the arguments of a command that has these flags beside the global ones. */
export function parseFlags(own: readonly Flag[], args: readonly string[]): Flags {
  const known = [...own, ...GLOBAL.filter((g) => !own.some((o) => o.name === g.name))].map((f) =>
    // A command's own shorthand takes the letter from the global flag.
    f.short && own.some((o) => o.short === f.short && o.name !== f.name) ? { name: f.name, type: f.type } : f,
  ) as Flag[];
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  let dashAt = -1;
  const set = (flag: Flag, value: string, short: boolean): void => {
    check(flag, value, short);
    values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      dashAt = rest.length;
      rest.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const at = arg.indexOf("=");
      const name = at < 0 ? arg.slice(2) : arg.slice(2, at);
      const flag = known.find((f) => f.name === name);
      if (!flag) throw new FlagError(`unknown flag: --${name}`);
      if (at >= 0) set(flag, arg.slice(at + 1), false);
      else if (flag.alone !== undefined) set(flag, flag.alone, false);
      else if (flag.type === "bool") set(flag, "true", false);
      else {
        const value = args[++i];
        if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
        set(flag, value, false);
      }
    } else if (arg.startsWith("-") && arg.length > 1) {
      for (let k = 1; k < arg.length; k++) {
        const letter = arg[k] as string;
        const flag = known.find((f) => f.short === letter);
        if (!flag) throw new FlagError(`unknown shorthand flag: '${letter}' in ${arg}`);
        const after = arg.slice(k + 1);
        if (after.startsWith("=")) {
          set(flag, after.slice(1), true);
          break;
        }
        if (flag.alone !== undefined) set(flag, flag.alone, true);
        else if (flag.type === "bool") set(flag, "true", true);
        else {
          const value = after !== "" ? after : args[++i];
          if (value === undefined) throw new FlagError(`flag needs an argument: '${letter}' in ${arg}`);
          set(flag, value, true);
          break;
        }
      }
    } else rest.push(arg);
  }
  return new Flags(values, rest, dashAt);
}
