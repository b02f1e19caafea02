/**
 * Files that grow by appending: logs. The versions of a long one share its text, of which all but the end is packed:
 * keyframes hold the logs of many hours as they were.
 */
import { deflateSync, inflateSync } from "fflate";
import { byteLength, utf8Bytes, utf8Text } from "../sim/bytes.ts";
import type { Ms } from "../sim/types.ts";
import type { FileNode } from "./fs.ts";

/** What a file keeps of its content at most, and what is left after a cut; in UTF-16 units, as all lengths here. */
const KEEP_MOST = 512 * 1024;
const KEEP_LEAST = 256 * 1024;
/** Shorter contents are one text. */
const SHORT = 16 * 1024;
/** Text that is packed at once: lines, where lines are not longer than that. */
const PIECE = 4 * 1024;

interface Piece {
  readonly length: number;
  /** The text, or its UTF-8 deflated. */
  readonly held: string | Uint8Array;
}

interface Pieces {
  readonly done: readonly Piece[];
  /** What follows them, shorter than a piece. */
  readonly tail: string;
  /** Of all. */
  readonly length: number;
}

/** How the contents of long files are held. */
const piecesOf = new WeakMap<FileNode, Pieces>();

/** A file with text added. Of long files only the end is kept; `size` goes on counting. */
export function appended(node: FileNode, text: string, now: Ms): FileNode {
  const size = node.size + byteLength(text);
  const before = piecesOf.get(node);
  if (!before && node.content.length + text.length < SHORT)
    return { ...node, content: node.content + text, size, mtimeMs: now };
  const pieces = shortened(
    cut(before ?? { done: [], tail: node.content, length: node.content.length }, text),
  );
  const { mode, uid, gid } = node;
  const next: FileNode = {
    kind: "file",
    get content() {
      return textOf(pieces);
    },
    size,
    mode,
    uid,
    gid,
    mtimeMs: now,
  };
  piecesOf.set(next, pieces);
  return next;
}

/** Adds text, and makes pieces of what is long enough. */
function cut({ done, tail, length }: Pieces, text: string): Pieces {
  const rest = tail + text;
  if (rest.length < PIECE) return { done, tail: rest, length: length + text.length };
  const more: Piece[] = [];
  let from = 0;
  while (rest.length - from >= PIECE) {
    const line = rest.lastIndexOf("\n", from + PIECE - 1);
    const to = line >= from ? line + 1 : from + PIECE;
    more.push(packed(rest.slice(from, to)));
    from = to;
  }
  return { done: [...done, ...more], tail: rest.slice(from), length: length + text.length };
}

/** Drops the beginning of what has become too long. */
function shortened(pieces: Pieces): Pieces {
  if (pieces.length <= KEEP_MOST) return pieces;
  let { length } = pieces;
  let from = 0;
  while (from < pieces.done.length && length - pieces.done[from]!.length >= KEEP_LEAST)
    length -= pieces.done[from++]!.length;
  return { done: pieces.done.slice(from), tail: pieces.tail, length };
}

function packed(text: string): Piece {
  // Half a surrogate pair has no UTF-8.
  const held = text.isWellFormed() ? deflateSync(utf8Bytes(text)) : text;
  return { length: text.length, held };
}

/** Texts that were unpacked lately: a log is read again and again. Nothing is lost with an entry. */
const unpacked = new Map<Piece, string>();
const MOST_UNPACKED = 256;

function textOf({ done, tail }: Pieces): string {
  let text = "";
  for (const piece of done) {
    const { held } = piece;
    if (typeof held === "string") {
      text += held;
      continue;
    }
    let known = unpacked.get(piece);
    if (known === undefined) {
      if (unpacked.size >= MOST_UNPACKED) unpacked.clear();
      known = utf8Text(inflateSync(held)) ?? "";
      unpacked.set(piece, known);
    }
    text += known;
  }
  return text + tail;
}
