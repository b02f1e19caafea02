import { createRoot } from "react-dom/client";
import "../theme/index.css";
import { startWords } from "../i18n.tsx";
import { Embed } from "./Embed.tsx";

const root = document.getElementById("root");
if (root) {
  await startWords();
  createRoot(root).render(<Embed params={new URLSearchParams(location.search)} />);
}
