import { useT } from "../i18n.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import { nodeOf } from "../store/select/nodes.ts";
import { podOf } from "../store/select/pods.ts";
import { useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import { ComponentFacts } from "./ComponentFacts.tsx";
import { NodeFacts } from "./NodeFacts.tsx";
import { PodFacts } from "./PodFacts.tsx";
import { RecordFacts } from "./RecordFacts.tsx";

/** The selected thing: what it is, how it is, what it is made of. */
export default function Inspector() {
  const t = useT();
  const selection = useView((v) => v.selection);
  const pod = useWorld((w) => (selection?.kind === "object" ? podOf(w.tables, selection.id) : undefined));
  const node = useWorld((w) =>
    selection?.kind === "object" && selection.id.startsWith("node/")
      ? nodeOf(w.tables, selection.id.slice(5))
      : undefined,
  );
  const record = useWorld((w) => (selection?.kind === "record" ? w.trace.get(selection.seq) : undefined));
  if (pod)
    return (
      <PodFacts pod={pod} container={selection?.kind === "object" ? selection.id.split("/")[3] : undefined} />
    );
  if (node) return <NodeFacts node={node} />;
  if (record) return <RecordFacts record={record} />;
  if (selection?.kind === "component") return <ComponentFacts id={selection.id} />;
  return <EmptyState>{selection ? t("ui.inspector.gone") : t("ui.inspector.empty")}</EmptyState>;
}
