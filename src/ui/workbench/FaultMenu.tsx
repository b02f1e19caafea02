import { Zap } from "lucide-react";
import { useState } from "react";
import { HOTKEYS, useHotkey } from "../app/hotkeys.ts";
import { type Key, useT } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Field, Select, TextInput } from "../parts/Field.tsx";
import { Menu } from "../parts/Menu.tsx";
import { StateGlyph } from "../parts/StateGlyph.tsx";
import { actions } from "../store/engine.ts";
import { type ActiveFault, faultsOf } from "../store/select/faults.ts";
import { nodesOf } from "../store/select/nodes.ts";
import { podsOf } from "../store/select/pods.ts";
import { runTime } from "../store/time.ts";
import { setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import styles from "./dialogs.module.css";
import { FAULT_GROUPS, type FaultDraft, faultInput, faultSpec, suggestedTarget } from "./faults.ts";

const faultKey = (type: string): Key => `ui.fault.${type}` as Key;
const aboutKey = (type: string): Key => `ui.fault.${type}.about` as Key;

/** Break it: what can be broken, and what is broken now, to be cleared. */
export function FaultMenu({ compact }: { compact: boolean }) {
  const t = useT();
  const active = useWorld((w) => faultsOf(w.tables));
  const open = useView((v) => v.dialog === "break");
  const show = (shown: boolean): void => setView({ dialog: shown ? "break" : null });
  useHotkey("break", () => show(true));
  const groups = [
    ...(active.length
      ? [{ id: "active", title: t("ui.fault.active"), entries: active.map((f) => activeEntry(f, t)) }]
      : []),
    ...FAULT_GROUPS.map((g) => ({
      id: g.id,
      title: t(`ui.fault.group.${g.id}`),
      entries: g.faults.map((f) => ({ id: f.type, label: t(faultKey(f.type)), detail: t(aboutKey(f.type)) })),
    })),
  ];
  const choose = (id: string): void => {
    if (id.startsWith("clear:")) void actions.clear({ id: Number(id.slice(6)) });
    // The menu closes after its action, and with it what it has opened: the dialog comes after.
    else setTimeout(() => askFault(id));
  };
  return (
    <Menu
      label={t("ui.fault.break")}
      groups={groups}
      open={open}
      onOpen={show}
      onChoose={choose}
      trigger={
        compact ? (
          <IconButton icon={Zap} label={t("ui.fault.break")} hotkey={HOTKEYS.break.keys} />
        ) : (
          <Button icon={Zap}>
            {t("ui.fault.break")}
            {active.length > 0 && <b className={styles.count}>{active.length}</b>}
          </Button>
        )
      }
    />
  );
}

const activeEntry = (fault: ActiveFault, t: ReturnType<typeof useT>) => ({
  id: `clear:${fault.id}`,
  label: t("ui.fault.clear", { fault: t(faultKey(fault.type)) }),
  detail: [fault.target, fault.until === null ? "" : t("ui.fault.until", { time: runTime(fault.until, 0) })]
    .filter(Boolean)
    .join(" · "),
  mark: <StateGlyph state="failed" />,
});

/** Type chosen in the menu or by a context menu; the dialog asks for the rest. */
let pendingType = "registry-down";

/** Opens the dialog for a fault, from wherever it was asked for. */
export function askFault(type: string): void {
  pendingType = type;
  setView({ dialog: "fault" });
}

export function FaultDialog() {
  const open = useView((v) => v.dialog === "fault");
  return open ? <FaultForm type={pendingType} /> : null;
}

function FaultForm({ type }: { type: string }) {
  const t = useT();
  const spec = faultSpec(type) ?? { type, target: "none" as const };
  const tables = useWorld((w) => w.tables);
  const selected = suggestedTarget(useView((v) => v.selection));
  const nodes = nodesOf(tables).map((n) => n.name);
  const containers = podsOf(tables).flatMap((p) =>
    p.containers.filter((c) => c.kind !== "init").map((c) => c.id),
  );
  const images = [...new Set(podsOf(tables).flatMap((p) => p.containers.map((c) => c.image)))];
  const [draft, setDraft] = useState<FaultDraft>(() => ({
    spec,
    node: selected.startsWith("node/") ? selected.slice(5) : (nodes[0] ?? ""),
    target: containers.find((c) => selected !== "" && c.startsWith(selected)) ?? containers[0] ?? "",
    image: images[0] ?? "",
    for: "60s",
    fields: spec.fields ?? {},
  }));
  const close = (): void => setView({ dialog: null });
  const set = (part: Partial<FaultDraft>): void => setDraft({ ...draft, ...part });
  return (
    <Dialog open onClose={close} title={t(faultKey(type))} width={420}>
      <form
        className={styles.form}
        onSubmit={(e) => {
          e.preventDefault();
          close();
          void actions.fault(faultInput(draft));
        }}
      >
        <p className={styles.about}>{t(aboutKey(type))}</p>
        {spec.target === "node" && (
          <Field label={t("ui.fault.node")}>
            <Select value={draft.node} options={nodes} onChange={(node) => set({ node })} />
          </Field>
        )}
        {spec.target === "pod" && (
          <Field label={t("ui.fault.container")}>
            <Select
              value={draft.target}
              options={containers}
              print={(id) => id.split("/").slice(2).join(" / ")}
              onChange={(target) => set({ target })}
            />
          </Field>
        )}
        {spec.target === "image" && (
          <Field label={t("ui.fault.image")}>
            <TextInput value={draft.image} suggestions={images} onChange={(image) => set({ image })} />
          </Field>
        )}
        {Object.entries(draft.fields).map(([name, value]) => (
          <Field key={name} label={t(`ui.fault.field.${name}` as Key)}>
            <TextInput
              value={String(value)}
              onChange={(written) =>
                set({
                  fields: {
                    ...draft.fields,
                    [name]: typeof value === "number" ? Number(written) || 0 : written,
                  },
                })
              }
            />
          </Field>
        ))}
        {!spec.oneShot && (
          <Field label={t("ui.fault.for")} note={t("ui.fault.for.note")}>
            <TextInput
              value={draft.for}
              suggestions={["10s", "30s", "60s", "2m", "5m", ""]}
              onChange={(lasts) => set({ for: lasts })}
            />
          </Field>
        )}
        <footer className={styles.foot}>
          <Button kind="quiet" onPress={close}>
            {t("ui.cancel")}
          </Button>
          <Button kind="primary" type="submit">
            {t("ui.fault.do")}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
