/** What names, labels, keys and ports may look like: apimachinery `pkg/util/validation` and `pkg/api/validate/content`. */
import { byteLength } from "../../sim/bytes.ts";

const DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const DNS_LABEL_MESSAGE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const DNS_SUBDOMAIN = `${DNS_LABEL}(\\.${DNS_LABEL})*`;
const DNS_SUBDOMAIN_MESSAGE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const DNS_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const LABEL_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_KEY_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE_MESSAGE = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;

const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`);
const DNS_LABEL_RE = whole(DNS_LABEL);
const DNS_SUBDOMAIN_RE = whole(DNS_SUBDOMAIN);
const DNS_1035_RE = whole(DNS_1035);
const LABEL_KEY_RE = whole(LABEL_KEY);
const LABEL_VALUE_RE = whole(`(${LABEL_KEY})?`);

const maxBytes = (n: number): string => `must be no more than ${n} bytes`;
export const maxCharacters = (n: number): string => `must be no more than ${n} characters`;
export const rangeMessage = (low: number, high: number): string =>
  `must be between ${low} and ${high}, inclusive`;
const EMPTY = "must be non-empty";

/** A message about a pattern, with examples. */
export function regexMessage(message: string, pattern: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${pattern}')`;
  return `${message} (e.g. ${examples.map((e) => `'${e}', `).join(" or ")}regex used for validation is '${pattern}')`;
}

export function isDNS1123Label(value: string): string[] {
  const out: string[] = [];
  if (byteLength(value) > 63) out.push(maxCharacters(63));
  if (!DNS_LABEL_RE.test(value)) {
    out.push(
      DNS_SUBDOMAIN_RE.test(value)
        ? "must not contain dots"
        : regexMessage(DNS_LABEL_MESSAGE, DNS_LABEL, "my-name", "123-abc"),
    );
  }
  return out;
}

function subdomain(value: string, tooLongText: string): string[] {
  const out: string[] = [];
  if (byteLength(value) > 253) out.push(tooLongText);
  if (!DNS_SUBDOMAIN_RE.test(value))
    out.push(regexMessage(DNS_SUBDOMAIN_MESSAGE, DNS_SUBDOMAIN, "example.com"));
  return out;
}

export const isDNS1123Subdomain = (value: string): string[] => subdomain(value, maxCharacters(253));

export function isDNS1123SubdomainWithUnderscore(value: string): string[] {
  const label = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
  const pattern = `${label}(\\.${label})*`;
  const out: string[] = [];
  if (byteLength(value) > 253) out.push(maxCharacters(253));
  if (!whole(pattern).test(value)) {
    const message =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
    out.push(regexMessage(message, pattern, "example.com"));
  }
  return out;
}

export function isDNS1035Label(value: string): string[] {
  const out: string[] = [];
  if (byteLength(value) > 63) out.push(maxCharacters(63));
  if (!DNS_1035_RE.test(value)) {
    const message =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
    out.push(regexMessage(message, DNS_1035, "my-name", "abc-123"));
  }
  return out;
}

