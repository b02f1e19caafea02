import { useT } from "../i18n.tsx";
import styles from "../parts/panels.module.css";
import { StateBadge } from "../parts/StateGlyph.tsx";
import type { NodeView } from "../store/select/nodes.ts";
import { podsOnNode } from "../store/select/pods.ts";
import { useWorld } from "../store/world.ts";
import { Conditions } from "./Conditions.tsx";
import { Facts, Section } from "./Facts.tsx";

export function NodeFacts({ node }: { node: NodeView }) {
  const t = useT();
  const count = useWorld((w) => podsOnNode(w.tables, node.name).length);
  const info = node.node.status?.nodeInfo;
  return (
    <div>
      <div className={styles.who}>
        <div className={styles.whoText}>
          <h2>{node.name}</h2>
          <p>{`Node · ${node.version}`}</p>
          <StateBadge state={node.state}>{node.status}</StateBadge>
        </div>
      </div>
      <Facts
        items={[
          [t("ui.node.pods"), `${count} / ${node.maxPods}`],
          ["CPU", node.cpu],
          [t("ui.node.memory"), node.memory],
          [
            t("ui.node.allocatable"),
            Object.entries(node.node.status?.allocatable ?? {})
              .filter(([k]) => k === "cpu" || k === "memory")
              .map(([k, v]) => `${k} ${v}`)
              .join(", "),
          ],
          [t("ui.node.runtime"), info?.containerRuntimeVersion],
          [t("ui.node.kernel"), info?.kernelVersion],
          ["taints", (node.node.spec?.taints ?? []).map((x) => `${x.key}:${x.effect}`).join(", ")],
        ]}
      />
      <Section title={t("ui.pod.conditions")}>
        <Conditions conditions={node.node.status?.conditions ?? []} bad={(type) => type !== "Ready"} />
      </Section>
    </div>
  );
}
