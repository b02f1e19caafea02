/** A probe's port as a number (pkg/probe/util.go: ResolveContainerPort). */
import type { Container } from "../../api/types.ts";
import { goQuote } from "./go-text.ts";

export function resolveContainerPort(
  port: number | string,
  container: Pick<Container, "ports">,
): { ok: true; port: number } | { ok: false; error: string } {
  let number: number;
  if (typeof port === "number") number = port;
  else {
    const named = container.ports?.find((p) => p.name === port);
    if (named) number = named.containerPort;
    else if (/^[+-]?\d+$/.test(port)) number = Number(port);
    else return { ok: false, error: `strconv.Atoi: parsing ${goQuote(port)}: invalid syntax` };
  }
  if (number > 0 && number < 65536) return { ok: true, port: number };
  return { ok: false, error: `invalid port number: ${number}` };
}
