/** Carrying out inputs: whatever a user, a timeline or a link asks of the world. */
import * as v from "valibot";
import { kindInfo } from "../api/server/kinds.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Console } from "../console/console.ts";
import type { Input, Simulation } from "../sim/index.ts";
import { parseObjectName } from "./checks.ts";
import type { Faults } from "./faults.ts";
import { type Fault, type FaultClear, faultSchema } from "./format.ts";
import { kindByName } from "./kinds.ts";

export interface InputContext {
  readonly sim: Simulation;
  readonly cluster: Cluster;
  readonly console: Console;
  readonly faults: Faults;
}

/** One argument as a shell reads it. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;

/**
 * A fault as files write it (`for: 20s`), or as a file's timeline hands it on (durations in ms already). Undefined
 * when it is none.
 */
function readFault(given: unknown): Fault | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const written = Object.entries(given).map(([field, value]) => [
    field,
    typeof value === "number" && DURATIONS.has(field) ? `${value}ms` : value,
  ]);
  const read = v.safeParse(faultSchema, Object.fromEntries(written));
  return read.success ? read.output : undefined;
}

/** Fields of a fault that are durations. */
const DURATIONS: ReadonlySet<string> = new Set(["for", "latency"]);

/**
 * Does what an input says; it takes effect in this instant or begins now. Inputs come from files and links: what does
 * not fit is left out, and says so in the trace.
 */
export function carryOut({ sim, cluster, console, faults }: InputContext, input: Input): void {
  const node = (): string => String(input["node"] ?? cluster.nodeNames[0] ?? "");
  switch (input.type) {
    case "apply":
      cluster.applier.apply(String(input["manifest"] ?? ""));
      return;
    case "run":
      console.start(String(input["command"] ?? ""), {
        ...(input["on"] !== undefined ? { node: String(input["on"]) } : {}),
        ...(input["session"] !== undefined ? { session: String(input["session"]) } : {}),
        ...(input["stdin"] !== undefined ? { stdin: String(input["stdin"]) } : {}),
      });
      return;
    case "interrupt":
      console.interrupt(String(input["session"] ?? ""));
      return;
    case "exec": {
      const container = input["container"] ? ` -c ${quoted(String(input["container"]))}` : "";
      const namespace = input["namespace"] ? ` -n ${quoted(String(input["namespace"]))}` : "";
      const command = (input["command"] as readonly string[]).map((part) => quoted(String(part))).join(" ");
      console.start(`kubectl exec ${quoted(String(input["pod"]))}${namespace}${container} -- ${command}`);
      return;
    }
    case "fault": {
      const fault = readFault(input["fault"]);
      if (fault) faults.set(fault, sim.cause);
      else
        sim.record({
          from: "user",
          to: "cluster",
          type: "input.ignored",
          object: "",
          data: { type: input.type },
        });
      return;
    }
    case "clear":
      faults.clear((input["clear"] ?? {}) as FaultClear);
      return;
    case "write":
      cluster.node(node())?.machine.fs.write(String(input["path"]), String(input["content"]));
      return;
    case "image": {
      // A registry that did not have it has it now; it runs until SIGTERM and opens no port.
      const name = String(input["image"] ?? "");
      if (name !== "") cluster.registry.add({ name });
      return;
    }
    case "remove":
      cluster.node(node())?.machine.fs.remove(String(input["path"]));
      return;
    case "patch": {
      const { kind, namespace, name } = parseObjectName(String(input["object"]));
      const found = kindByName(kind);
      if (!found) return;
      cluster.user.request(
        {
          verb: "patch",
          kind: found,
          name,
          ...(kindInfo(found)?.namespaced ? { namespace } : {}),
          ...(input["subresource"] !== undefined ? { subresource: String(input["subresource"]) } : {}),
          patchType: input["strategic"] !== undefined ? "strategic" : "merge",
          body: input["strategic"] ?? input["merge"],
        },
        null,
        { from: "kubectl" },
      );
      return;
    }
    case "delete": {
      const { kind, namespace, name } = parseObjectName(String(input["object"]));
      const found = kindByName(kind);
      if (!found) return;
      const grace = input["gracePeriodSeconds"];
      const options = typeof grace === "number" ? { options: { gracePeriodSeconds: grace } } : {};
      cluster.user.request(
        {
          verb: "delete",
          kind: found,
          name,
          ...(kindInfo(found)?.namespaced ? { namespace } : {}),
          ...options,
        },
        null,
        { from: "kubectl" },
      );
      return;
    }
    default:
      sim.record({
        from: "user",
        to: "cluster",
        type: "input.ignored",
        object: "",
        data: { type: input.type },
      });
  }
}
