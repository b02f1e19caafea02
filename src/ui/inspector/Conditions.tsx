import { Fragment } from "react";
import styles from "../parts/panels.module.css";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { age, msOf } from "../store/time.ts";
import { useWorld } from "../store/world.ts";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/** Conditions as the API has them. `bad`: types that are a trouble when True (pressure on a node). */
export function Conditions({
  conditions,
  bad,
}: {
  conditions: readonly Condition[];
  bad?: (type: string) => boolean;
}) {
  const start = useWorld((w) => w.start);
  const second = useWorld((w) => Math.floor(w.now / 1000));
  return (
    <div className={styles.conditions}>
      {conditions.map((c) => {
        const good = bad?.(c.type) ? "False" : "True";
        const since = msOf(start, c.lastTransitionTime);
        return (
          <Fragment key={c.type}>
            <StateGlyph
              state={
                c.status === good
                  ? "ready"
                  : c.status === "Unknown"
                    ? "unknown"
                    : bad?.(c.type)
                      ? "failed"
                      : "creating"
              }
              label={c.status}
            />
            <span title={c.message}>
              {c.type}
              {c.reason && c.status !== good ? ` · ${c.reason}` : ""}
            </span>
            <span data-since>{since === undefined ? "" : age(second * 1000 - since)}</span>
          </Fragment>
        );
      })}
    </div>
  );
}
