/**
 * `npm run lesson:new -- ID`: a folder `lessons/ID` with a small lesson that works in four languages and passes
 * `npm run lessons:check`: apply a Pod, see it run, one prediction, one question.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const id = process.argv[2] ?? "";
const root = "lessons";
const folder = join(root, id);

if (!/^[a-z][a-z0-9-]*$/.test(id)) {
  process.stderr.write(
    "usage: npm run lesson:new -- ID   (small letters, digits and hyphens, a letter first)\n",
  );
  process.exit(2);
}
if (existsSync(folder)) {
  process.stderr.write(`${folder} is there already\n`);
  process.exit(1);
}

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: nginx
    image: nginx
`;
const indented = (text, by) => text.trimEnd().replace(/^/gm, " ".repeat(by));

const scenario = (name, timeline) => `apiVersion: syncloop/v1
kind: Scenario
metadata:
  name: ${name}
spec:
  nodes:
    - name: node-1
      images: [registry.k8s.io/pause:3.10]
${timeline}`;

const lesson = `apiVersion: syncloop/v1
kind: Lesson
metadata: {id: ${id}, order: 90, minutes: 5, topics: [kuberuntime]}
spec:
  scenario: start.scenario.yaml
  files: {pod.yaml: pod.yaml}
  steps:
    - id: apply
      goal:
        - {object: pod/web, fields: {status.phase: Running}}
      focus: [kuberuntime]
      showMe:
        - at: 0s
          apply: |
${indented(pod, 12)}
      hints: 1
  predictions:
    - id: when
      ask: time
      of: {object: pod/web, fields: {status.phase: Running}, until: 60s}
      tolerance: 1s
      scenario: running.scenario.yaml
  quiz:
    - {id: who, kind: choice, options: [kubelet, scheduler], answer: kubelet}
  solution:
    - at: 2s
      apply: |
${indented(pod, 8)}
  wrong:
    - timeline:
        - {at: 2s, run: kubectl run web --image=ngnix}
      fails: [apply]
`;

/** The words, one list a language, in the order in which they stand in the file. */
const words = {
  en: [
    "A new lesson",
    "One sentence on what it is about.",
    "An opening paragraph.",
    "Apply the Pod",
    "What is to be done, and what one sees.",
    "`kubectl apply -f pod.yaml`",
    "The Pod is applied at 0 s. When is it `Running`?",
    "Yes, and this is why.",
    "Not yet. This is how to find it.",
    "Who starts containers?",
    "the kubelet",
    "Yes, through the runtime.",
    "the scheduler",
    "It picks the node, nothing else.",
  ],
  ru: [
    "Новый урок",
    "Одна фраза о том, о чём он.",
    "Вступительный абзац.",
    "Примените под",
    "Что надо сделать и что при этом видно.",
    "`kubectl apply -f pod.yaml`",
    "Под применён на 0 с. Когда он станет `Running`?",
    "Верно, и вот почему.",
    "Пока нет. Вот как это найти.",
    "Кто запускает контейнеры?",
    "kubelet",
    "Да, через среду выполнения.",
    "планировщик",
    "Он выбирает узел и больше ничего не делает.",
  ],
  zh: [
    "新课程",
    "一句话说明内容。",
    "开头的一段。",
    "应用 Pod",
    "要做什么，会看到什么。",
    "`kubectl apply -f pod.yaml`",
    "Pod 在 0 秒应用，什么时候变为 `Running`？",
    "正确，原因如下。",
    "还不对，可以这样找到答案。",
    "谁启动容器？",
    "kubelet",
    "正确，通过运行时启动。",
    "调度器",
    "它只挑选节点。",
  ],
  ko: [
    "새 레슨",
    "무엇을 다루는지 한 문장으로 적는다.",
    "여는 문단.",
    "파드 적용하기",
    "무엇을 하고 무엇을 보게 되는지 적는다.",
    "`kubectl apply -f pod.yaml`",
    "파드를 0초에 적용했다. 언제 `Running`이 되는가?",
    "정답이다. 까닭은 이렇다.",
    "아직 아니다. 이렇게 찾는다.",
    "컨테이너를 시작하는 것은 누구인가?",
    "kubelet",
    "그렇다. 런타임을 통해 시작한다.",
    "스케줄러",
    "노드를 고를 뿐이다.",
  ],
};

const text = ([
  title,
  about,
  opening,
  step,
  body,
  hint,
  ask,
  right,
  wrong,
  question,
  a,
  whyA,
  b,
  whyB,
]) => `---
title: ${title}
description: ${about}
---

${opening}

::::step{id=apply}
## ${step}

${body}

:::hint{level=1}
${hint}
:::
::::

::::prediction{id=when}
${ask}

:::right
${right}
:::
:::wrong
${wrong}
:::
::::

::::question{id=who}
${question}

:::option{id=kubelet}
${a}

${whyA}
:::
:::option{id=scheduler}
${b}

${whyB}
:::
::::
`;

const running = `  timeline:
    - at: 0s
      apply: |
${indented(pod, 8)}
  # Each number that the texts name belongs here.
  expect:
    - {at: 10s, object: pod/web, fields: {status.phase: Running}}
`;

mkdirSync(folder, { recursive: true });
const files = {
  "lesson.yaml": lesson,
  "pod.yaml": pod,
  "start.scenario.yaml": scenario(id, ""),
  "running.scenario.yaml": scenario(`${id}-running`, running),
  ...Object.fromEntries(Object.entries(words).map(([lang, list]) => [`${lang}.md`, text(list)])),
};
for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
process.stdout.write(
  `${folder}: ${Object.keys(files).join(", ")}
next: npm start, then open /author.html#${id} at the address that it prints (all languages, and what is wrong)
      and /#/lesson/${id} (as a learner); npm run --silent lessons:check -- ${id} says the same without a browser
`,
);
