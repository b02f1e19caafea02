/** What a process may do beyond its files: the capabilities it runs with. */
import type { ToolIo } from "./contract.ts";

/** Bits of the capabilities that tools ask for (linux/capability.h). */
const BITS = {
  CHOWN: 0,
  NET_ADMIN: 12,
  SYS_MODULE: 16,
  SYS_CHROOT: 18,
  SYS_ADMIN: 21,
  SYS_TIME: 25,
  MKNOD: 27,
  SYSLOG: 34,
} as const;

/** Whether the process has a capability in effect; who sits at the node itself has them all. */
export function may({ host }: ToolIo, name: keyof typeof BITS): boolean {
  const status = host.fs.read("/proc/self/status");
  const effective = /CapEff:\s*([0-9a-f]+)/.exec(status.ok ? status.value.content : "")?.[1];
  if (effective === undefined) return true;
  return (BigInt(`0x${effective}`) & (1n << BigInt(BITS[name]))) !== 0n;
}
