/** Shell arithmetic: `$((…))` after its words were expanded. Integers, C's operators, assignments to variables. */

export interface ArithScope {
  get(name: string): string;
  set(name: string, value: string): void;
}

const TOKEN =
  /\s*(\d\w*|0x[\da-fA-F]+|[A-Za-z_]\w*|\+\+|--|\*\*|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!~&|^?:(),])/y;

/** Operators by how tightly they bind, loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
  ["**"],
];

/** Value of an expression; throws an Error whose message is what shells print. */
export function arithmetic(text: string, scope: ArithScope): number {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let m = TOKEN.exec(text); m; m = TOKEN.exec(text)) {
    tokens.push(m[1]!);
    end = TOKEN.lastIndex;
  }
  if (text.slice(end).trim() !== "") throw new Error("arithmetic syntax error");
  if (tokens.length === 0) return 0;
  let at = 0;
  const take = (token: string): boolean => {
    if (tokens[at] !== token) return false;
    at++;
    return true;
  };
  const variable = (name: string): number => {
    const raw = scope.get(name).trim();
    if (raw === "") return 0;
    return /^[-+]?\w+$/.test(raw) && !/^[A-Za-z_]/.test(raw) ? literal(raw) : arithmetic(raw, scope);
  };
  const assign = (name: string, value: number): number => {
    scope.set(name, String(value));
    return value;
  };
  function comma(): number {
    let v = assignment();
    while (take(",")) v = assignment();
    return v;
  }
  function assignment(): number {
    const name = tokens[at];
    const op = tokens[at + 1];
    if (
      name !== undefined &&
      /^[A-Za-z_]/.test(name) &&
      op !== undefined &&
      /^(=|[-+*/%&|^]=|<<=|>>=)$/.test(op)
    ) {
      at += 2;
      const right = assignment();
      return assign(name, op === "=" ? right : binary(op.slice(0, -1), variable(name), right));
    }
    return ternary();
  }
  function ternary(): number {
    const test = level(0);
    if (!take("?")) return test;
    const yes = assignment();
    if (!take(":")) throw new Error("arithmetic syntax error");
    const no = ternary();
    return test !== 0 ? yes : no;
  }
  function level(n: number): number {
    const ops = LEVELS[n];
    if (!ops) return unary();
    let left = level(n + 1);
    for (let op = tokens[at]; op !== undefined && ops.includes(op); op = tokens[at]) {
      at++;
      left = binary(op, left, op === "**" ? level(n) : level(n + 1));
    }
    return left;
  }
  function unary(): number {
    if (take("!")) return unary() === 0 ? 1 : 0;
    if (take("~")) return ~unary();
    if (take("-")) return -unary();
    if (take("+")) return unary();
    if (take("++")) return step(1);
    if (take("--")) return step(-1);
    return primary();
  }
  function step(by: number): number {
    const name = tokens[at++] ?? "";
    return assign(name, variable(name) + by);
  }
  function primary(): number {
    const token = tokens[at++];
    if (token === undefined) throw new Error("arithmetic syntax error");
    if (token === "(") {
      const v = comma();
      if (!take(")")) throw new Error("arithmetic syntax error");
      return v;
    }
    if (/^\d/.test(token)) return literal(token);
    if (/^[A-Za-z_]/.test(token)) {
      const v = variable(token);
      if (take("++")) assign(token, v + 1);
      else if (take("--")) assign(token, v - 1);
      return v;
    }
    throw new Error("arithmetic syntax error");
  }
  const value = comma();
  if (at < tokens.length) throw new Error("arithmetic syntax error");
  return value;
}

function literal(text: string): number {
  const sign = text.startsWith("-") ? -1 : 1;
  const digits = text.replace(/^[-+]/, "");
  const value = /^0x/i.test(digits)
    ? Number.parseInt(digits, 16)
    : /^0\d/.test(digits)
      ? Number.parseInt(digits, 8)
      : Number(digits);
  if (!Number.isFinite(value)) throw new Error("arithmetic syntax error");
  return sign * value;
}

function binary(op: string, a: number, b: number): number {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
    case "%": {
      if (b === 0) throw new Error("divide by zero");
      return op === "/" ? Math.trunc(a / b) : a % b;
    }
    case "**":
      return a ** b;
    case "<<":
      return Number(BigInt.asIntN(64, BigInt(a) << BigInt(b)));
    case ">>":
      return Number(BigInt(a) >> BigInt(b));
    case "&":
      return Number(BigInt(a) & BigInt(b));
    case "|":
      return Number(BigInt(a) | BigInt(b));
    case "^":
      return Number(BigInt(a) ^ BigInt(b));
    case "&&":
      return a !== 0 && b !== 0 ? 1 : 0;
    case "||":
      return a !== 0 || b !== 0 ? 1 : 0;
    case "==":
      return a === b ? 1 : 0;
    case "!=":
      return a !== b ? 1 : 0;
    case "<":
      return a < b ? 1 : 0;
    case "<=":
      return a <= b ? 1 : 0;
    case ">":
      return a > b ? 1 : 0;
    default:
      return a >= b ? 1 : 0;
  }
}
