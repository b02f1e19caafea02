/** An xterm with a line to type on: shows the transcript of a session, sends what was typed. Knows no React. */
import { FitAddon } from "@xterm/addon-fit";
import { type ITheme, Terminal as XTerm } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { type Completion, commonStart } from "./complete.ts";
import { columnsOf, EMPTY, keyed, type Line, lineOf } from "./line.ts";
import type { Transcript } from "./transcript.ts";

export interface TerminalOptions {
  readonly label: string;
  readonly onCommand: (command: string) => void;
  readonly onInterrupt: () => void;
  readonly onClear: () => void;
  readonly complete: (line: string) => Completion;
}

/** Colours of the page. */
function theme(): ITheme {
  const css = getComputedStyle(document.documentElement);
  const colour = (name: string): string => css.getPropertyValue(`--${name}`).trim();
  return {
    background: colour("s1"),
    foreground: colour("t1"),
    cursor: colour("accent"),
    cursorAccent: colour("s1"),
    selectionBackground: colour("accent-bg"),
    red: colour("failed-ink"),
    green: colour("ready-ink"),
    yellow: colour("waiting-ink"),
    blue: colour("accent"),
    magenta: colour("terminating-ink"),
    cyan: colour("running-ink"),
  };
}

/** Side by side as far as there is room, one below the other in order. */
function inColumns(words: readonly string[], cols: number): string {
  const width = Math.max(...words.map(columnsOf)) + 2;
  const across = Math.max(1, Math.floor(cols / width));
  const down = Math.ceil(words.length / across);
  return Array.from({ length: down }, (_, row) =>
    words
      .filter((_, i) => i % down === row)
      .map((w) => w.padEnd(width))
      .join("")
      .trimEnd(),
  ).join("\r\n");
}

const MAX_HISTORY = 200;

export class Terminal {
  readonly #term: XTerm;
  readonly #fit = new FitAddon();
  readonly #options: TerminalOptions;
  readonly #resize: ResizeObserver;
  readonly #looks: MutationObserver;
  #history: readonly string[];
  #line: Line = EMPTY;
  #shown: Transcript = { text: "", prompt: null, commands: [] };
  /** Row of the cursor within the typed line as it stands on the screen; null: no line stands there. */
  #tail: number | null = null;

