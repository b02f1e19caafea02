import { ArrowRightToLine, ArrowUp, Copy, Eraser, Square } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { Pod } from "../../api/types.ts";
import { useT } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { Segmented } from "../parts/Segmented.tsx";
import { toast } from "../parts/Toast.tsx";
import { actions } from "../store/engine.ts";
import { load, save } from "../store/keep.ts";
import { runUntil } from "../store/playback.ts";
import { nodesOf } from "../store/select/nodes.ts";
import { useView } from "../store/view.ts";
import { rows, useWorld, type World, world } from "../store/world.ts";
import { complete, type Known } from "./complete.ts";
import styles from "./console.module.css";
import { Terminal } from "./Terminal.ts";
import { lastNumber, type Place, type ProcessView, type Transcript, transcriptOf } from "./transcript.ts";

/** Session of the user's own machine; a node's is `node:NAME`. */
const MAIN = "main";
/** Choice of the user's own machine; no node is called so. */
const OWN = "~";
/** A command that is given while time stands still gets so much of it at most. */
const PATIENCE_MS = 2000;

const sessionOf = (node: string): string => (node === "" ? MAIN : `node:${node}`);
const beginOf = (node: string): Place =>
  node === "" ? { node: null, cwd: "/work" } : { node, cwd: "/root" };

const processes = (w: Pick<World, "tables">): ReadonlyMap<string, ProcessView> =>
  rows<ProcessView>(w.tables, "console/process");

const named = (object: unknown): { readonly name: string; readonly namespace: string } => {
  const { metadata } = object as { metadata?: { name?: string; namespace?: string } };
  return { name: metadata?.name ?? "", namespace: metadata?.namespace ?? "" };
};

const knownOn = (node: string | null): Known => ({
  node,
  names: (kind, namespace) =>
    [...rows<unknown>(world.getState().tables, `api/${kind}`).values()]
      .map(named)
      .filter((o) => namespace === undefined || o.namespace === "" || o.namespace === namespace)
      .map((o) => o.name),
  containers: (pod, namespace) => {
    const found = [...rows<Pod>(world.getState().tables, "api/Pod").values()].find(
      (p) => named(p).name === pod && named(p).namespace === (namespace ?? "default"),
    );
    return [...(found?.spec?.initContainers ?? []), ...(found?.spec?.containers ?? [])].map((c) => c.name);
  },
});

/** Commands in virtual time: kubectl on the user's own machine, a shell on each node. */
export default function ConsolePanel() {
  const t = useT();
  const nodes = useWorld((w) => nodesOf(w.tables));
  const [node, setNode] = useState("");
  const [chosen, setChosen] = useState(false);
  const here = node !== "" && !nodes.some((n) => n.name === node) ? "" : node;
  const items = [{ id: OWN, label: t("console.own") }, ...nodes.map((n) => ({ id: n.name, label: n.name }))];
  return (
    <div className={styles.console}>
      <TerminalHost key={here} node={here} focused={chosen}>
        {items.length > 1 && (
          <Segmented
            items={items}
            selected={here || OWN}
            onSelect={(id) => {
              setNode(id === OWN ? "" : id);
              setChosen(true);
            }}
            label={t("console.where")}
          />
        )}
      </TerminalHost>
    </div>
  );
}

/** Numbers up to which each session was cleared; the run itself knows nothing of it. */
const cleared = new Map<string, number>();

/**
 * Who clicks on the console wants to type. The keyboard's way through tabs stays on them, and on a phone a keyboard on
 * the screen would come up unasked.
 */
function openedByMouse(): boolean {
  const at = document.activeElement;
  return Boolean(
    at?.matches("[role=tab]") && !at.matches(":focus-visible") && matchMedia("(hover: hover)").matches,
  );
}

/** @param props `focused`: somebody has chosen this node, and the choice begins anew with it */
function TerminalHost({
  node,
  focused,
  children,
}: {
  node: string;
  focused: boolean;
  children: React.ReactNode;
}) {
  const t = useT();
  const host = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal | null>(null);
  const session = sessionOf(node);
  const run = useView((v) => v.run);
  const table = useWorld(processes);
  const [since, setSince] = useState(() => cleared.get(session) ?? 0);
  const transcript: Transcript = useMemo(
    () => transcriptOf(table.values(), session, beginOf(node), since),
    [table, session, node, since],
  );
  const latest = useRef({ transcript, table });
  latest.current = { transcript, table };

  const give = async (command: string): Promise<void> => {
    const { playing } = useView.getState();
    const begun = lastNumber(processes(world.getState()).values());
    await actions.input({ type: "run", command, session, ...(node === "" ? {} : { on: node }) });
    if (playing) return;
    // While time stands still nothing answers: it runs on until the command has ended.
    const running = (): boolean =>
      [...processes(world.getState()).values()].some(
        (p) => p.session === session && p.exit === null && Number(p.id.slice(1)) > begun,
      );
    if (running()) {
      const end = world.getState().now + PATIENCE_MS;
      runUntil(() => !running() || world.getState().now >= end, end);
    }
  };
  const interrupt = (): void => void actions.input({ type: "interrupt", session });
  const clear = (): void => {
    const last = lastNumber(latest.current.table.values());
    cleared.set(session, last);
    setSince(last);
    terminal.current?.focus();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the terminal lives as long as its session is in view
  useEffect(() => {
    if (!host.current) return;
    const made = new Terminal(host.current, load<string[]>("console", []), {
      label: t("console.label", { where: node === "" ? t("console.own") : node }),
      onCommand: (command) => {
        save("console", made.history);
        void give(command);
      },
      onInterrupt: interrupt,
      onClear: clear,
      complete: (line) => {
        const place = latest.current.transcript.prompt?.startsWith("root@") ? node || "node" : null;
        return complete(line, knownOn(place));
      },
    });
    terminal.current = made;
    made.show(latest.current.transcript);
    if (focused || openedByMouse()) made.focus();
    return () => {
      terminal.current = null;
      made.dispose();
    };
  }, [session]);

  useEffect(() => terminal.current?.show(transcript), [transcript]);

  // Another run numbers its commands anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `run` is what it is about
  useEffect(() => {
    if (lastNumber(latest.current.table.values()) >= since) return;
    cleared.delete(session);
    setSince(0);
  }, [run, table]);

  return (
    <>
      <div className={styles.head}>
        {children}
        <span className={styles.hint}>{t("console.hint")}</span>
        <span className={styles.keys}>
          <IconButton
            icon={ArrowRightToLine}
            iconSize={16}
            label={t("console.key.tab")}
            onPress={() => terminal.current?.press("\t")}
          />
          <IconButton
            icon={ArrowUp}
            iconSize={16}
            label={t("console.key.up")}
            onPress={() => terminal.current?.press("\u001b[A")}
          />
        </span>
        {transcript.prompt === null && (
          <Button size="s" icon={Square} onPress={interrupt}>
            {t("console.stop")}
          </Button>
        )}
        <IconButton
          icon={Copy}
          iconSize={14}
          label={t("console.copy")}
          onPress={() =>
            void navigator.clipboard
              .writeText(terminal.current?.text() ?? "")
              .then(() => toast(t("console.copied")))
              .catch(() => toast(t("console.denied")))
          }
        />
        <IconButton icon={Eraser} iconSize={14} label={t("console.clear")} onPress={clear} />
      </div>
      <div ref={host} className={styles.host} />
    </>
  );
}
