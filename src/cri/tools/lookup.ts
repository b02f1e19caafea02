/** Names and reachability: nslookup, getent, ping. */
import type { Program, ProgramHost } from "../os/contract.ts";
import { options, type State } from "./contract.ts";

function nameserver(host: ProgramHost): string {
  const conf = host.fs.read("/etc/resolv.conf");
  return /nameserver\s+(\S+)/.exec(conf.ok ? conf.value.content : "")?.[1] ?? "127.0.0.1";
}

export const nslookup: Program = {
  start: (host) => {
    const name = host.proc.argv.slice(1).find((a) => !a.startsWith("-")) ?? "";
    host.resolve(name, "r");
    return { name };
  },
  step: (state: State, event, host) => {
    if (event.type !== "net" || event.result.kind !== "dns") return state;
    const server = nameserver(host);
    const { addresses, name } = event.result;
    const tool = host.proc.argv[0]!.split("/").pop();
    if (tool === "getent" || tool === "host" || tool === "dig") {
      for (const a of addresses)
        host.write(
          1,
          tool === "host" ? `${name} has address ${a}\n` : tool === "dig" ? `${a}\n` : `${a}       ${name}\n`,
        );
      host.exit(addresses.length > 0 ? 0 : tool === "getent" ? 2 : tool === "dig" ? 0 : 1);
      return state;
    }
    host.write(1, `Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
    if (addresses.length === 0) {
      host.write(1, `** server can't find ${state.name}: NXDOMAIN\n\n`);
      host.exit(1);
      return state;
    }
    for (const a of addresses) host.write(1, `Name:\t${name}\nAddress: ${a}\n\n`);
    host.exit(0);
    return state;
  },
};

export const getent: Program = {
  ...nslookup,
  start: (host) => {
    const name = host.proc.argv[host.proc.argv.length - 1] ?? "";
    host.resolve(name, "r");
    return { name };
  },
};

export const ping: Program = {
  start: (host) => {
    const { flags, rest } = options(host.proc.argv.slice(1), "cwWis");
    host.resolve(rest[0] ?? "", "r");
    return {
      name: rest[0] ?? "",
      left: typeof flags.c === "string" ? Number(flags.c) : Number.MAX_SAFE_INTEGER,
      n: 0,
      ip: "",
    };
  },
  step: (state: State, event, host) => {
    if (event.type === "net" && event.result.kind === "dns") {
      const ip = event.result.addresses[0];
      if (!ip) {
        host.write(2, `ping: bad address '${state.name}'\n`);
        host.exit(1);
        return state;
      }
      host.write(1, `PING ${state.name} (${ip}): 56 data bytes\n`);
      host.wake(1, "ping");
      return { ...state, ip };
    }
    if (event.type !== "wake") return state;
    host.write(1, `64 bytes from ${state.ip}: seq=${state.n} ttl=63 time=0.100 ms\n`);
    if (state.left <= 1) {
      host.write(
        1,
        `\n--- ${state.name} ping statistics ---\n${state.n + 1} packets transmitted, ${state.n + 1} packets received, 0% packet loss\n`,
      );
      host.exit(0);
    } else host.wake(1000, "ping");
    return { ...state, left: state.left - 1, n: state.n + 1 };
  },
};
