/**
 * Terminology as data: renderings that a language's texts do not use, and what they say instead. It follows the
 * official localisations of the Kubernetes documentation. Code is not looked at.
 */
import type { Lang } from "../languages.ts";

export interface TermRule {
  readonly never: RegExp;
  /** The rule is silent in a line that fits this. */
  readonly unless?: RegExp;
  /** What to write, for the author. */
  readonly instead: string;
}

const rule = (never: RegExp, instead: string, unless?: RegExp): TermRule => ({
  never,
  instead,
  ...(unless ? { unless } : {}),
});

/** What no language wants: a reason or state with other capitals is no longer what the API prints. */
const EVERYWHERE: readonly TermRule[] = [
  rule(
    /\b(?:Crashloop(?:backoff|BackOff)?|CrashLoopBackoff|OOMkilled|ImagePullBackoff)\b/,
    "as the API prints it",
  ),
  rule(/\b(?:Kubelet|Kube-?let|KUBELET)\b/, "kubelet", /^Kubelet\b/),
  rule(/\bK8S\b|\bk8s\b/, "Kubernetes"),
  rule(/!(?:\s|$)|！/, "no exclamation marks"),
];

export const NEVER: Readonly<Record<Lang, readonly TermRule[]>> = {
  en: [
    ...EVERYWHERE,
    rule(/\b(?:simply|obviously|just)\b/i, "leave it out"),
    rule(/\bback ?off\b/i, "back-off"),
    rule(/\bhealthcheck\b/i, "health check"),
    rule(/\bworker node\b/i, "node"),
  ],
  ru: [
    ...EVERYWHERE,
    rule(/"/, "кавычки «ёлочки»"),
    rule(/\s-\s/, "тире —"),
    rule(/\bPod(?:'ы|ы|'а|а|ов|ом|у)?\b/, "под, пода, поды"),
    rule(/(?<!\p{L})(?:нода|ноды|ноде|ноду|нодой|нод)(?!\p{L})/iu, "узел"),
    rule(/траффик/iu, "трафик"),
    rule(/бэкоф|бекоф/iu, "задержка перед повтором (back-off)"),
    rule(/(?<!\p{L})пробник/iu, "проба"),
    rule(/рестарт/iu, "перезапуск"),
    rule(/(?<!\p{L})имейдж|(?<!\p{L})имидж/iu, "образ"),
    rule(/реестр контейнеров/iu, "реестр образов"),
    rule(/контрол-?плейн/iu, "плоскость управления"),
    rule(/неймспейс/iu, "пространство имён"),
    rule(/(?<!\p{L})лейбл/iu, "метка"),
    rule(/код выхода|код возврата/iu, "код завершения"),
    rule(/таймаут/iu, "тайм-аут"),
    rule(/кэш/iu, "кеш"),
    rule(/(?<!\p{L})еще(?!\p{L})|(?<!\p{L})ее(?!\p{L})|(?<!\p{L})причем(?!\p{L})/iu, "буква ё"),
  ],
  zh: [
    ...EVERYWHERE,
    rule(/[\u4e00-\u9fff][,;:?](?=[\s\u4e00-\u9fff]|$)/, "全角标点"),
    rule(/[\u4e00-\u9fff]\.(?=\s|$|[\u4e00-\u9fff])/, "句号。"),
    rule(/"/, "引号“”"),
    rule(/容器组|吊舱|豆荚/, "Pod"),
    rule(/探头|探測|探测器/, "探针"),
    rule(/健康检测/, "健康检查"),
    rule(/活性探针|活跃探针|存活性探针/, "存活态探针 / 存活探针"),
    rule(/就绪性探针|准备探针/, "就绪态探针 / 就绪探针"),
    rule(/重启政策/, "重启策略"),
    rule(/退避/, "回退"),
    rule(/控制面板/, "控制平面"),
    rule(/\bpod\b(?! worker)/, "Pod"),
    rule(/工作节点/, "节点"),
    rule(/退出代号|返回码/, "退出码"),
    rule(/優|為|與|這|個|們/, "简体字"),
  ],
  ko: [
    ...EVERYWHERE,
    rule(/[。、，：]/, "한국어 문장 부호"),
    rule(/"/, "따옴표 ‘ ’ “ ”"),
    rule(/포드|(?<!`)\bPod\b/, "파드", /\(Pod\)/),
    rule(/워커 ?노드/, "노드"),
    rule(/큐블릿|쿠블렛|큐브렛|쿠버렛/, "kubelet"),
    rule(/생존 프로브|라이브니스/, "활성 프로브"),
    rule(/준비 프로브|레디니스/, "준비성 프로브"),
    rule(/시작 프로브/, "스타트업 프로브"),
    rule(/재기동|리스타트/, "재시작"),
    rule(/백 오프/, "백오프"),
    rule(/종료코드|종료 번호/, "종료 코드"),
    rule(/라벨/, "레이블"),
    rule(/객체/, "오브젝트"),
  ],
};
