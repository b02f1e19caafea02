/** What the image manager decides and says (pkg/kubelet/images/image_manager.go). */
import { formatDuration } from "../../api/duration.ts";
import type { Container, EphemeralContainer, Pod } from "../../api/types.ts";
import { type CriError, criErrorText } from "../../cri/contract.ts";
import type { Ms } from "../../sim/types.ts";
import type { StartError } from "../types.ts";

export type PullPolicy = "Always" | "IfNotPresent" | "Never";

/** An event of the image manager. */
export interface ImageEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** First delay and cap of the image back-off. */
export const IMAGE_BACKOFF = { initialMs: 10_000, maxMs: 300_000 } as const;

const quoted = (text: string): string => JSON.stringify(text);

export function pullPolicy(
  container: Pick<Container | EphemeralContainer, "image" | "imagePullPolicy">,
): PullPolicy {
  return (container.imagePullPolicy as PullPolicy | undefined) ?? "IfNotPresent";
}

/** Key of the image back-off: containers of a pod with one image share it. */
export function imageBackoffKey(pod: Pick<Pod, "metadata">, image: string): string {
  return `${pod.metadata?.uid ?? ""}_${image}`;
}

export function invalidImageName(image: string, error: string): { event: ImageEvent; error: StartError } {
  const message = `Failed to apply default image tag ${quoted(image)}: ${error}`;
  return {
    event: { type: "Warning", reason: "InspectFailed", message },
    error: { reason: "InvalidImageName", message },
  };
}

/** The name is empty in this message: it is asked for before the reference is known. */
export function inspectFailed(error: CriError): { event: ImageEvent; error: StartError } {
  const message = `Failed to inspect image "": ${criErrorText(error)}`;
  return {
    event: { type: "Warning", reason: "InspectFailed", message },
    error: { reason: "ImageInspectError", message },
  };
}

/** Also said when the image is there, but not for this pod: its presence is not told. */
export function neverPull(image: string): { event: ImageEvent; error: StartError } {
  const message = `Container image ${quoted(image)} is not present with pull policy of Never`;
  return {
    event: { type: "Warning", reason: "ErrImageNeverPull", message },
    error: { reason: "ErrImageNeverPull", message },
  };
}

export function alreadyPresent(image: string, verified: boolean): ImageEvent {
  const suffix = verified ? " and can be accessed by the pod" : "";
  return {
    type: "Normal",
    reason: "Pulled",
    message: `Container image ${quoted(image)} already present on machine${suffix}`,
  };
}

/** `previous`: reason and text of the last failure, where it is known. */
export function backOffPulling(
  image: string,
  previous: StartError | undefined,
): { event: ImageEvent; error: StartError } {
  const message = `Back-off pulling image ${quoted(image)}`;
  const known = previous ? `${message}: ${previous.reason}: ${previous.message}` : message;
  return {
    event: { type: "Normal", reason: "BackOff", message },
    error: { reason: "ImagePullBackOff", message: known },
  };
}

export function pulling(image: string): ImageEvent {
  return { type: "Normal", reason: "Pulling", message: `Pulling image ${quoted(image)}` };
}

export function pullFailed(image: string, text: string): ImageEvent {
  return { type: "Warning", reason: "Failed", message: `Failed to pull image ${quoted(image)}: ${text}` };
}

/** `pullMs` without, `totalMs` with the time in the queue. */
export function pulled(image: string, pullMs: Ms, totalMs: Ms, sizeBytes: number): ImageEvent {
  const times = `${formatDuration(pullMs)} (${formatDuration(totalMs)} including waiting)`;
  const message = `Successfully pulled image ${quoted(image)} in ${times}. Image size: ${sizeBytes} bytes.`;
  return { type: "Normal", reason: "Pulled", message };
}

/** Text of a failed PullImage: an unknown code adds nothing and is left out (cri-client remote_image.go). */
export function pullErrorText(error: CriError): string {
  return error.code === "Unknown" ? error.desc : criErrorText(error);
}

/** Waiting reason and message of a failed pull (evalCRIPullErr). */
export function evalCRIPullErr(image: string, text: string): StartError {
  for (const [reason, why] of [
    ["RegistryUnavailable", "the registry is unavailable"],
    ["SignatureValidationFailed", "the signature validation failed"],
  ] as const) {
    if (text.startsWith(reason)) {
      return { reason, message: `image pull failed for ${image} because ${why}${text.slice(reason.length)}` };
    }
  }
  return { reason: "ErrImagePull", message: text };
}
