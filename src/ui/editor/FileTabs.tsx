import { Ellipsis, Plus, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useT } from "../i18n.tsx";
import { IconButton } from "../parts/Button.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Menu } from "../parts/Menu.tsx";
import styles from "./editor.module.css";
import { activeFile, fileActions, useFiles } from "./files.ts";
import { findTemplate, TEMPLATES } from "./templates.ts";

/** Strip of open files; what can be opened, and what can be done with the one in view. */
export function FileTabs({
  onFormat,
  onOpenFile,
  onClosed,
}: {
  onFormat: (() => void) | undefined;
  onOpenFile: () => void;
  onClosed: (id: string) => void;
}) {
  const t = useT();
  const files = useFiles();
  const [renaming, setRenaming] = useState<string | null>(null);
  const strip = useRef<HTMLDivElement>(null);
  const active = activeFile(files);

  // biome-ignore lint/correctness/useExhaustiveDependencies: when another file comes into view
  useEffect(() => {
    strip.current?.querySelector("[data-selected]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active?.id]);

  const close = (id: string): void => {
    fileActions.close(id);
    onClosed(id);
  };
  const show = (id: string | undefined): void => {
    if (!id) return;
    fileActions.show(id);
    requestAnimationFrame(() => strip.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  const onKey = (e: KeyboardEvent, id: string): void => {
    const at = files.open.findIndex((f) => f.id === id);
    const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
    if (step) show(files.open[(at + step + files.open.length) % files.open.length]?.id);
    else if (e.key === "Home") show(files.open[0]?.id);
    else if (e.key === "End") show(files.open.at(-1)?.id);
    else if (e.key === "Delete") {
      close(id);
      show(activeFile(useFiles.getState())?.id);
    } else if (e.key === "F2") setRenaming(id);
    else return;
    e.preventDefault();
  };

  return (
    <div className={styles.strip}>
      <div ref={strip} role="tablist" aria-label={t("editor.files")} className={styles.tabs}>
        {files.open.map((file) =>
          file.id === renaming ? (
            <RenameField
              key={file.id}
              name={file.name}
              label={t("editor.rename")}
              onDone={(name) => {
                if (name !== null) fileActions.rename(file.id, name);
                setRenaming(null);
              }}
            />
          ) : (
            <span key={file.id} className={styles.tab} data-selected={file.id === active?.id || undefined}>
              <button
                type="button"
                role="tab"
                aria-selected={file.id === active?.id}
                tabIndex={file.id === active?.id ? 0 : -1}
                onClick={() => fileActions.show(file.id)}
                onDoubleClick={() => setRenaming(file.id)}
                onAuxClick={(e) => e.button === 1 && close(file.id)}
                onKeyDown={(e) => onKey(e, file.id)}
              >
                {file.name}
              </button>
              {file.id === active?.id && files.open.length > 1 && (
                <span
                  aria-hidden="true"
                  className={styles.close}
                  title={t("editor.close")}
                  onClick={() => close(file.id)}
                  onKeyDown={undefined}
                >
                  <Icon of={X} size={12} />
                </span>
              )}
            </span>
          ),
        )}
      </div>
      <Menu
        label={t("editor.new")}
        trigger={<IconButton icon={Plus} label={t("editor.new")} iconSize={15} />}
        onChoose={(id) => {
          const template = findTemplate(id);
          if (template) fileActions.add(template.file, template.text);
          else if (id === "open") onOpenFile();
          else if (id === "restore") fileActions.restore();
          else fileActions.add("pod.yaml", "");
        }}
        groups={[
          {
            id: "files",
            entries: [
              { id: "empty", label: t("editor.new.empty") },
              { id: "open", label: t("editor.new.open") },
              {
                id: "restore",
                label: t("editor.restore"),
                disabled: files.closed.length === 0,
                ...(files.closed.length ? { detail: files.closed.at(-1)?.name ?? "" } : {}),
              },
            ],
          },
          ...TEMPLATES.map((group) => ({
            id: group.id,
            title: t(`editor.templates.${group.id}`),
            entries: group.templates.map((x) => ({
              id: x.id,
              label: x.file,
              detail: t(`editor.template.${x.id}`),
            })),
          })),
        ]}
      />
      <Menu
        label={t("editor.more")}
        trigger={<IconButton icon={Ellipsis} label={t("editor.more")} iconSize={15} />}
        onChoose={(id) => {
          if (id === "format") onFormat?.();
          else if (id === "rename" && active) setRenaming(active.id);
          else if (id === "copy" && active) fileActions.add(active.name, active.text);
          else if (id === "download" && active) download(active.name, active.text);
          else if (id === "close" && active) close(active.id);
        }}
        groups={[
          {
            id: "file",
            entries: [
              { id: "format", label: t("editor.format"), disabled: !onFormat },
              { id: "rename", label: t("editor.rename"), hotkey: "F2" },
              { id: "copy", label: t("editor.duplicate") },
              { id: "download", label: t("editor.download") },
              { id: "close", label: t("editor.close"), hotkey: "Del" },
            ],
          },
        ]}
      />
    </div>
  );
}

function RenameField({
  name,
  label,
  onDone,
}: {
  name: string;
  label: string;
  onDone: (name: string | null) => void;
}) {
  const [value, setValue] = useState(name);
  return (
    <input
      className={styles.rename}
      aria-label={label}
      value={value}
      maxLength={80}
      size={Math.max(8, value.length)}
      // biome-ignore lint/a11y/noAutofocus: it takes the place of the tab that had the focus
      autoFocus
      onFocus={(e) =>
        e.target.setSelectionRange(0, name.lastIndexOf(".") > 0 ? name.lastIndexOf(".") : name.length)
      }
      onChange={(e) => setValue(e.target.value)}
      onBlur={() => onDone(value)}
      onKeyDown={(e) => {
        if (e.key === "Enter") onDone(value);
        else if (e.key === "Escape") onDone(null);
        e.stopPropagation();
      }}
    />
  );
}

function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = `data:application/yaml;charset=utf-8,${encodeURIComponent(text)}`;
  link.download = name;
  link.click();
}
