/** Every command the console knows by itself; the shell's tools are found behind them. */

import { kubectl } from "./kubectl/index.ts";
import { crictl } from "./node/crictl.ts";
import { curl } from "./node/curl.ts";
import { journalctl } from "./node/journalctl.ts";
import { poweroff, reboot, shutdown } from "./node/power.ts";
import { df, free } from "./node/system.ts";
import { systemctl } from "./node/systemctl.ts";
import { builtins, type ShellCommand } from "./shell/builtins.ts";
import { runScript } from "./shell/interpret.ts";
import { jq } from "./shell/jq.ts";

const BUILTINS = builtins(findCommand, (script, ctx, pass) => runScript(script, ctx, pass, findCommand));

const COMMANDS: Readonly<Record<string, ShellCommand>> = {
  kubectl,
  k: kubectl,
  crictl,
  df,
  free,
  curl,
  journalctl,
  jq,
  poweroff,
  reboot,
  shutdown,
  systemctl,
};

export function findCommand(name: string): ShellCommand | undefined {
  if (Object.hasOwn(COMMANDS, name)) return COMMANDS[name];
  return Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
}
