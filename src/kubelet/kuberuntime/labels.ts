/** Values of the labels and annotations the kubelet puts on sandboxes and containers (pkg/kubelet/kuberuntime/labels.go). */
import type { Container, Pod } from "../../api/types.ts";
import type { ContainerStatusCri } from "../../cri/contract.ts";
import { hashContainer } from "./container-hash.ts";
import { ANNOTATION, LABEL } from "./label-names.ts";

export function newPodLabels(pod: Pod): Record<string, string> {
  const { name = "", namespace = "", uid = "", labels = {} } = pod.metadata ?? {};
  return { ...labels, [LABEL.podName]: name, [LABEL.podNamespace]: namespace, [LABEL.podUid]: uid };
}

export function newContainerLabels(container: { name: string }, pod: Pod): Record<string, string> {
  const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
  return {
    [LABEL.podName]: name,
    [LABEL.podNamespace]: namespace,
    [LABEL.podUid]: uid,
    [LABEL.containerName]: container.name,
  };
}

/** What has to be known of a container when its pod's spec is gone. */
export function newContainerAnnotations(
  container: Container,
  pod: Pod,
  restartCount: number,
): Record<string, string> {
  const deletionGrace = pod.metadata?.deletionGracePeriodSeconds;
  const grace = pod.spec?.terminationGracePeriodSeconds;
  const preStop = container.lifecycle?.preStop;
  return {
    [ANNOTATION.hash]: hashContainer(container),
    [ANNOTATION.restartCount]: String(restartCount),
    [ANNOTATION.terminationMessagePath]: container.terminationMessagePath ?? "",
    [ANNOTATION.terminationMessagePolicy]: container.terminationMessagePolicy ?? "",
    ...(deletionGrace === undefined ? {} : { [ANNOTATION.deletionGracePeriod]: String(deletionGrace) }),
    ...(grace === undefined ? {} : { [ANNOTATION.terminationGracePeriod]: String(grace) }),
    ...(preStop ? { [ANNOTATION.preStopHandler]: JSON.stringify(preStop) } : {}),
    ...(container.ports?.length ? { [ANNOTATION.ports]: JSON.stringify(container.ports) } : {}),
  };
}

/** Restart count of an instance, from its annotation. */
export function restartCountOf(status: Pick<ContainerStatusCri, "annotations" | "attempt">): number {
  const text = status.annotations[ANNOTATION.restartCount];
  const count = text === undefined ? Number.NaN : Number(text);
  return Number.isInteger(count) ? count : status.attempt;
}

/**
 * As much of pod and container as an instance remembers, to stop it when the pod is not known any more
 * (kuberuntime_container.go: restoreSpecsFromContainerLabels).
 */
export function restoreSpecsFromContainerLabels(status: ContainerStatusCri): {
  pod: Pod;
  container: Container;
} {
  const number = (key: string): number | undefined => {
    const text = status.annotations[key];
    return text === undefined ? undefined : Number(text);
  };
  const json = (key: string): unknown => {
    const text = status.annotations[key];
    return text === undefined ? undefined : JSON.parse(text);
  };
  const deletionGrace = number(ANNOTATION.deletionGracePeriod);
  const grace = number(ANNOTATION.terminationGracePeriod);
  const preStop = json(ANNOTATION.preStopHandler);
  const ports = json(ANNOTATION.ports);
  const container = {
    name: status.labels[LABEL.containerName] ?? status.name,
    ...(preStop ? { lifecycle: { preStop } } : {}),
    ...(ports ? { ports } : {}),
  } as Container;
  const pod = {
    metadata: {
      name: status.labels[LABEL.podName] ?? status.pod.name,
      namespace: status.labels[LABEL.podNamespace] ?? status.pod.namespace,
      uid: status.labels[LABEL.podUid] ?? status.pod.uid,
      ...(deletionGrace === undefined ? {} : { deletionGracePeriodSeconds: deletionGrace }),
    },
    spec: {
      containers: [container],
      ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace }),
    },
  } as Pod;
  return { pod, container };
}
