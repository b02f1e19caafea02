import { createRoot } from "react-dom/client";
import "../theme/index.css";
import { startWords } from "../i18n.tsx";
import { Embed } from "./Embed.tsx";

const root = document.getElementById("root");
// In a sandbox without an origin no worker may start: the page itself says so.
if (root && self.origin !== "null") {
  await startWords();
  createRoot(root).render(<Embed params={new URLSearchParams(location.search)} />);
}
