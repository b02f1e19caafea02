/** Every program by the name that its executable files carry. */
import type { Program } from "../os/contract.ts";
import { shell } from "../shell/program.ts";
import { multicall } from "../tools/multicall.ts";
import { agnhost } from "./agnhost.ts";
import { apps } from "./apps.ts";
import { declared } from "./declared.ts";
import { nginx } from "./nginx.ts";

const programs: Readonly<Record<string, Program>> = {
  sh: shell,
  busybox: multicall,
  nginx,
  agnhost,
  declared,
  ...apps,
};

export function programByName(name: string): Program {
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (!program) throw new Error(`no program ${name}`);
  return program;
}

export const PROGRAMS: readonly string[] = Object.keys(programs);
