import type { ContainerStatusCri } from "../../cri/contract.ts";
import { ANNOTATION } from "./label-names.ts";

/** 32-bit FNV-1a of a text. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Hash of what makes a running container out of date: its image and name (pkg/kubelet/container/helpers.go: HashContainer). */
export function hashContainer(container: { name: string; image?: string }): string {
  return fnv32a(JSON.stringify({ image: container.image ?? "", name: container.name })).toString(16);
}

/** The spec is no longer the one the instance was created from (kuberuntime_manager.go: containerChanged). */
export function containerChanged(
  container: { name: string; image?: string },
  status: Pick<ContainerStatusCri, "annotations">,
): boolean {
  return status.annotations[ANNOTATION.hash] !== hashContainer(container);
}
