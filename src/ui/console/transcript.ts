/** A terminal's text, made from the rows of its commands: what a rewind takes back is gone here too. */

/** Row of `console/process`, as far as the console reads it. */
export interface ProcessView {
  readonly id: string;
  readonly session: string;
  readonly command: string;
  readonly done?: readonly { readonly text: string }[];
  readonly live?: readonly { readonly text: string }[];
  readonly exit: number | null;
  /** The session as the command left it, or has it now. */
  readonly before?: Place;
}

/** Where a shell stands: on a node, or on the user's own machine. */
export interface Place {
  readonly node: string | null;
  readonly cwd: string;
}

export interface Transcript {
  /** With the line ends of a terminal. */
  readonly text: string;
  /** What the next command is asked with; null while one runs. */
  readonly prompt: string | null;
  /** Commands given here, the oldest first. */
  readonly commands: readonly string[];
}

const homes: Readonly<Record<string, string>> = { "/work": "~", "/root": "~" };

export const promptOf = ({ node, cwd }: Place): string =>
  node === null ? `${cwd === "/work" ? "" : `${cwd} `}$ ` : `root@${node}:${homes[cwd] ?? cwd}# `;

/** Of control sequences only those that move, erase and colour; a program does not speak to the page. */
const plain = (text: string): string =>
  text.replace(/\u001b\[[0-9;?]*[A-HJKfmsuhl]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, (c) =>
    c.length > 1 ? c : "",
  );

const lines = (text: string): string => text.replace(/\r?\n/g, "\r\n");

const numberOf = (id: string): number => Number(/\d+/.exec(id)?.[0] ?? 0);

/** `since`: number of the last command that was cleared away. */
export function transcriptOf(
  rows: Iterable<ProcessView>,
  session: string,
  begin: Place,
  since = 0,
): Transcript {
  let text = "";
  let place = begin;
  let running = false;
  const commands: string[] = [];
  const own = [...rows].filter((r) => r.session === session).sort((a, b) => numberOf(a.id) - numberOf(b.id));
  for (const row of own) {
    commands.push(row.command);
    const output = [...(row.done ?? []), ...(row.live ?? [])].map((c) => c.text).join("");
    let block = `${promptOf(place)}${lines(plain(row.command)).replaceAll("\r\n", "\r\n> ")}\r\n${lines(plain(output))}`;
    if (row.exit === 130) block += "^C";
    if (row.exit !== null && !block.endsWith("\n")) block += "\r\n";
    if (row.exit === null) running = true;
    place = row.before ?? place;
    if (numberOf(row.id) > since) text += block;
  }
  return { text, prompt: running ? null : promptOf(place), commands };
}

/** Number of the last command of a session: everything up to it can be cleared away. */
export const lastNumber = (rows: Iterable<ProcessView>): number =>
  Math.max(0, ...[...rows].map((r) => numberOf(r.id)));
