/** md5sum and its kin, cksum, base64: of the UTF-8 bytes of what they read. */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { decodeBase64, encodeBase64, utf8Bytes } from "../../sim/bytes.ts";
import { type Filter, options, type State } from "./contract.ts";
import { orStdin } from "./sorting.ts";

/** A tool that says one line about each file as a whole. */
const aboutWhole = (say: (text: string, name: string) => string): Filter => ({
  raw: true,
  open: (args) => ({ state: { text: "" }, files: orStdin(options(args, "").rest) }),
  file: () => ({ text: "" }),
  line: (state: State, text) => ({ text: state.text + text }),
  fileEnd: (state: State, name, io) => {
    io.out(`${say(String(state.text), name)}\n`);
    return state;
  },
  end: () => 0,
});

const digest = (hash: (bytes: Uint8Array) => Uint8Array): Filter =>
  aboutWhole((text, name) => `${bytesToHex(hash(utf8Bytes(text)))}  ${name}`);

/** POSIX's own CRC: most significant bit first, the length appended, inverted. */
export function posixCrc(bytes: Uint8Array): number {
  let crc = 0;
  const feed = (byte: number): void => {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  };
  bytes.forEach(feed);
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) feed(length & 0xff);
  return ~crc >>> 0;
}

const cksum = aboutWhole((text, name) => {
  const bytes = utf8Bytes(text);
  return `${posixCrc(bytes)} ${bytes.length}${name === "-" ? "" : ` ${name}`}`;
});

const base64: Filter = {
  raw: true,
  open: (args) => {
    const { flags, rest } = options(args, "w");
    return {
      state: {
        d: flags.d === true || flags.decode === true,
        w: typeof flags.w === "string" ? Number(flags.w) : 76,
        text: "",
      },
      files: orStdin(rest),
    };
  },
  line: (state: State, text) => ({ ...state, text: state.text + text }),
  end: (state: State, io) => {
    if (state.d) io.out(decodeBase64(state.text));
    else {
      const whole = encodeBase64(state.text);
      io.out(`${state.w > 0 ? whole.replace(new RegExp(`(.{${state.w}})(?=.)`, "g"), "$1\n") : whole}\n`);
    }
    return 0;
  },
};

export const checksums: Readonly<Record<string, Filter>> = {
  md5sum: digest(md5),
  sha1sum: digest(sha1),
  sha256sum: digest(sha256),
  sha512sum: digest(sha512),
  cksum,
  base64,
};
