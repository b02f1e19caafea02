/** Field errors with the exact texts of apimachinery `pkg/util/validation/field/errors.go`. */

const TYPES = {
  FieldValueNotFound: "Not found",
  FieldValueRequired: "Required value",
  FieldValueDuplicate: "Duplicate value",
  FieldValueInvalid: "Invalid value",
  FieldValueNotSupported: "Unsupported value",
  FieldValueForbidden: "Forbidden",
  FieldValueTooLong: "Too long",
  FieldValueTooMany: "Too many",
  FieldValueTypeInvalid: "Invalid value",
  InternalError: "Internal error",
} as const;

/** The machine-readable reason, as in `status.details.causes[].reason`. */
export type FieldErrorType = keyof typeof TYPES;

export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.containers[0].image`; map keys stand in brackets: `spec.containers[0].resources.limits[cpu]`. */
  readonly field: string;
  /** What was found there; a `GoText` is shown as it is. */
  readonly badValue: unknown;
  readonly detail: string;
}

/** How the server writes the path of an error about the object as a whole, where it makes one up. */
export const NO_FIELD = "[]";

/** A value that is shown in a rendering of its own (structs of the server's internal types). */
export interface GoText {
  readonly goText: string;
}

/** The first words of the message: `Required value`, `Invalid value`, … */
export const errorTypeText = (type: FieldErrorType): string => TYPES[type];

/** A Go string literal (`%q`). */
export function goQuote(text: string): string {
  return `"${text.replace(/[\\"]|[\u0000-\u001f\u007f-\u00a0\u00ad\u2028\u2029\ufeff]/g, goEscape)}"`;
}

const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

function goEscape(char: string): string {
  const code = char.charCodeAt(0);
  return (
    NAMED[char] ??
    (code < 0x80 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`)
  );
}

/** Compact JSON as Go prints it: keys as given, `<`, `>`, `&` escaped. */
export function goJson(value: unknown): string {
  return (JSON.stringify(value ?? null) ?? "null").replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function goValue(value: unknown): string {
  if (typeof value === "string") return goQuote(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "object" && value !== null && "goText" in value)
    return String((value as GoText).goText);
  return goJson(value);
}

/** Stands for a value that the message leaves out. */
const OMITTED = { omitted: true } as const;

const WITHOUT_VALUE: ReadonlySet<FieldErrorType> = new Set([
  "FieldValueRequired",
  "FieldValueForbidden",
  "FieldValueTooLong",
  "InternalError",
]);

/** The message without the field: what a cause of a Status carries. */
export function errorBody(error: FieldError): string {
  const unshown = WITHOUT_VALUE.has(error.type) || error.badValue === OMITTED;
  const head = unshown ? TYPES[error.type] : `${TYPES[error.type]}: ${goValue(error.badValue)}`;
  return error.detail === "" ? head : `${head}: ${error.detail}`;
}

export const errorText = (error: FieldError): string => `${error.field}: ${errorBody(error)}`;

/** Several messages as one: `[a, b]`, one alone as it is, equal ones once. */
export function aggregateText(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(errorText))];
  return texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
}

const make = (type: FieldErrorType, field: string, badValue: unknown, detail: string): FieldError => ({
  type,
  field,
  badValue,
  detail,
});

/** An invalid value that is not shown. */
export const invalidUnshown = (field: string, detail: string): FieldError =>
  make("FieldValueInvalid", field, OMITTED, detail);

export const required = (field: string, detail = ""): FieldError =>
  make("FieldValueRequired", field, "", detail);
export const invalid = (field: string, value: unknown, detail: string): FieldError =>
  make("FieldValueInvalid", field, value ?? null, detail);
export const duplicate = (field: string, value: unknown): FieldError =>
  make("FieldValueDuplicate", field, value, "");
export const notFound = (field: string, value: unknown): FieldError =>
  make("FieldValueNotFound", field, value, "");
export const forbidden = (field: string, detail: string): FieldError =>
  make("FieldValueForbidden", field, "", detail);
export const tooLong = (field: string, max: number): FieldError =>
  make("FieldValueTooLong", field, "", `may not be more than ${max} bytes`);

export function tooMany(field: string, actual: number, max: number): FieldError {
  return make("FieldValueTooMany", field, actual, `must have at most ${max} items`);
}

/** A value outside of a list; `supported` is shown in the order given. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? "" : `supported values: ${supported.map(goQuote).join(", ")}`;
  return make("FieldValueNotSupported", field, value, detail);
}

/** One error for each message about one value. */
export const invalidEach = (field: string, value: unknown, messages: readonly string[]): FieldError[] =>
  messages.map((m) => invalid(field, value, m));
