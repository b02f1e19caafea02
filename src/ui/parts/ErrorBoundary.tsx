import { Component, type ErrorInfo, type ReactNode } from "react";
import { useT } from "../i18n.tsx";
import { Button } from "./Button.tsx";
import styles from "./controls.module.css";
import { StateGlyph } from "./StateGlyph.tsx";

interface Props {
  /** Name of the panel as the reader sees it. */
  panel: string;
  children: ReactNode;
}

/** Keeps a failure inside its panel: what happened, what still works, one way out. */
export class ErrorBoundary extends Component<Props, { error: Error | null; stack: string }> {
  override state: { error: Error | null; stack: string } = { error: null, stack: "" };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error);
    this.setState({ stack: `${error.stack ?? error.message}\n${info.componentStack ?? ""}` });
  }

  override render(): ReactNode {
    if (!this.state.error) return this.props.children;
    return (
      <PanelError
        panel={this.props.panel}
        message={this.state.error.message}
        report={this.state.stack}
        onReload={() => this.setState({ error: null, stack: "" })}
      />
    );
  }
}

/** The strip at the top of a panel that failed. */
export function PanelError({
  panel = "",
  title,
  message,
  report,
  onReload,
}: {
  panel?: string;
  /** What happened, where it is not a panel that failed. */
  title?: string;
  message: string;
  report: string;
  onReload?: () => void;
}) {
  const t = useT();
  return (
    <div className={styles.strip} role="alert">
      <StateGlyph state="failed" />
      <div className={styles.stripText}>
        <p>{title ?? t("ui.error.panel", { panel })}</p>
        <p className={styles.stripNote}>{t("ui.error.rest")}</p>
        <code>{message}</code>
        <div className={styles.stripActions}>
          {onReload && (
            <Button size="s" onPress={onReload}>
              {t("ui.error.reload")}
            </Button>
          )}
          <Button size="s" kind="quiet" onPress={() => void navigator.clipboard?.writeText(report)}>
            {t("ui.error.copy")}
          </Button>
        </div>
      </div>
    </div>
  );
}
