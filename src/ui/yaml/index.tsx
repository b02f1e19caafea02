import { Fragment, useMemo } from "react";
import { stringify } from "yaml";
import { useT } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import styles from "../parts/panels.module.css";
import { toast } from "../parts/Toast.tsx";
import { nodeOf } from "../store/select/nodes.ts";
import { podOf } from "../store/select/pods.ts";
import { useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";

/** As kubectl prints it: keys in order of the alphabet, lists no further in than their key. */
const printYaml = (object: object): string =>
  stringify(object, { lineWidth: 0, sortMapEntries: true, indentSeq: false });

const LINE = /^(\s*(?:- )*)("(?:[^"\\]|\\.)*"|[^\s"'#:][^:#]*?)(:)(?=\s|$)(.*)$/;

/** Keys set off from values; the text itself stays as it is. */
function Lit({ text }: { text: string }) {
  return text.split("\n").map((line, i) => {
    const [, before, key, colon, value] = LINE.exec(line) ?? [];
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their number
      <Fragment key={i}>
        {key === undefined ? (
          line
        ) : (
          <>
            {before}
            <span className={styles.key}>{key}</span>
            {colon}
            <span className={styles.value}>{value}</span>
          </>
        )}
        {"\n"}
      </Fragment>
    );
  });
}

/** The selected object as `kubectl get -o yaml` has it. */
export default function Yaml() {
  const t = useT();
  const selection = useView((v) => v.selection);
  const id = selection?.kind === "object" ? selection.id : "";
  const object = useWorld((w) =>
    id.startsWith("node/") ? nodeOf(w.tables, id.slice(5))?.node : podOf(w.tables, id)?.pod,
  );
  const text = useMemo(() => (object ? printYaml(object) : ""), [object]);
  if (!object) return <EmptyState>{t("ui.inspector.empty")}</EmptyState>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard */}
      <pre className={styles.source} tabIndex={0}>
        <Lit text={text} />
      </pre>
      <div className={styles.foot}>
        <span>{id}</span>
        <Button
          size="s"
          onPress={() => {
            void navigator.clipboard?.writeText(text);
            toast(t("ui.copied"));
          }}
        >
          {t("ui.copy")}
        </Button>
      </div>
    </>
  );
}
