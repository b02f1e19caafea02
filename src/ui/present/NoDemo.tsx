import { href } from "../app/routes.ts";
import { useT } from "../i18n.tsx";
import { LinkButton } from "../parts/Button.tsx";
import { EmptyState } from "../parts/EmptyState.tsx";
import styles from "./present.module.css";

/** There is no such demo, or it has no moments. */
export function NoDemo({ id }: { id: string }) {
  const t = useT();
  return (
    <main id="main" tabIndex={-1} className={styles.nothing}>
      <EmptyState
        action={
          <LinkButton kind="primary" href={href({ page: "lessons" })}>
            {t("present.toLessons")}
          </LinkButton>
        }
      >
        {t("present.unknown", { id })}
      </EmptyState>
    </main>
  );
}
