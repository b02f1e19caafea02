/** A shared run as the part of a link: JSON, deflated, in letters that an address may hold. */
import {
  MAX_JSON_BYTES,
  problem,
  type Read,
  readSharedRun,
  type SharedRun,
  type ShareProblem,
} from "./format.ts";

/** Longest `s=` of a link; what is longer becomes a file. */
export const MAX_LINK_CHARS = 32 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

export async function encodeRun(run: SharedRun): Promise<string> {
  const deflated = new Blob([JSON.stringify(run)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return toBase64Url(new Uint8Array(await new Response(deflated).arrayBuffer()));
}

/** Reads `s=` of a link. Everything about it is doubted in turn: length, letters, size unpacked, form. Never throws. */
export async function decodeRun(text: string): Promise<Read<SharedRun>> {
  if (text.length > MAX_LINK_CHARS)
    return problem("link-too-long", { chars: text.length, limit: MAX_LINK_CHARS });
  const bytes = fromBase64Url(text);
  if (!bytes) return problem("letters");
  const json = await inflate(bytes, MAX_JSON_BYTES);
  return typeof json === "string" ? readSharedRun(json) : { ok: false, problem: json };
}

/** Unpacks text, and gives up as soon as it is larger than allowed. */
async function inflate(bytes: Bytes, limit: number): Promise<string | ShareProblem> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let size = 0;
  let text = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      size += value.byteLength;
      if (size > limit) {
        await reader.cancel().catch(() => {});
        return { code: "too-large", args: { limit } };
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return { code: "cut", args: {} };
  }
}

function toBase64Url(bytes: Bytes): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromBase64Url(text: string): Bytes | undefined {
  if (text === "" || text.length % 4 === 1 || !/^[\w-]+$/.test(text)) return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (c) => c.charCodeAt(0));
  } catch {
    return undefined;
  }
}
