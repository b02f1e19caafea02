import type { Container, Pod } from "../../api/types.ts";
import { formatPod } from "../types.ts";

const MAX_USER_ID = 2_147_483_647;

/**
 * Text of the error when a pod asks for a user that is not root and would get root; null when all is well
 * (pkg/kubelet/kuberuntime/security_context_others.go: verifyRunAsNonRoot). `image` is the user the image names.
 */
export function verifyRunAsNonRoot(
  pod: Pod,
  container: Pick<Container, "name" | "securityContext">,
  image: { readonly uid?: number; readonly username?: string },
): string | null {
  const nonRoot = container.securityContext?.runAsNonRoot ?? pod.spec?.securityContext?.runAsNonRoot;
  if (!nonRoot) return null;
  const runAsUser = container.securityContext?.runAsUser ?? pod.spec?.securityContext?.runAsUser;
  const where = `(pod: ${JSON.stringify(formatPod(pod))}, container: ${container.name})`;
  if (runAsUser !== undefined) {
    return runAsUser === 0 ? `container's runAsUser breaks non-root policy ${where}` : null;
  }
  if (image.uid === undefined) {
    if (!image.username) return null;
    return `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`;
  }
  if (image.uid === 0) return `container has runAsNonRoot and image will run as root ${where}`;
  if (image.uid < 0 || image.uid > MAX_USER_ID) {
    const range = `must be between 0 and ${MAX_USER_ID}, inclusive`;
    return `container has runAsNonRoot and image has an invalid user id (${image.uid}). (Must be 1-(${MAX_USER_ID})): ${range} ${where}`;
  }
  return null;
}
