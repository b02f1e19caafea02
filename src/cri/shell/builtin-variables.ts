/** export, readonly, set, getopts. */

import type { Builtin, BuiltinCall } from "./builtin.ts";
import { assign, positional } from "./params.ts";
import { complain } from "./texts.ts";

export const quote = (v: string): string => `'${v.replace(/'/g, "'\"'\"'")}'`;

export function declare(c: BuiltinCall, fields: { x?: boolean; readonly?: boolean }): number {
  const { s, host } = c;
  const args = c.argv.slice(1).filter((a) => a !== "--");
  if (args.length === 0 || args[0] === "-p") {
    for (const name of Object.keys(s.vars).sort()) {
      const v = s.vars[name]!;
      if ((fields.x && v.x) || (fields.readonly && v.readonly))
        host.write(1, `${c.argv[0]} ${name}=${quote(v.v)}\n`);
    }
    return 0;
  }
  const off = args[0] === "-n";
  for (const arg of args) {
    if (arg.startsWith("-")) continue;
    const at = arg.indexOf("=");
    const name = at < 0 ? arg : arg.slice(0, at);
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      complain(host, s.name, `${c.argv[0]}: ${name}: bad variable name`);
      return 2;
    }
    const value = at < 0 ? (s.vars[name]?.v ?? "") : arg.slice(at + 1);
    if (at >= 0 || fields.x) assign(s, name, value, off ? { x: false } : fields);
    else s.vars = { ...s.vars, [name]: { ...(s.vars[name] ?? { v: "" }), ...fields } };
  }
  return 0;
}

export const setBuiltin: Builtin = ({ vm, s, host, argv }) => {
  const args = argv.slice(1);
  if (args.length === 0) {
    for (const name of Object.keys(s.vars).sort()) host.write(1, `${name}=${quote(s.vars[name]!.v)}\n`);
    return 0;
  }
  const named: Readonly<Record<string, string>> = {
    errexit: "e",
    nounset: "u",
    xtrace: "x",
    noglob: "f",
    allexport: "a",
    pipefail: "P",
    verbose: "v",
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      vm.setParams(args.slice(i + 1));
      return 0;
    }
    if (!/^[-+]/.test(arg)) {
      vm.setParams(args.slice(i));
      return 0;
    }
    let letters = arg.slice(1);
    if (letters.includes("o")) letters = letters.replace("o", "") + (named[args[++i] ?? ""] ?? "");
    for (const letter of letters)
      s.opts =
        arg[0] === "-" ? (s.opts.includes(letter) ? s.opts : s.opts + letter) : s.opts.replace(letter, "");
  }
  return 0;
};

export const getopts: Builtin = ({ s, argv }) => {
  const [, spec = "", name = "opt"] = argv;
  const args = argv.length > 3 ? argv.slice(3) : positional(s);
  const index = Number(s.vars.OPTIND?.v ?? "1");
  const offset = Number(s.vars.__OPTOFF?.v ?? "1");
  const word = args[index - 1];
  if (word === undefined || !/^-./.test(word) || word === "--") {
    assign(s, name, "?");
    return 1;
  }
  const letter = word[offset]!;
  const takes = spec[spec.indexOf(letter) + 1] === ":" && spec.includes(letter);
  let next = index;
  let nextOffset = offset + 1;
  if (takes) {
    const inline = word.slice(offset + 1);
    assign(s, "OPTARG", inline !== "" ? inline : (args[index] ?? ""));
    next = inline !== "" ? index + 1 : index + 2;
    nextOffset = 1;
  } else if (nextOffset >= word.length) {
    next = index + 1;
    nextOffset = 1;
  }
  assign(s, "OPTIND", String(next));
  assign(s, "__OPTOFF", String(nextOffset));
  assign(s, name, spec.includes(letter) ? letter : "?");
  return 0;
};
