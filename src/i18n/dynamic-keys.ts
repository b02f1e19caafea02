/**
 * Beginnings of keys that code puts together from data (`record.` + a record's type), so that no source names them
 * whole. Messages that begin so count as used.
 */
export const dynamicKeys: readonly string[] = [];
