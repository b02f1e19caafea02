/** The language of `jq`, as much of it as is typed at a prompt: a text becomes a tree. */

import { JqSyntax, type Token, tokens } from "./jq-tokens.ts";

export type Jq =
  | { readonly t: "dot" }
  | { readonly t: "rec" }
  | { readonly t: "lit"; readonly v: unknown }
  | { readonly t: "str"; readonly parts: readonly (string | Jq)[]; readonly format?: string }
  | { readonly t: "var"; readonly name: string }
  | { readonly t: "index"; readonly of: Jq; readonly key: Jq }
  | { readonly t: "slice"; readonly of: Jq; readonly from?: Jq; readonly to?: Jq }
  | { readonly t: "each"; readonly of: Jq }
  | { readonly t: "try"; readonly body: Jq; readonly otherwise?: Jq }
  | { readonly t: "array"; readonly body?: Jq }
  | { readonly t: "object"; readonly fields: readonly (readonly [Jq, Jq])[] }
  | { readonly t: "neg"; readonly body: Jq }
  | { readonly t: "bin"; readonly op: string; readonly a: Jq; readonly b: Jq }
  | { readonly t: "if"; readonly test: Jq; readonly yes: Jq; readonly no: Jq }
  | { readonly t: "as"; readonly value: Jq; readonly name: string; readonly body: Jq }
  | { readonly t: "reduce"; readonly over: Jq; readonly name: string; readonly start: Jq; readonly step: Jq }
  | { readonly t: "call"; readonly name: string; readonly args: readonly Jq[] }
  | { readonly t: "format"; readonly name: string };

