import { useEffect, useId, useState } from "react";
import { useT } from "../i18n.tsx";
import { Button } from "../parts/Button.tsx";
import controls from "../parts/controls.module.css";
import { Dialog } from "../parts/Dialog.tsx";
import { toast } from "../parts/Toast.tsx";
import { setView, useView } from "../store/view.ts";
import dialogs from "../workbench/dialogs.module.css";
import type { SharedRun } from "./format.ts";
import { copyText, downloadRun, linkOf, sharedRun } from "./make.ts";
import styles from "./share.module.css";
import { useShare } from "./state.ts";

/** The link in a field to copy by hand, a note for whoever opens it, and the run as a file. */
export default function ShareDialog() {
  const open = useView((v) => v.dialog === "share");
  return open ? <ShareForm /> : null;
}

function ShareForm() {
  const t = useT();
  const why = useShare((s) => s.why);
  const [notes, setNotes] = useState("");
  const [made, setMade] = useState<{ readonly run: SharedRun; readonly link: string | undefined } | null>(
    null,
  );
  const id = useId();
  const close = (): void => {
    useShare.setState({ why: "asked" });
    setView({ dialog: null });
  };
  useEffect(() => {
    let gone = false;
    const timer = setTimeout(
      async () => {
        const run = await sharedRun(notes);
        const link = await linkOf(run);
        if (!gone) setMade({ run, link });
      },
      notes ? 250 : 0,
    );
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [notes]);
  const long = made !== null && made.link === undefined;
  return (
    <Dialog open onClose={close} title={t("share.title")} width={480}>
      <div className={dialogs.form}>
        <p className={dialogs.about} role={why === "asked" ? undefined : "status"}>
          {t(long ? "share.long" : why === "denied" ? "share.denied" : "share.about")}
        </p>
        {!long && (
          <div className={controls.formField}>
            <label htmlFor={id}>{t("share.link")}</label>
            <input
              id={id}
              className={`${controls.input} ${styles.link}`}
              readOnly
              value={made?.link ?? ""}
              onFocus={(e) => e.target.select()}
            />
          </div>
        )}
        <div className={controls.formField}>
          <label htmlFor={`${id}-notes`}>{t("share.notes")}</label>
          <textarea
            id={`${id}-notes`}
            className={`${controls.input} ${styles.notes}`}
            maxLength={4000}
            rows={3}
            value={notes}
            onChange={(e) => setNotes(e.target.value)}
          />
        </div>
        <footer className={dialogs.foot}>
          <Button
            kind={long ? "primary" : "quiet"}
            isDisabled={!made}
            onPress={() => made && void downloadRun(made.run)}
          >
            {t("share.file")}
          </Button>
          {!long && (
            <Button
              kind="primary"
              isDisabled={!made}
              onPress={async () => {
                if (made?.link !== undefined && (await copyText(made.link))) {
                  close();
                  toast(t("ui.share.copied"));
                  return;
                }
                useShare.setState({ why: "denied" });
                document.getElementById(id)?.focus();
              }}
            >
              {t("share.copy")}
            </Button>
          )}
        </footer>
      </div>
    </Dialog>
  );
}