/** A label key: an optional DNS prefix and a name. */
export function isQualifiedName(value: string): string[] {
  const parts = value.split("/");
  const shape = regexMessage(LABEL_KEY_MESSAGE, LABEL_KEY, "MyName", "my.name", "123-abc");
  if (parts.length > 2)
    return [
      `a valid label key ${shape} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const out: string[] = [];
  const name = parts.at(-1) ?? "";
  if (parts.length === 2) {
    const prefix = parts[0] ?? "";
    if (prefix === "") out.push(`prefix part ${EMPTY}`);
    else out.push(...subdomain(prefix, maxBytes(253)).map((m) => `prefix part ${m}`));
  }
  if (name === "") out.push(`name part ${EMPTY}`);
  else if (byteLength(name) > 63) out.push(`name part ${maxBytes(63)}`);
  if (!LABEL_KEY_RE.test(name)) out.push(`name part ${shape}`);
  return out;
}

export function isLabelValue(value: string): string[] {
  const out: string[] = [];
  if (byteLength(value) > 63) out.push(maxBytes(63));
  if (!LABEL_VALUE_RE.test(value))
    out.push(regexMessage(LABEL_VALUE_MESSAGE, `(${LABEL_KEY})?`, "MyValue", "my_value", "12345"));
  return out;
}

export const isValidPortNum = (port: number): string[] =>
  port >= 1 && port <= 65535 ? [] : [rangeMessage(1, 65535)];

export const isInRange = (value: number, low: number, high: number): string[] =>
  value >= low && value <= high ? [] : [rangeMessage(low, high)];

const MAX_INT32 = 2147483647;

/** A user or group id. */
export const isValidId = (id: number): string[] => isInRange(id, 0, MAX_INT32);

export function isValidPortName(port: string): string[] {
  const out: string[] = [];
  if (byteLength(port) > 15) out.push(maxCharacters(15));
  if (!/^[-a-z0-9]+$/.test(port))
    out.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(port)) out.push("must contain at least one letter (a-z)");
  if (port.includes("--")) out.push("must not contain consecutive hyphens");
  if (port.startsWith("-") || port.endsWith("-")) out.push("must not begin or end with a hyphen");
  return out;
}

export function isHTTPHeaderName(value: string): string[] {
  if (/^[-A-Za-z0-9]+$/.test(value)) return [];
  return [
    regexMessage(
      "a valid HTTP header must consist of alphanumeric characters or '-'",
      "[-A-Za-z0-9]+",
      "X-Header-Name",
    ),
  ];
}

/** Names of environment variables as relaxed since 1.32: printable ASCII but for `=`. */
export function isRelaxedEnvVarName(value: string): string[] {
  if (value === "") return [`environment variable name ${EMPTY}`];
  if (/^[\x20-\x3c\x3e-\x7e]*$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

function dotPrefix(value: string): string[] {
  if (value === "." || value === "..") return [`must not be '${value}'`];
  return value.startsWith("..") ? ["must not start with '..'"] : [];
}

/** A C identifier. */
export function isCIdentifier(value: string): string[] {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return [];
  const message =
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
  return [regexMessage(message, "[A-Za-z_][A-Za-z0-9_]*", "my_name", "MY_NAME", "MyName")];
}

/** A key of a ConfigMap or Secret. */
export function isConfigMapKey(value: string): string[] {
  const out: string[] = [];
  if (byteLength(value) > 253) out.push(maxCharacters(253));
  if (!/^[-._a-zA-Z0-9]+$/.test(value)) {
    const message = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    out.push(regexMessage(message, "[-._a-zA-Z0-9]+", "key.name", "KEY_NAME", "key-name"));
  }
  return [...out, ...dotPrefix(value)];
}

export function isValidPercent(value: string): string[] {
  if (/^[0-9]+%$/.test(value)) return [];
  return [
    regexMessage(
      "a valid percent string must be a numeric string followed by an ending '%'",
      "[0-9]+%",
      "1%",
      "93%",
    ),
  ];
}

/** A name that can stand in a URL path. */
export function isPathSegmentName(name: string): string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((c) => name.includes(c)).map((c) => `may not contain '${c}'`);
}

/** A dotted IPv4 address without leading zeros. */
export function isIPv4(value: string): boolean {
  const parts = value.split(".");
  return parts.length === 4 && parts.every((p) => /^(0|[1-9][0-9]{0,2})$/.test(p) && Number(p) <= 255);
}

/** An IPv6 address, with an IPv4 tail if it likes. */
export function isIPv6(value: string): boolean {
  if (!value.includes(":") || /[^0-9a-fA-F:.]/.test(value)) return false;
  const halves = value.split("::");
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [h, half] of halves.entries()) {
    if (half === "") continue;
    const parts = half.split(":");
    for (const [i, part] of parts.entries()) {
      const last = i === parts.length - 1 && h === halves.length - 1;
      if (part.includes(".") && last && isIPv4(part)) groups += 2;
      else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups++;
      else return false;
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

export const isIP = (value: string): boolean => isIPv4(value) || isIPv6(value);
