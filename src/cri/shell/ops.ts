/** Operations that a script is compiled to. Positions are indices in the list they stand in. */

export interface RedirectSpec {
  readonly fd: number;
  readonly op: string;
}

export interface AssignSpec {
  readonly name: string;
  readonly append: boolean;
  readonly index: boolean;
  readonly array: boolean;
}

export type Op =
  | {
      readonly o:
        | "list"
        | "word"
        | "str"
        | "pat"
        | "field"
        | "whole"
        | "not"
        | "halt"
        | "ret"
        | "unredir"
        | "endloop"
        | "endfor"
        | "drop"
        | "arithcmd"
        | "errexit"
        | "true";
    }
  | { readonly o: "lit"; readonly s: string; readonly q: 0 | 1 }
  | { readonly o: "var"; readonly name: string; readonly q: boolean }
  | { readonly o: "len"; readonly name: string; readonly index: boolean }
  | { readonly o: "names"; readonly name: string; readonly q: boolean }
  | { readonly o: "index"; readonly name: string; readonly q: boolean }
  | { readonly o: "pdef"; readonly name: string; readonly op: string; readonly q: boolean; end: number }
  | { readonly o: "pset"; readonly name: string; readonly op: string; readonly q: boolean }
  | { readonly o: "prem"; readonly name: string; readonly op: string; readonly q: boolean }
  | { readonly o: "prep"; readonly name: string; readonly op: string; readonly q: boolean }
  | { readonly o: "pslice"; readonly name: string; readonly length: boolean; readonly q: boolean }
  | { readonly o: "pcase"; readonly name: string; readonly op: string; readonly q: boolean }
  | { readonly o: "indirect"; readonly name: string; readonly q: boolean }
  | { readonly o: "sub"; readonly q: boolean; end: number }
  | { readonly o: "arith"; readonly q: boolean }
  | {
      readonly o: "cmd";
      readonly assigns: readonly AssignSpec[];
      readonly redirs: readonly RedirectSpec[];
      readonly tail: boolean;
      readonly tested: boolean;
    }
  | { readonly o: "jmp" | "jz" | "jnz" | "match" | "plain"; to: number }
  | { readonly o: "bg" | "subsh" | "func"; readonly name?: string; end: number }
  | { readonly o: "pipe"; starts: number[]; end: number; readonly both: readonly boolean[] }
  | { readonly o: "redir"; readonly redirs: readonly RedirectSpec[]; fail: number }
  | { readonly o: "loop"; brk: number; cont: number }
  | { readonly o: "for"; readonly positional: boolean }
  | { readonly o: "next"; readonly name: string; end: number }
  | { readonly o: "test1" | "test2"; readonly op: string };
