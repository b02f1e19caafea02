/** Probes and lifecycle handlers. */
import type { Container, LifecycleHandler, PodSpec, Probe } from "../types.ts";
import { isHTTPHeaderName, isValidPortName, isValidPortNum } from "./content.ts";
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from "./field-error.ts";
import { validateNonnegative } from "./metadata.ts";

type Handlers = Pick<Probe, "exec" | "httpGet" | "tcpSocket" | "grpc"> & Pick<LifecycleHandler, "sleep">;

export function validatePortNumOrName(port: unknown, path: string): FieldError[] {
  if (typeof port === "string") return invalidEach(path, port, isValidPortName(port));
  const number = typeof port === "number" ? port : 0;
  return invalidEach(path, number, isValidPortNum(number));
}

function validateHttpGet(action: NonNullable<Handlers["httpGet"]>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!action.path) errors.push(required(`${path}.path`));
  errors.push(...validatePortNumOrName(action.port, `${path}.port`));
  const scheme = action.scheme ?? "";
  if (scheme !== "HTTP" && scheme !== "HTTPS")
    errors.push(notSupported(`${path}.scheme`, scheme, ["HTTP", "HTTPS"]));
  for (const { name } of action.httpHeaders ?? [])
    errors.push(...invalidEach(`${path}.httpHeaders`, name, isHTTPHeaderName(name ?? "")));
  return errors;
}

function validateSleep(
  action: NonNullable<Handlers["sleep"]>,
  grace: number | undefined,
  path: string,
): FieldError[] {
  const seconds = action.seconds ?? 0;
  if (grace === undefined || (seconds >= 0 && seconds <= grace)) return [];
  return [
    invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`),
  ];
}

function validateHandler(handler: Handlers, grace: number | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  const one = (name: keyof Handlers, check: (at: string) => FieldError[]): void => {
    if (!handler[name]) return;
    if (found) errors.push(forbidden(`${path}.${name}`, "may not specify more than 1 handler type"));
    else errors.push(...check(`${path}.${name}`));
    found = true;
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  one("exec", (at) => ((exec?.command ?? []).length === 0 ? [required(`${at}.command`)] : []));
  one("httpGet", (at) => (httpGet ? validateHttpGet(httpGet, at) : []));
  one("tcpSocket", (at) => validatePortNumOrName(tcpSocket?.port, `${at}.port`));
  one("grpc", (at) => validatePortNumOrName(grpc?.port ?? 0, `${at}.port`));
  one("sleep", (at) => (sleep ? validateSleep(sleep, grace, at) : []));
  if (!found) errors.push(required(path, "must specify a handler type"));
  return errors;
}

function validateProbe(probe: Probe, grace: number | undefined, path: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc } = probe;
  const errors = validateHandler({ exec, httpGet, tcpSocket, grpc }, grace, path);
  for (const field of [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ] as const) {
    errors.push(...validateNonnegative(probe[field], `${path}.${field}`));
  }
  const own = probe.terminationGracePeriodSeconds;
  if (own !== undefined && own <= 0)
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, own, "must be greater than 0"));
  return errors;
}

/** The three probes of a container, each with what only it may have. */
export function validateProbes(container: Container, grace: number | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
    const probe = container[field];
    if (!probe) continue;
    const at = `${path}.${field}`;
    errors.push(...validateProbe(probe, grace, at));
    if (field === "readinessProbe") {
      const own = probe.terminationGracePeriodSeconds;
      if (own !== undefined)
        errors.push(
          invalid(`${at}.terminationGracePeriodSeconds`, own, "must not be set for readinessProbes"),
        );
    } else if (probe.successThreshold !== 1) {
      errors.push(invalid(`${at}.successThreshold`, probe.successThreshold ?? 0, "must be 1"));
    }
  }
  return errors;
}

const NAMED =
  "SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIGRTMIN SIGRTMAX".split(
    " ",
  );
const LINUX_SIGNALS = [
  ...NAMED,
  ...Array.from({ length: 15 }, (_, i) => `SIGRTMIN+${i + 1}`),
  ...Array.from({ length: 14 }, (_, i) => `SIGRTMAX-${i + 1}`),
].sort();

function validateStopSignal(signal: string, os: PodSpec["os"], path: string): FieldError[] {
  if (!os) return [forbidden(path, "may not be set for containers with empty `spec.os.name`")];
  const allowed = os.name === "windows" ? ["SIGKILL", "SIGTERM"] : os.name === "linux" ? LINUX_SIGNALS : null;
  return allowed === null || allowed.includes(signal) ? [] : [notSupported(path, signal, allowed)];
}

export function validateLifecycle(
  container: Container,
  grace: number | undefined,
  os: PodSpec["os"],
  path: string,
): FieldError[] {
  const { lifecycle } = container;
  if (!lifecycle) return [];
  const errors: FieldError[] = [];
  for (const field of ["postStart", "preStop"] as const) {
    const handler = lifecycle[field];
    if (!handler) continue;
    const { exec, httpGet, tcpSocket, sleep } = handler;
    errors.push(...validateHandler({ exec, httpGet, tcpSocket, sleep }, grace, `${path}.lifecycle.${field}`));
  }
  if (lifecycle.stopSignal)
    errors.push(...validateStopSignal(lifecycle.stopSignal, os, `${path}.lifecycle.stopSignal`));
  return errors;
}
