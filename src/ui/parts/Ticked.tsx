/** A sentence with what stands between backticks set as code. */
export function Ticked({ text }: { text: string }) {
  return text.split("`").map((piece, i) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one sentence
    i % 2 === 1 ? <code key={i}>{piece}</code> : piece,
  );
}
