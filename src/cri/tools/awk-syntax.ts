/** Rules and tokens of an awk program. */

export interface Rule {
  readonly pattern: string;
  readonly action: string | null;
}

export function rules(program: string): Rule[] {
  const out: Rule[] = [];
  let at = 0;
  while (at < program.length) {
    const brace = indexOutside(program, "{", at);
    if (brace < 0) {
      const rest = program.slice(at).trim();
      if (rest !== "") out.push({ pattern: rest, action: null });
      break;
    }
    let depth = 0;
    let end = brace;
    for (let quoted = false; end < program.length; end++) {
      const c = program[end]!;
      if (c === '"' && program[end - 1] !== "\\") quoted = !quoted;
      if (quoted) continue;
      if (c === "{") depth++;
      if (c === "}" && --depth === 0) break;
    }
    out.push({
      pattern: program.slice(at, brace).replace(/^[\s;]+|\s+$/g, ""),
      action: program.slice(brace + 1, end),
    });
    at = end + 1;
  }
  return out;
}

function indexOutside(text: string, what: string, from: number): number {
  let quoted: string | null = null;
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c === "\\") i++;
      else if (c === quoted) quoted = null;
    } else if (c === '"' || (c === "/" && /(^|[~!(,&|\s])$/.test(text.slice(from, i)))) quoted = c;
    else if (c === what) return i;
  }
  return -1;
}

const TOKENS =
  /\s*(\d+(?:\.\d+)?(?:e[-+]?\d+)?|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|\$|\+\+|--|[-+*/%^]=|==|!=|<=|>=|&&|\|\||!~|[-+*/%^<>=!~?:(),;{}[\]\n])/y;

export function tokenize(text: string): string[] {
  const out: string[] = [];
  let at = 0;
  while (at < text.length) {
    // A slash where a value is wanted begins a regular expression.
    const rest = text.slice(at);
    const re = /^\s*\/((?:[^/\\]|\\.)*)\//.exec(rest);
    const before = out[out.length - 1];
    if (re && (before === undefined || /^([~(,!;{}&|\n=]|&&|\|\||!~|==)$/.test(before))) {
      out.push(`/${re[1]}/`);
      at += re[0].length;
      continue;
    }
    TOKENS.lastIndex = at;
    const m = TOKENS.exec(text);
    if (!m) break;
    out.push(m[1]!);
    at = TOKENS.lastIndex;
  }
  return out;
}
