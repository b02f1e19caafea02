/** What stays between the commands of one terminal. */

export interface Session {
  readonly id: string;
  /** Node whose shell it is; null: the user's own machine. */
  readonly node: string | null;
  readonly cwd: string;
  readonly vars: { readonly [name: string]: string };
  /** Bodies of the shell functions defined here. */
  readonly functions?: { readonly [name: string]: string };
  /** Namespace of kubectl's current context. */
  readonly namespace: string;
  readonly status: number;
}

export const HOME = "/root";
/** Where a terminal on the user's own machine begins. */
export const WORK = "/work";
export const CONTEXT = "kubernetes-admin@kubernetes";
export const SERVER = "127.0.0.1:6443";

export function newSession(id: string, node: string | null): Session {
  return { id, node, cwd: node === null ? WORK : HOME, vars: {}, namespace: "default", status: 0 };
}
