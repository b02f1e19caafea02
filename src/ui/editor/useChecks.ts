import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Ms } from "../../sim/index.ts";
import type { TextProblem } from "../../worker/protocol.ts";
import { useTranslator } from "../i18n.tsx";
import { actions, hasEngine } from "../store/engine.ts";
import { useWorld, world } from "../store/world.ts";
import type { ManifestFile } from "./files.ts";
import { type Problem, problemOf } from "./problems.ts";
import { watchRefusal } from "./refusal.ts";

const DEBOUNCE = 350;
const NONE: readonly TextProblem[] = [];

interface Found {
  readonly id: string;
  readonly text: string;
  readonly problems: readonly TextProblem[];
}

/** Checks the file as the API server would, a moment after each change, and applies it. */
export function useChecks(file: ManifestFile | undefined) {
  const translator = useTranslator();
  const ready = useWorld((w) => w.phase === "ready");
  const [found, setFound] = useState<Found | null>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  /** When the text was given that the server refused. */
  const [refusedAt, setRefusedAt] = useState<Ms | null>(null);
  const stopWatching = useRef<() => void>(() => {});

  const check = useCallback(async ({ id, text }: ManifestFile): Promise<readonly TextProblem[]> => {
    const problems = text.trim() === "" ? NONE : await actions.check(text);
    setFound({ id, text, problems });
    return problems;
  }, []);

  useEffect(() => {
    if (!file || !ready || !hasEngine()) return;
    const timer = setTimeout(() => void check(file).catch(() => {}), DEBOUNCE);
    return () => clearTimeout(timer);
  }, [file, ready, check]);

  useEffect(() => () => stopWatching.current(), []);

  const apply = useCallback(async (): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setRefusal(null);
    stopWatching.current();
    try {
      const problems = await check(file);
      if (problems.some((p) => p.severity === "error")) return;
      const before = world.getState().trace.last?.seq ?? 0;
      await actions.apply(file.text);
      const at = world.getState().now;
      stopWatching.current = watchRefusal(before, (message) => {
        setRefusal(message);
        setRefusedAt(at);
      });
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }, [file, check]);

  // Of another file, or of a text long changed, the problems would stand at the wrong lines.
  const current = found && found.id === file?.id ? found.problems : NONE;
  const problems = useMemo<readonly Problem[]>(
    () => current.map((p) => problemOf(p, translator)),
    [current, translator],
  );
  return { problems, apply, busy, refusal, refusedAt, dismiss: () => setRefusal(null) };
}
