/** Small things kept on this device. Where storage is denied everything works, it is only not remembered. */

const prefix = "syncloop.";

export function load<T>(key: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(prefix + key);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
  } catch {
    // private mode, full disk: not worth a word to the reader
  }
}
