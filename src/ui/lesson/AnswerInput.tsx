/** The ways to answer: choose, order, point at a component, mend a manifest, type a command. */
import { ArrowDown, ArrowUp, MousePointerClick } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { Question } from "../../lessons/format.ts";
import type { Answer } from "../../lessons/grade.ts";
import type { WidgetBlock } from "../../lessons/text.ts";
import { useT } from "../i18n.tsx";
import { Button, IconButton } from "../parts/Button.tsx";
import { setView, useView } from "../store/view.ts";
import { Choices } from "./Choices.tsx";
import styles from "./lesson.module.css";
import { useLesson } from "./lesson-store.ts";
import { Prose } from "./Prose.tsx";

interface InputProps<Q extends Question = Question> {
  readonly block: WidgetBlock;
  readonly question: Q;
  /** Id of the question's words. */
  readonly body: string;
  readonly explain: "chosen" | "all" | null;
  /** null: not an answer yet. */
  readonly onAnswer: (answer: Answer | null) => void;
}

/** What an answer is given with, by the kind of the question. */
export function AnswerInput({ question, ...rest }: InputProps) {
  switch (question.kind) {
    case "choice":
    case "choices":
      return <ChoiceInput question={question} {...rest} />;
    case "order":
      return <OrderInput question={question} {...rest} />;
    case "click":
      return <ClickInput question={question} {...rest} />;
    case "mend":
      return <MendInput question={question} {...rest} />;
    case "command":
      return <CommandInput question={question} {...rest} />;
    case "predict":
      return null;
  }
}

type Kind<K extends Question["kind"]> = Extract<Question, { kind: K }>;

function ChoiceInput({
  body,
  block,
  question,
  explain,
  onAnswer,
}: InputProps<Kind<"choice"> | Kind<"choices">>) {
  const t = useT();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const many = question.kind === "choices";
  return (
    <Choices
      label={t(many ? "lesson.options.many" : "lesson.options")}
      options={question.options.map((id) => block.options.find((o) => o.id === id) ?? { id, text: id })}
      chosen={chosen}
      describedBy={body}
      many={many}
      explain={explain}
      onChange={(next) => {
        setChosen(next);
        const [first] = next;
        onAnswer(
          first === undefined
            ? null
            : many
              ? { kind: "choices", options: next }
              : { kind: "choice", option: first },
        );
      }}
    />
  );
}

/** Items that move up and down by button; the focus goes with them. */
function OrderInput({ block, question, onAnswer }: InputProps<Kind<"order">>) {
  const t = useT();
  const [items, setItems] = useState<readonly string[]>(question.items);
  const list = useRef<HTMLOListElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const put = (next: readonly string[]): void => {
    setItems(next);
    onAnswer({ kind: "order", items: next });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order as it stands is an answer too
  useEffect(() => onAnswer({ kind: "order", items }), []);
  /** Which button of which place takes the focus once the items stand anew. */
  const wanted = useRef<readonly [place: number, button: 0 | 1] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each move
  useEffect(() => {
    if (!wanted.current) return;
    const [place, button] = wanted.current;
    wanted.current = null;
    const buttons = list.current?.children[place]?.querySelectorAll("button");
    const [first, other] = [buttons?.[button], buttons?.[1 - button]];
    (first?.disabled ? other : first)?.focus();
  }, [items]);
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= items.length) return;
    const next = items.filter((_, i) => i !== from);
    next.splice(to, 0, items[from]!);
    wanted.current = [to, to < from ? 0 : 1];
    put(next);
  };
  return (
    <ol ref={list} className={styles.order}>
      {items.map((id, i) => (
        <li
          key={id}
          data-item={id}
          draggable
          data-dragged={dragged === id || undefined}
          onDragStart={() => setDragged(id)}
          onDragEnd={() => setDragged(null)}
          onDragOver={(e) => {
            e.preventDefault();
            if (dragged === null || dragged === id) return;
            const rest = items.filter((x) => x !== dragged);
            rest.splice(i, 0, dragged);
            put(rest);
          }}
        >
          <span className={styles.place}>{i + 1}</span>
          <span className={styles.item}>
            <ItemText block={block} id={id} />
          </span>
          <IconButton
            icon={ArrowUp}
            iconSize={15}
            label={t("lesson.order.up", { place: i + 1 })}
            isDisabled={i === 0}
            onPress={() => move(i, i - 1)}
          />
          <IconButton
            icon={ArrowDown}
            iconSize={15}
            label={t("lesson.order.down", { place: i + 1 })}
            isDisabled={i === items.length - 1}
            onPress={() => move(i, i + 1)}
          />
        </li>
      ))}
    </ol>
  );
}

