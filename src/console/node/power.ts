/** `poweroff`, `reboot` and `shutdown` on a node. */
import type { Context } from "../context.ts";
import { nodeOf } from "../files.ts";
import type { NodeConsole } from "../host.ts";
import type { ShellCommand } from "../shell/builtins.ts";

function on(ctx: Context, action: (node: NodeConsole) => void): number {
  const node = nodeOf(ctx.host, ctx.session);
  if (!node) {
    ctx.err("System has not been booted with systemd as init system (PID 1). Can't operate.\n");
    return 1;
  }
  ctx.once(() => {
    action(node);
    return null;
  });
  return 0;
}

export const poweroff: ShellCommand = (_, ctx) => on(ctx, (node) => node.power("poweroff"));
export const reboot: ShellCommand = (_, ctx) => on(ctx, (node) => node.power("reboot"));

/** At once, whatever time is asked for: this machine has nobody to warn. */
export const shutdown: ShellCommand = (args, ctx) =>
  on(ctx, (node) => node.power(args.includes("-c") ? "cancel" : args.includes("-r") ? "reboot" : "poweroff"));
