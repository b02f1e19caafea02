/**
 * The terminology table as data: how a term of the English texts is called in the other languages, by the official
 * localisations of the Kubernetes documentation. `shown` is what to write; `fits` finds it in whatever form it stands.
 */
import type { Lang } from "../languages.ts";

export interface Rendering {
  readonly shown: string;
  readonly fits: RegExp;
}

export interface Term {
  /** As it stands in English prose; code is not looked at. */
  readonly en: string;
  readonly fits: RegExp;
  readonly in: Readonly<Record<Exclude<Lang, "en">, Rendering>>;
}

const shown = (text: string, fits: RegExp): Rendering => ({ shown: text, fits });
const term = (en: string, fits: RegExp, ru: Rendering, zh: Rendering, ko: Rendering): Term => ({
  en,
  fits,
  in: { ru, zh, ko },
});

export const TERMS: readonly Term[] = [
  term(
    "Pod",
    /\bPods?\b/,
    shown("под", /(?<!\p{L})под(?:а|у|ом|е|ы|ов|ам|ами|ах)?(?!\p{L})/iu),
    shown("Pod", /Pod/),
    shown("파드", /파드/),
  ),
  term(
    "node",
    /\bnodes?\b/i,
    shown("узел", /(?<!\p{L})уз(?:ел|л)/iu),
    shown("节点", /节点/),
    shown("노드", /노드/),
  ),
  term(
    "container",
    /\bcontainers?\b/i,
    shown("контейнер", /контейнер/iu),
    shown("容器", /容器/),
    shown("컨테이너", /컨테이너/),
  ),
  term(
    "image",
    /\bimages?\b/i,
    shown("образ", /(?<!\p{L})образ/iu),
    shown("镜像", /镜像/),
    shown("이미지", /이미지/),
  ),
  term(
    "sandbox",
    /\bsandbox/i,
    shown("песочница", /песочниц/iu),
    shown("沙箱", /沙箱/),
    shown("샌드박스", /샌드박스/),
  ),
  term(
    "runtime",
    /\bruntimes?\b/i,
    shown("среда выполнения", /сред\p{L}* выполнения/iu),
    shown("运行时", /运行时/),
    shown("런타임", /런타임/),
  ),
  term(
    "scheduler",
    /\bscheduler\b/i,
    shown("планировщик", /планировщик/iu),
    shown("调度器", /调度器/),
    shown("스케줄러", /스케줄러/),
  ),
  term(
    "API server",
    /\bAPI server\b/i,
    shown("API-сервер", /API-сервер/iu),
    shown("API 服务器", /API 服务器/),
    shown("API 서버", /API 서버/),
  ),
  term(
    "manifest",
    /\bmanifests?\b/i,
    shown("манифест", /манифест/iu),
    shown("清单", /清单/),
    shown("매니페스트", /매니페스트/),
  ),
  term("volume", /\bvolumes?\b/i, shown("том", /(?<!\p{L})том/iu), shown("卷", /卷/), shown("볼륨", /볼륨/)),
  term(
    "event",
    /\bevents?\b/i,
    shown("событие", /событи/iu),
    shown("事件", /事件/),
    shown("이벤트", /이벤트/),
  ),
  term(
    "phase",
    /\bphases?\b/i,
    shown("фаза", /(?<!\p{L})фаз/iu),
    shown("阶段", /阶段/),
    shown("단계", /단계/),
  ),
  term(
    "pod worker",
    /\bpod workers?\b/i,
    shown("обработчик пода (pod worker)", /обработчик\p{L}* пода|pod worker/iu),
    shown("Pod 工作协程（pod worker）", /工作协程|pod worker/),
    shown("파드 워커(pod worker)", /파드 워커/),
  ),
  term(
    "restart policy",
    /\brestart polic(?:y|ies)\b/i,
    shown("политика перезапуска", /политик\p{L}* перезапуска/iu),
    shown("重启策略", /重启策略/),
    shown("재시작 정책", /재시작 정책/),
  ),
  term(
    "exit code",
    /\bexit codes?\b/i,
    shown("код завершения", /код\p{L}* завершения/iu),
    shown("退出码", /退出码/),
    shown("종료 코드", /종료 코드/),
  ),
  term(
    "back-off",
    /\bback-off\b/i,
    shown("задержка перед повтором (back-off)", /задержк\p{L}* (?:перед повтор|перезапуск)|back-off/iu),
    shown("回退", /回退/),
    shown("백오프", /백오프/),
  ),
  term(
    "liveness probe",
    /\bliveness probes?\b/i,
    shown("liveness-проба", /liveness/iu),
    shown("存活态探针", /存活(?:态|探针|[、和与])/),
    shown("활성 프로브", /활성/),
  ),
  term(
    "readiness probe",
    /\breadiness probes?\b/i,
    shown("readiness-проба", /readiness/iu),
    shown("就绪态探针", /就绪(?:态|探针|[、和与])/),
    shown("준비성 프로브", /준비성/),
  ),
  term(
    "startup probe",
    /\bstartup probes?\b/i,
    shown("startup-проба", /startup/iu),
    shown("启动探针", /启动探针/),
    shown("스타트업 프로브", /스타트업/),
  ),
  term(
    "grace period",
    /\bgrace period\b/i,
    shown("период корректного завершения", /grace-период|период\p{L}* корректного/iu),
    shown("宽限期", /宽限期/),
    shown("유예 기간", /유예 기간/),
  ),
  term(
    "registry",
    /\bregistry\b/i,
    shown("реестр образов", /реестр/iu),
    shown("镜像仓库", /镜像仓库/),
    shown("레지스트리", /레지스트리/),
  ),
  term(
    "traffic",
    /\btraffic\b/i,
    shown("трафик", /трафик/iu),
    shown("流量", /流量/),
    shown("트래픽", /트래픽/),
  ),
  term(
    "Service",
    /\bServices?\b/,
    shown("сервис", /сервис/iu),
    shown("Service（服务）", /Service|(?<!器)服务(?!器)/),
    shown("서비스", /서비스/),
  ),
  term(
    "Deployment",
    /\bDeployments?\b/,
    shown("Deployment", /Deployment/),
    shown("Deployment", /Deployment/),
    shown("디플로이먼트", /디플로이먼트/),
  ),
  term(
    "replica",
    /\breplicas?\b/i,
    shown("реплика", /реплик/iu),
    shown("副本", /副本/),
    shown("레플리카", /레플리카/),
  ),
  term(
    "label",
    /\blabels?\b/i,
    shown("метка", /метк|меток/iu),
    shown("标签", /标签/),
    shown("레이블", /레이블/),
  ),
  term(
    "network namespace",
    /\bnetwork namespace\b/i,
    shown("сетевое пространство имён", /пространств\p{L}* имён/iu),
    shown("网络名字空间", /网络(?:名字|命名)空间/),
    shown("네트워크 네임스페이스", /네임스페이스/),
  ),
  term(
    "cluster",
    /\bcluster\b/i,
    shown("кластер", /кластер/iu),
    shown("集群", /集群/),
    shown("클러스터", /클러스터/),
  ),
  term(
    "log",
    /\blogs?\b/i,
    shown("журнал", /журнал|лог(?:и|ов|а|е|ам|ах|ом)?(?!\p{L})/iu),
    shown("日志", /日志/),
    shown("로그", /(?<!\p{L})로그(?!인)/u),
  ),
];