/** From the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [
  ["//"],
  ["=", "|=", "+=", "-=", "*=", "/=", "//="],
  ["or"],
  ["and"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/", "%"],
];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  whole(): Jq {
    if (this.#tokens.length === 0) return { t: "dot" };
    const tree = this.pipe();
    if (this.#at < this.#tokens.length) this.#unexpected();
    return tree;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }
  #is(...texts: string[]): boolean {
    const token = this.#peek();
    return token !== undefined && (token.k === "op" || token.k === "name") && texts.includes(token.text);
  }
  #take(...texts: string[]): boolean {
    if (!this.#is(...texts)) return false;
    this.#at++;
    return true;
  }
  #need(text: string): void {
    if (!this.#take(text)) this.#unexpected();
  }
  #unexpected(): never {
    const token = this.#peek();
    throw new JqSyntax(
      token
        ? `syntax error, unexpected '${token.text || "QQString"}'`
        : "syntax error, unexpected end of file",
    );
  }

  pipe(): Jq {
    let left = this.#comma();
    if (this.#take("as")) {
      const name = this.#variable();
      this.#need("|");
      return { t: "as", value: left, name, body: this.pipe() };
    }
    if (this.#take("|")) left = { t: "bin", op: "|", a: left, b: this.pipe() };
    return left;
  }
  #variable(): string {
    const token = this.#peek();
    if (token?.k !== "var") this.#unexpected();
    this.#at++;
    return token?.text ?? "";
  }
  #comma(): Jq {
    let left = this.#level(0);
    while (this.#take(",")) left = { t: "bin", op: ",", a: left, b: this.#level(0) };
    return left;
  }
  #level(n: number): Jq {
    const ops = LEVELS[n];
    if (!ops) return this.#unary();
    let left = this.#level(n + 1);
    while (this.#is(...ops)) {
      const op = this.#peek()?.text ?? "";
      this.#at++;
      // The loosest two lean to the right.
      left = { t: "bin", op, a: left, b: this.#level(n <= 1 ? n : n + 1) };
    }
    return left;
  }
  #unary(): Jq {
    if (this.#take("-")) return { t: "neg", body: this.#unary() };
    return this.#postfix();
  }
  #postfix(): Jq {
    let tree = this.#primary();
    for (;;) {
      const token = this.#peek();
      if (token?.k === "field") {
        this.#at++;
        tree = { t: "index", of: tree, key: { t: "lit", v: token.text } };
      } else if (this.#take("?")) tree = { t: "try", body: tree };
      else if (this.#is(".") && this.#tokens[this.#at + 1]?.k === "str") {
        this.#at++;
        tree = { t: "index", of: tree, key: this.#string() };
      } else if (this.#is(".") && this.#tokens[this.#at + 1]?.text === "[") this.#at++;
      else if (this.#take("[")) tree = this.#bracket(tree);
      else return tree;
    }
  }
  #bracket(of: Jq): Jq {
    if (this.#take("]")) return { t: "each", of };
    if (this.#take(":")) {
      const to = this.pipe();
      this.#need("]");
      return { t: "slice", of, to };
    }
    const key = this.pipe();
    if (this.#take(":")) {
      const to = this.#is("]") ? undefined : this.pipe();
      this.#need("]");
      return { t: "slice", of, from: key, ...(to ? { to } : {}) };
    }
    this.#need("]");
    return { t: "index", of, key };
  }
  #string(format?: string): Jq {
    const token = this.#peek();
    if (token?.k !== "str") this.#unexpected();
    this.#at++;
    return { t: "str", parts: token?.parts ?? [], ...(format ? { format } : {}) };
  }
  #primary(): Jq {
    const token = this.#peek();
    if (!token) return this.#unexpected();
    if (token.k === "str") return this.#string();
    this.#at++;
    if (token.k === "num") return { t: "lit", v: Number(token.text) };
    if (token.k === "var") return { t: "var", name: token.text };
    if (token.k === "field") return { t: "index", of: { t: "dot" }, key: { t: "lit", v: token.text } };
    if (token.k === "format")
      return this.#peek()?.k === "str" ? this.#string(token.text) : { t: "format", name: token.text };
    if (token.k === "name") return this.#word(token.text);
    switch (token.text) {
      case ".":
        if (this.#peek()?.k === "str") return { t: "index", of: { t: "dot" }, key: this.#string() };
        return { t: "dot" };
      case "..":
        return { t: "rec" };
      case "(": {
        const inner = this.pipe();
        this.#need(")");
        return inner;
      }
      case "[": {
        if (this.#take("]")) return { t: "array" };
        const body = this.pipe();
        this.#need("]");
        return { t: "array", body };
      }
      case "{":
        return this.#object();
    }
    this.#at--;
    return this.#unexpected();
  }
  #word(name: string): Jq {
    switch (name) {
      case "true":
      case "false":
        return { t: "lit", v: name === "true" };
      case "null":
        return { t: "lit", v: null };
      case "if": {
        const test = this.pipe();
        this.#need("then");
        const yes = this.pipe();
        if (this.#take("elif")) return { t: "if", test, yes, no: this.#word("if") };
        const no: Jq = this.#take("else") ? this.pipe() : { t: "dot" };
        this.#need("end");
        return { t: "if", test, yes, no };
      }
      case "try": {
        const body = this.#postfix();
        return this.#take("catch") ? { t: "try", body, otherwise: this.#postfix() } : { t: "try", body };
      }
      case "reduce": {
        const over = this.#postfix();
        this.#need("as");
        const variable = this.#variable();
        this.#need("(");
        const start = this.pipe();
        this.#need(";");
        const step = this.pipe();
        this.#need(")");
        return { t: "reduce", over, name: variable, start, step };
      }
    }
    const args: Jq[] = [];
    if (this.#take("(")) {
      do args.push(this.pipe());
      while (this.#take(";"));
      this.#need(")");
    }
    return { t: "call", name, args };
  }
  #object(): Jq {
    const fields: (readonly [Jq, Jq])[] = [];
    while (!this.#take("}")) {
      const token = this.#peek();
      let key: Jq;
      let short: Jq | null = null;
      if (token?.k === "str") {
        key = this.#string();
        short = { t: "index", of: { t: "dot" }, key };
      } else if (token?.k === "var") {
        this.#at++;
        key = { t: "lit", v: token.text };
        short = { t: "var", name: token.text };
      } else if (token?.k === "name") {
        this.#at++;
        key = { t: "lit", v: token.text };
        short = { t: "index", of: { t: "dot" }, key };
      } else {
        this.#need("(");
        key = this.pipe();
        this.#need(")");
      }
      // A value ends at the next comma: no comma operator in it, no pipe.
      if (this.#take(":")) fields.push([key, this.#level(0)]);
      else if (short) fields.push([key, short]);
      else this.#unexpected();
      if (!this.#take(",") && !this.#is("}")) this.#unexpected();
    }
    return { t: "object", fields };
  }
}

/** Reads a filter; throws `JqSyntax`. */
export const parseJq = (text: string): Jq => new Parser(tokens(text, parseJq)).whole();
