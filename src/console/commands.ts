/** Every command the console knows by itself; the shell's tools are found behind them. */

import { kubectl } from "./kubectl/index.ts";
import { builtins, type ShellCommand } from "./shell/builtins.ts";
import { runScript } from "./shell/interpret.ts";

const BUILTINS = builtins(findCommand, (script, ctx, pass) => runScript(script, ctx, pass, findCommand));

const COMMANDS: Readonly<Record<string, ShellCommand>> = {
  kubectl,
  k: kubectl,
};

export function findCommand(name: string): ShellCommand | undefined {
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name];
  return Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
}
