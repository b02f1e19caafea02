import { createRoot } from "react-dom/client";
import "./theme/index.css";
import { App } from "./app/App.tsx";
import { startWords } from "./i18n.tsx";

const root = document.getElementById("root");
if (root) {
  await startWords();
  createRoot(root).render(<App />);
}
