import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";

/** A fault of a catalogue or of the code that uses it. */
export interface Fault {
  lang?: string;
  key: string;
  message: string;
}

/** Messages by key, as the file of a language has them. */
export type Catalogue = Readonly<Record<string, unknown>>;

/**
 * Compares catalogues with the first one's keys and arguments, and each message's plural branches with what its
 * language has (`Intl.PluralRules`): none missing, none that can never be chosen.
 */
export function checkCatalogues(catalogues: Readonly<Record<string, Catalogue>>): Fault[] {
  const faults: Fault[] = [];
  const [first = "en"] = Object.keys(catalogues);
  const model = catalogues[first] ?? {};
  const modelArguments = new Map<string, string>();
  for (const [lang, catalogue] of Object.entries(catalogues)) {
    for (const key of Object.keys(model)) {
      if (!Object.hasOwn(catalogue, key)) faults.push({ lang, key, message: "missing" });
    }
    for (const [key, message] of Object.entries(catalogue)) {
      if (!Object.hasOwn(model, key)) faults.push({ lang, key, message: `not in ${first}` });
      if (typeof message !== "string" || message.trim() === "") {
        faults.push({ lang, key, message: "empty, or not a text" });
        continue;
      }
      let elements: MessageFormatElement[];
      try {
        // As the app reads them: `<pod>` is text, not markup.
        elements = parse(message, { ignoreTag: true, captureLocation: true });
      } catch (error) {
        faults.push({ lang, key, message: describeSyntax(error) });
        continue;
      }
      const names = argumentsOf(elements).join(", ");
      if (lang === first) modelArguments.set(key, names);
      else if (modelArguments.has(key) && modelArguments.get(key) !== names) {
        faults.push({
          lang,
          key,
          message: `arguments {${names}}, ${first} has {${modelArguments.get(key)}}`,
        });
      }
      for (const problem of branches(elements, lang)) faults.push({ lang, key, message: problem });
    }
  }
  return faults;
}

/** Keys that the code names and no catalogue has, and keys of the catalogue that no code names. */
export function checkUse(
  keys: readonly string[],
  use: { called: ReadonlyMap<string, string>; literals: ReadonlySet<string> },
  dynamic: readonly string[],
): Fault[] {
  const known = new Set(keys);
  const isUsed = (key: string) => use.literals.has(key) || dynamic.some((prefix) => key.startsWith(prefix));
  return [
    ...[...use.called]
      .filter(([key]) => !known.has(key))
      .map(([key, file]) => ({ key, message: `used in ${file}, in no catalogue` })),
    ...keys.filter((key) => !isUsed(key)).map((key) => ({ key, message: "not used" })),
  ];
}

function argumentsOf(elements: readonly MessageFormatElement[]): string[] {
  const names = new Set<string>();
  walk(elements, (element) => {
    if (element.type !== TYPE.literal && element.type !== TYPE.pound) names.add(element.value);
  });
  return [...names].sort();
}

function branches(elements: readonly MessageFormatElement[], lang: string): string[] {
  const problems: string[] = [];
  walk(elements, (element) => {
    if (element.type === TYPE.select && !element.options["other"])
      problems.push(`${element.value}: no branch other`);
    if (element.type !== TYPE.plural) return;
    const type = element.pluralType ?? "cardinal";
    const wanted = new Intl.PluralRules(lang, { type }).resolvedOptions().pluralCategories;
    const given = Object.keys(element.options).filter((branch) => !branch.startsWith("="));
    for (const branch of wanted) {
      if (!given.includes(branch)) problems.push(`${element.value}: no plural branch ${branch}`);
    }
    for (const branch of given) {
      if (!wanted.some((each) => each === branch)) {
        problems.push(`${element.value}: plural branch ${branch} is never chosen in this language`);
      }
    }
  });
  return problems;
}

function walk(elements: readonly MessageFormatElement[], see: (element: MessageFormatElement) => void): void {
  for (const element of elements) {
    see(element);
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      for (const { value } of Object.values(element.options)) walk(value, see);
    }
    if (element.type === TYPE.tag) walk(element.children, see);
  }
}

function describeSyntax(error: unknown): string {
  const { message, location } = error as {
    message: string;
    location?: { start: { line: number; column: number } };
  };
  return location ? `${location.start.line}:${location.start.column}: ${message}` : message;
}
