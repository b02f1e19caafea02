import { useMemo } from "react";
import { stringify } from "yaml";
import { useT } from "../i18n.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { row, useWorld, world } from "../store/world.ts";
import { objectsOf } from "./documents.ts";
import styles from "./editor.module.css";
import { expectedObject, lastApplied, withoutServerFields } from "./expected.ts";
import { type DiffLine, diffLines } from "./line-diff.ts";

interface ObjectDiff {
  readonly title: string;
  /** Absent: the object is not in the cluster yet. */
  readonly lines: readonly DiffLine[];
  readonly exists: boolean;
}

const print = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });

/** Kinds that have no namespace: their rows are keyed by name alone. */
const CLUSTER_WIDE = new Set([
  "Node",
  "Namespace",
  "PersistentVolume",
  "StorageClass",
  "PriorityClass",
  "RuntimeClass",
  "CSIDriver",
  "CSINode",
]);

function diffs(text: string): ObjectDiff[] {
  const { tables } = world.getState();
  return objectsOf(text).flatMap((object): ObjectDiff[] => {
    const wanted = object.toJS();
    if (!wanted) return [];
    const key = CLUSTER_WIDE.has(object.kind) ? object.name : `${object.namespace}/${object.name}`;
    const live = row<unknown>(tables, `api/${object.kind}`, key);
    const title = `${object.kind} ${key}`;
    if (live === undefined)
      return [{ title, exists: false, lines: diffLines("", print(wanted)).filter((l) => l.kind === "new") }];
    const expected = expectedObject(live, wanted, lastApplied(live));
    return [
      {
        title,
        exists: true,
        lines: diffLines(print(withoutServerFields(live)), print(withoutServerFields(expected))),
      },
    ];
  });
}

/** What applying the file would change in the cluster, as `kubectl diff` would show it. */
export default function DiffDialog({
  name,
  text,
  onClose,
}: {
  name: string;
  text: string;
  onClose: () => void;
}) {
  const t = useT();
  const tables = useWorld((w) => w.tables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: read from the world, again when its tables change
  const objects = useMemo(() => diffs(text), [text, tables]);
  return (
    <Dialog open onClose={onClose} title={t("editor.diff.title", { file: name })} width={760}>
      <div className={styles.diffs}>
        <p className={styles.note}>{t("editor.diff.about")}</p>
        {objects.length === 0 && <p>{t("editor.diff.none")}</p>}
        {objects.map((object) => (
          <section key={object.title}>
            <h3 className={styles.diffTitle}>
              <code>{object.title}</code>
              {!object.exists && <span>{t("editor.diff.new")}</span>}
            </h3>
            {object.lines.length === 0 ? (
              <p className={styles.note}>{t("editor.diff.same")}</p>
            ) : (
              <DiffLines lines={object.lines} />
            )}
          </section>
        ))}
      </div>
    </Dialog>
  );
}

const SIGN = { same: " ", gone: "−", new: "+", gap: "⋯" } as const;

function DiffLines({ lines }: { lines: readonly DiffLine[] }) {
  const t = useT();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <pre className={styles.diff} tabIndex={0}>
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name
        <span key={i} className={styles.diffLine} data-kind={line.kind}>
          <i aria-hidden="true">{line.before ?? ""}</i>
          <i aria-hidden="true">{line.after ?? ""}</i>
          {(line.kind === "gone" || line.kind === "new") && (
            <span className="visually-hidden">
              {t(line.kind === "gone" ? "editor.diff.gone" : "editor.diff.came")}
            </span>
          )}
          <b aria-hidden="true">{SIGN[line.kind]}</b>
          {line.text}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}
