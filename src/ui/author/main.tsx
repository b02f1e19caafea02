import { createRoot } from "react-dom/client";
import "../theme/index.css";
import { startWords } from "../i18n.tsx";
import { useSettings } from "../store/settings.ts";
import { AuthorPage } from "./AuthorPage.tsx";
import { authorWords, type Tell } from "./words.ts";

const root = document.getElementById("root");
if (root) {
  await startWords();
  const page = createRoot(root);
  const draw = (tell: Tell): void => page.render(<AuthorPage tell={tell} />);
  useSettings.subscribe(async ({ language }) => draw(await authorWords(language)));
  draw(await authorWords(useSettings.getState().language));
}
