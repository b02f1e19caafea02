import { lazy, Suspense, useEffect } from "react";
import { I18nProvider } from "react-aria-components";
import { useT, useTranslator } from "../i18n.tsx";
import { HomePage } from "../pages/Home.tsx";
import { ClockContext } from "../parts/clock.tsx";
import { ErrorBoundary } from "../parts/ErrorBoundary.tsx";
import { Patterns } from "../parts/Patterns.tsx";
import { ToastRegion } from "../parts/Toast.tsx";
import { worldClock } from "../store/playback.ts";
import { darkNow, HTML_LANG, setTheme, useSettings } from "../store/settings.ts";
import { setView, useView } from "../store/view.ts";
import { startHotkeys, useHotkey } from "./hotkeys.ts";
import { type Route, useRoute } from "./routes.ts";

const Workbench = lazy(() => import("../workbench/Workbench.tsx"));
const AboutPage = lazy(() => import("../pages/About.tsx"));
const FidelityPage = lazy(() => import("../pages/Fidelity.tsx"));
const LessonsPage = lazy(() => import("../pages/Lessons.tsx"));
const Present = lazy(() => import("../present/index.tsx"));
const Palette = lazy(() => import("./Palette.tsx"));
const Shortcuts = lazy(() => import("./Shortcuts.tsx"));

export function App() {
  const t = useT();
  const { lang } = useTranslator();
  const { route, params } = useRoute();
  const dialog = useView((v) => v.dialog);
  useEffect(startHotkeys, []);
  useHotkey("palette", () => setView({ dialog: "palette" }));
  useHotkey("shortcuts", () => setView({ dialog: "shortcuts" }));
  useHotkey("theme", () => setTheme(darkNow(useSettings.getState().theme) ? "light" : "dark"));
  return (
    <I18nProvider locale={HTML_LANG[lang]}>
      <ClockContext.Provider value={worldClock}>
        <Patterns />
        <button type="button" className="skip-link" onClick={skipToMain}>
          {t("ui.skip")}
        </button>
        <ErrorBoundary panel={t("ui.page")}>
          <Suspense fallback={null}>
            <Page route={route} params={params} />
          </Suspense>
          <Suspense fallback={null}>
            {dialog === "palette" && <Palette />}
            {dialog === "shortcuts" && <Shortcuts />}
          </Suspense>
        </ErrorBoundary>
        <ToastRegion />
      </ClockContext.Provider>
    </I18nProvider>
  );
}

/** The address after `#` is the page, so this moves the focus itself. */
function skipToMain(): void {
  document.getElementById("main")?.focus();
}

function Page({ route, params }: { route: Route; params: URLSearchParams }) {
  switch (route.page) {
    case "sandbox":
    case "lesson":
    case "demo":
      return <Workbench route={route} params={params} />;
    case "present":
      return <Present id={route.id} params={params} />;
    case "lessons":
      return <LessonsPage />;
    case "about":
      return <AboutPage />;
    case "fidelity":
      return <FidelityPage params={params} />;
    case "missing":
      return <HomePage missing={route.path} />;
    case "home":
      return <HomePage />;
  }
}
