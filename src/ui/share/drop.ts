import { useEffect } from "react";
import { isRunFile, openRunFile } from "./state.ts";

/** A run's file dropped anywhere is opened, before any panel takes it for a text. */
export function useRunFileDrop(): void {
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      if (!isRunFile(file.name)) return;
      event.stopPropagation();
      void openRunFile(file);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop, true);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop, true);
    };
  }, []);
}