function ItemText({ block, id }: { block: WidgetBlock; id: string }) {
  const text = block.options.find((o) => o.id === id)?.text;
  return text ? <Prose of={text} inline /> : id;
}

/** Components that can be chosen, as the diagram calls them. */
const COMPONENTS = [
  "apiserver",
  "scheduler",
  "etcd",
  "pod-config",
  "syncloop",
  "pod-workers",
  "pleg",
  "kuberuntime",
  "prober",
  "status-manager",
  "volume-manager",
  "image-manager",
  "eviction-manager",
  "node-status",
  "containerd",
] as const;

/** Waits for a component to be chosen on the diagram, or from a list: by key, on a phone. */
function ClickInput({ body, question, onAnswer }: InputProps<Kind<"click">>) {
  const t = useT();
  const id = useId();
  const picking = useLesson((l) => l.picking === question.id);
  const [picked, setPicked] = useState<string>("");
  const latest = useRef(onAnswer);
  latest.current = onAnswer;
  useEffect(() => {
    if (!picking) return;
    return useView.subscribe((view, before) => {
      if (view.selection === before.selection || view.selection?.kind !== "component") return;
      setPicked(view.selection.id.split("/").at(-1) ?? "");
      latest.current({ kind: "click", component: view.selection.id });
      useLesson.setState({ picking: null });
    });
  }, [picking]);
  const known = (COMPONENTS as readonly string[]).includes(picked) || picked === "";
  return (
    <div className={styles.click}>
      <Button
        icon={MousePointerClick}
        aria-pressed={picking}
        aria-describedby={body}
        onPress={() => {
          useLesson.setState({ picking: picking ? null : question.id });
          if (!picking) setView({ depth: "kubelet" });
        }}
      >
        {t(picking ? "lesson.click.waiting" : "lesson.click")}
      </Button>
      <label htmlFor={id}>{t("lesson.click.list")}</label>
      <select
        id={id}
        className={styles.select}
        aria-describedby={body}
        value={picked}
        onChange={(e) => {
          setPicked(e.target.value);
          useLesson.setState({ picking: null });
          onAnswer(e.target.value === "" ? null : { kind: "click", component: e.target.value });
        }}
      >
        <option value="">{t("lesson.click.none")}</option>
        {!known && <option value={picked}>{picked}</option>}
        {COMPONENTS.map((component) => (
          <option key={component} value={component}>
            {component}
          </option>
        ))}
      </select>
    </div>
  );
}

function MendInput({ body, question, onAnswer }: InputProps<Kind<"mend">>) {
  const t = useT();
  const given = useLesson((l) => l.folder?.files[question.file] ?? "");
  const [text, setText] = useState(given);
  return (
    <textarea
      className={styles.yaml}
      aria-label={t("lesson.mend")}
      aria-describedby={body}
      spellCheck={false}
      rows={Math.min(18, Math.max(6, text.split("\n").length))}
      value={text}
      onChange={(e) => {
        setText(e.target.value);
        onAnswer(e.target.value.trim() === "" ? null : { kind: "mend", manifest: e.target.value });
      }}
    />
  );
}

function CommandInput({ body, onAnswer }: InputProps<Kind<"command">>) {
  const t = useT();
  const [text, setText] = useState("");
  return (
    <div className={styles.command}>
      <span aria-hidden>$</span>
      <input
        aria-label={t("lesson.command")}
        aria-describedby={body}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          onAnswer(e.target.value.trim() === "" ? null : { kind: "command", command: e.target.value });
        }}
      />
    </div>
  );
}