  constructor(host: HTMLElement, history: readonly string[], options: TerminalOptions) {
    this.#options = options;
    this.#history = history;
    const css = getComputedStyle(document.documentElement);
    this.#term = new XTerm({
      fontFamily: css.getPropertyValue("--mono"),
      fontSize: 12.5,
      lineHeight: 1.3,
      cursorBlink: false,
      scrollback: 10_000,
      screenReaderMode: true,
      theme: theme(),
    });
    this.#term.loadAddon(this.#fit);
    this.#term.open(host);
    this.#term.textarea?.setAttribute("aria-label", options.label);
    this.#fit.fit();
    this.#term.onData((data) => this.#take(data));
    this.#term.attachCustomKeyEventHandler((event) => this.#ownKey(event));
    this.#resize = new ResizeObserver(() => {
      const before = this.#term.cols;
      this.#fit.fit();
      if (this.#term.cols !== before) this.#redraw();
    });
    this.#resize.observe(host);
    this.#looks = new MutationObserver(() => {
      this.#term.options.theme = theme();
    });
    this.#looks.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  get history(): readonly string[] {
    return this.#history;
  }

  /** A key that a screen's keyboard does not have, as a terminal sends it. */
  press(data: string): void {
    this.#term.focus();
    this.#take(data);
  }

  focus(): void {
    this.#term.focus();
  }

  /** What is selected, or all that was printed. */
  text(): string {
    return this.#term.getSelection() || this.#shown.text.replaceAll("\r\n", "\n");
  }

  dispose(): void {
    this.#resize.disconnect();
    this.#looks.disconnect();
    this.#term.dispose();
  }

  /** Shows a transcript: what is new is added, what was taken back is drawn afresh. */
  show(transcript: Transcript): void {
    const before = this.#shown;
    if (before === transcript) return;
    this.#shown = transcript;
    if (!transcript.text.startsWith(before.text)) {
      this.#redraw();
      return;
    }
    if (transcript.text === before.text && transcript.prompt === before.prompt) return;
    this.#eraseLine();
    this.#term.write(transcript.text.slice(before.text.length));
    this.#drawLine();
  }

  #redraw(): void {
    this.#tail = null;
    this.#term.reset();
    this.#term.write(this.#shown.text);
    this.#drawLine();
  }

  #eraseLine(): void {
    if (this.#tail === null) return;
    this.#term.write(`${this.#tail > 0 ? `\u001b[${this.#tail}A` : ""}\r\u001b[J`);
    this.#tail = null;
  }

  #drawLine(): void {
    const { prompt } = this.#shown;
    if (prompt === null) return;
    const { cols } = this.#term;
    const { text, cursor } = this.#line;
    const flat = text.replaceAll("\n", "↵");
    const total = columnsOf(prompt + flat);
    const at = columnsOf(prompt + flat.slice(0, cursor));
    const rows = Math.floor(total / cols);
    const row = Math.floor(at / cols);
    // A full last column wraps only with the next character.
    const wrap = total > 0 && total % cols === 0 ? " \r" : "";
    const up = rows > row ? `\u001b[${rows - row}A` : "";
    const right = at % cols > 0 ? `\u001b[${at % cols}C` : "";
    this.#term.write(`${prompt}${flat}${wrap}${up}\r${right}`);
    this.#tail = row;
  }

  #setLine(line: Line): void {
    this.#eraseLine();
    this.#line = line;
    this.#drawLine();
  }

  /** Shift+Tab, and Tab on an empty line, leave the terminal; Ctrl+Shift+C and a selection's Ctrl+C copy. */
  #ownKey(event: KeyboardEvent): boolean {
    if (event.key === "Tab" && (event.shiftKey || this.#line.text === "")) return false;
    const copies = (event.ctrlKey || event.metaKey) && event.code === "KeyC";
    if (copies && (event.shiftKey || this.#term.hasSelection())) {
      if (event.type === "keydown" && this.#term.hasSelection()) {
        void navigator.clipboard?.writeText(this.#term.getSelection()).catch(() => {});
        this.#term.clearSelection();
        event.preventDefault();
      }
      return false;
    }
    // The page's own keys with Ctrl: search, apply.
    return !((event.ctrlKey || event.metaKey) && (event.code === "KeyK" || event.key === "Enter"));
  }

  #take(data: string): void {
    if (data === "\u0003") {
      if (this.#shown.prompt === null) this.#options.onInterrupt();
      else this.#setLine(EMPTY);
      return;
    }
    if (data === "\u000c") {
      this.#options.onClear();
      return;
    }
    if (this.#shown.prompt === null) return;
    if (data === "\r") {
      this.#enter();
      return;
    }
    if (data === "\t") {
      this.#complete();
      return;
    }
    // What is pasted may be several lines: one script, run by Enter.
    const text = data.length > 1 && !data.startsWith("\u001b") ? data.replace(/\r\n?/g, "\n") : data;
    const line = keyed(this.#line, text, this.#history);
    if (line) this.#setLine(line);
  }

  #enter(): void {
    const command = this.#line.text.trim();
    this.#setLine(EMPTY);
    if (command === "") {
      this.#term.write("\r\n");
      this.#tail = null;
      this.#drawLine();
      return;
    }
    if (command === "clear") {
      this.#options.onClear();
      return;
    }
    if (this.#history.at(-1) !== command) this.#history = [...this.#history, command].slice(-MAX_HISTORY);
    this.#options.onCommand(command);
  }

  #complete(): void {
    const head = this.#line.text.slice(0, this.#line.cursor);
    const { from, options } = this.#options.complete(head);
    if (options.length === 0) return;
    const common = commonStart(options);
    const word = head.slice(from);
    const rest = this.#line.text.slice(this.#line.cursor);
    const only = options.length === 1 && !common.endsWith("=") ? `${common} ` : common;
    if (only.length > word.length) {
      const done = head.slice(0, from) + only;
      this.#setLine({ ...lineOf(done + rest), cursor: done.length });
      return;
    }
    // Several, and nothing more is sure: they are listed under the line.
    this.#eraseLine();
    const prompt = this.#shown.prompt ?? "";
    this.#term.write(
      `${prompt}${this.#line.text.replaceAll("\n", "↵")}\r\n${inColumns(options, this.#term.cols)}\r\n`,
    );
    this.#drawLine();
  }
}
