import { useT } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import { actions } from "../store/engine.ts";
import { podsOf } from "../store/select/pods.ts";
import { useWorld } from "../store/world.ts";
import { missingImage } from "../why/diagnosis.ts";
import styles from "./editor.module.css";

/** Where a pod waits for an image that this text names and no registry has: one may let it exist. */
export function ImageOffer({ text }: { text: string }) {
  const t = useT();
  const image = useWorld((w) =>
    podsOf(w.tables)
      .map((pod) => missingImage(pod, undefined, w.inputs))
      .find((name) => name !== undefined && text.includes(name)),
  );
  if (image === undefined) return null;
  return (
    <div className={styles.offer} role="status">
      <p>
        {t("editor.image.missing", { image })} {t("ui.why.image.note")}
      </p>
      <Button size="s" onPress={() => void actions.letImageExist(image)}>
        {t("ui.why.image.let")}
      </Button>
    </div>
  );
}
