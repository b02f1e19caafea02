import { useEffect } from "react";
import { useT } from "../i18n.tsx";
import { hasLesson } from "../lesson/lesson-store.ts";
import { Audience } from "./Audience.tsx";
import { NoDemo } from "./NoDemo.tsx";
import { Notes } from "./Notes.tsx";
import { Presenter } from "./Presenter.tsx";

/** A demo in front of people: the presenter's window, or one of those that follow it. */
export default function Present({ id, params }: { id: string; params: URLSearchParams }) {
  const t = useT();
  const role = params.has("audience") ? "audience" : params.has("notes") ? "notes" : "presenter";
  useEffect(() => {
    const before = document.title;
    if (role !== "presenter")
      document.title = `${t(role === "audience" ? "present.audience" : "lesson.notes")} · Syncloop`;
    return () => {
      document.title = before;
    };
  }, [role, t]);
  if (!hasLesson(id)) return <NoDemo id={id} />;
  if (role === "audience") return <Audience key={id} id={id} />;
  if (role === "notes") return <Notes key={id} id={id} />;
  return <Presenter key={id} id={id} />;
}
