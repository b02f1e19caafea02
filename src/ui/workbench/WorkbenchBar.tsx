import { lessons } from "virtual:lessons";
import { PanelLeft, PanelRight, Search, Share2 } from "lucide-react";
import { HOTKEYS, useHotkey } from "../app/hotkeys.ts";
import { href, type Route } from "../app/routes.ts";
import { TopBar } from "../app/TopBar.tsx";
import topbar from "../app/topbar.module.css";
import { useT, useTranslator } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { Icon } from "../parts/Icon.tsx";
import { Kbd } from "../parts/Kbd.tsx";
import { StateBadge } from "../parts/StateGlyph.tsx";
import { copyShareLink } from "../share/make.ts";
import { nodesOf } from "../store/select/nodes.ts";
import { select, setView, useView } from "../store/view.ts";
import { useWorld } from "../store/world.ts";
import styles from "./bar.module.css";
import { FaultMenu } from "./FaultMenu.tsx";
import type { Form } from "./layout.ts";

export function WorkbenchBar({ route, form }: { route: Route; form: Form }) {
  const t = useT();
  const { lang } = useTranslator();
  const lesson = "id" in route ? lessons.find((l) => l.id === route.id) : undefined;
  const drawer = useView((v) => v.drawer);
  useHotkey("share", () => void copyShareLink(t));
  const where = (
    <>
      {form === "slim" && (
        <IconButton
          icon={PanelLeft}
          label={t("ui.panel.left")}
          onPress={() => setView({ drawer: drawer === "left" ? null : "left" })}
        />
      )}
      {lesson ? (
        <span className={styles.crumbs}>
          <a href={href({ page: "lessons" })}>{t("ui.nav.lessons")}</a>
          <span aria-hidden>›</span>
          <b className={styles.where}>{lesson.title[lang]}</b>
        </span>
      ) : (
        <b className={styles.where}>
          {t(
            route.page === "sandbox"
              ? "ui.nav.sandbox"
              : route.page === "demo"
                ? "ui.nav.demo"
                : "ui.nav.lesson",
          )}
        </b>
      )}
      <Health />
    </>
  );
  return (
    <TopBar where={where}>
      <button
        type="button"
        className={topbar.search}
        onClick={() => setView({ dialog: "palette" })}
        aria-label={t("ui.palette.placeholder")}
      >
        <Icon of={Search} size={14} />
        <span>{t("ui.palette.placeholder")}</span>
        <Kbd keys={HOTKEYS.palette.keys} />
      </button>
      <FaultMenu compact={form !== "wide" && form !== "narrow"} />
      {form === "wide" || form === "narrow" ? (
        <Button icon={Share2} onPress={() => void copyShareLink(t)}>
          {t("ui.share")}
        </Button>
      ) : null}
      {(form !== "wide" || route.page === "lesson") && (
        <IconButton
          icon={PanelRight}
          label={t("ui.panel.right")}
          onPress={() => setView({ drawer: drawer === "right" ? null : "right" })}
        />
      )}
    </TopBar>
  );
}

/** How the nodes are, in one badge; a click selects the one that is worst off. */
function Health() {
  const t = useT();
  const nodes = useWorld((w) => nodesOf(w.tables));
  const worst =
    nodes.find((n) => n.state === "failed") ?? nodes.find((n) => n.state === "unknown") ?? nodes[0];
  if (!worst) return null;
  const well = worst.state === "ready";
  return (
    <button
      type="button"
      className={styles.health}
      onClick={() => select({ kind: "object", id: `node/${worst.name}` })}
    >
      <StateBadge state={worst.state}>
        {well
          ? t("ui.health.well", { node: nodes.length > 1 ? "" : worst.name, nodes: nodes.length })
          : `${worst.name} · ${worst.status}`}
      </StateBadge>
    </button>
  );
}
