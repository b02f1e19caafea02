/** Where a talk is, and what each command does to it. Pure. */
export interface Talk {
  /** Moment of the presenter. */
  readonly at: number;
  /** Moment of the audience: the same unless the picture is frozen for a window of its own. */
  readonly shown: number;
  readonly frozen: boolean;
  readonly black: boolean;
  readonly lit: boolean;
}

export type Command = "next" | "back" | "first" | "last" | "freeze" | "black" | "spotlight" | "escape";

export const beginning = (at: number): Talk => ({ at, shown: at, frozen: false, black: false, lit: true });

/**
 * The talk after a command. `count`: moments of the demo. `apart`: the audience has a window of its own, so that the
 * presenter may go ahead behind a frozen or black picture; without it the first step only lifts the black.
 */
export function after(talk: Talk, command: Command, count: number, apart: boolean): Talk {
  switch (command) {
    case "freeze":
      return { ...talk, frozen: !talk.frozen, shown: talk.at };
    case "black":
      return { ...talk, black: !talk.black };
    case "escape":
      return talk.black ? { ...talk, black: false } : talk;
    case "spotlight":
      return { ...talk, lit: !talk.lit };
    default: {
      if (talk.black && !apart) return { ...talk, black: false };
      return goTo(talk, TARGETS[command](talk.at, count), count, apart);
    }
  }
}

const TARGETS: Record<"next" | "back" | "first" | "last", (at: number, count: number) => number> = {
  next: (at) => at + 1,
  back: (at) => at - 1,
  first: () => 0,
  last: (_, count) => count - 1,
};

/** Another moment of the same talk. */
export function goTo(talk: Talk, moment: number, count: number, apart: boolean): Talk {
  const at = Math.max(0, Math.min(count - 1, moment));
  if (at === talk.at) return talk;
  return { ...talk, at, shown: talk.frozen && apart ? talk.shown : at };
}

const KEYS: Readonly<Record<string, Command>> = {
  PageDown: "next",
  ArrowRight: "next",
  ArrowDown: "next",
  " ": "next",
  Enter: "next",
  PageUp: "back",
  ArrowLeft: "back",
  ArrowUp: "back",
  Backspace: "back",
  Home: "first",
  End: "last",
  Escape: "escape",
  ".": "black",
};
/** By their place on the keyboard, so that they work under any layout. */
const CODES: Readonly<Record<string, Command>> = { KeyB: "black", KeyF: "freeze", KeyS: "spotlight" };
/** What a clicker sends works wherever the focus is. */
const CLICKER = new Set(["PageDown", "PageUp"]);

type Stroke = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "repeat">;

/**
 * The command of a key; undefined: it is none. `focus`: what the focused thing does with keys itself: press it
 * (`button`), or everything (`text`: fields, menus). A key held down gives one step, not a rush through the talk.
 */
export function commandOf(stroke: Stroke, focus: "none" | "button" | "text"): Command | undefined {
  const { key, code, ctrlKey, metaKey, altKey, repeat } = stroke;
  if (ctrlKey || metaKey || altKey || repeat) return undefined;
  const command = KEYS[key] ?? CODES[code];
  if (command === undefined || CLICKER.has(key)) return command;
  if (focus === "text") return undefined;
  return focus === "button" && (key === " " || key === "Enter") ? undefined : command;
}
