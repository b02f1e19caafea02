/** A pod template inside a workload's description (kubectl/pkg/describe: DescribePodTemplate). */
import type { Deployment } from "../../types.ts";
import { describeContainers } from "./containers.ts";
import { topologySpread } from "./pod.ts";
import { describeVolumes } from "./volumes.ts";
import { type DescribeWriter, writeAnnotations, writeLabels, writeTolerations } from "./writer.ts";

type PodTemplate = NonNullable<Deployment["spec"]>["template"];

export function describePodTemplate(template: PodTemplate | undefined, w: DescribeWriter): void {
  w.write(0, "Pod Template:\n");
  if (!template) {
    w.write(1, "<unset>");
    return;
  }
  const { metadata, spec } = template;
  writeLabels(w, "  Labels", metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0)
    writeAnnotations(w, "  Annotations", metadata?.annotations);
  if (spec?.serviceAccountName) w.write(1, `Service Account:\t${spec.serviceAccountName}\n`);
  if (spec?.initContainers?.length)
    describeContainers("Init Containers", spec.initContainers, undefined, null, w, "  ");
  describeContainers("Containers", spec?.containers, undefined, null, w, "  ");
  describeVolumes(spec?.volumes, w, "  ");
  topologySpread(spec?.topologySpreadConstraints, w, "  ");
  if (spec?.priorityClassName) w.write(1, `Priority Class Name:\t${spec.priorityClassName}\n`);
  writeLabels(w, "  Node-Selectors", spec?.nodeSelector);
  writeTolerations(w, "  Tolerations", spec?.tolerations);
}
