/** Log lines of volumes, whose message holds everything (pkg/volume/util/operationexecutor: GenerateMsgDetailed). */
import type { TraceRecord } from "../../sim/types.ts";
import type { KlogLine, KlogView } from "./klog.ts";
import { info, podRef, podUid, text } from "./klog-read.ts";

const plain = (source: string, message: string): KlogLine => ({
  severity: "I",
  verbosity: 0,
  source,
  message,
  plain: true,
});

function namesOf(r: TraceRecord): { name: string; unique: string; plugin: string; uid: string; pod: string } {
  const name = text(r, "volume") ?? "";
  const plugin = (text(r, "plugin") ?? "").replace("~", "/");
  const uid = podUid(r) ?? "";
  return { name, plugin, uid, unique: `${plugin}/${uid}-${name}`, pod: podRef(r)?.ref.split("/")[1] ?? "" };
}

const mounted: KlogView = (r) => {
  const { name, unique, uid, pod } = namesOf(r);
  const of = `for volume "${name}" (UniqueName: "${unique}") pod "${pod}" (UID: "${uid}") `;
  const keys = [["pod", podRef(r)]] as const;
  return [
    info(
      0,
      "reconciler_common.go:251",
      `operationExecutor.VerifyControllerAttachedVolume started ${of}`,
      keys,
    ),
    info(1, "reconciler_common.go:225", `operationExecutor.MountVolume started ${of}`, keys),
    info(1, "operation_generator.go:617", `MountVolume.SetUp succeeded ${of}`, keys),
  ];
};

/** The pod may be forgotten by then, so that its UID stands for its name. */
const unmounted: KlogView = (r) => {
  const { name, unique, plugin, uid } = namesOf(r);
  const node = r.from.slice(0, r.from.indexOf("/"));
  return [
    info(
      0,
      "reconciler_common.go:163",
      `operationExecutor.UnmountVolume started for volume "${name}" (UniqueName: "${unique}") pod "${uid}" (UID: "${uid}") `,
    ),
    plain(
      "operation_generator.go:782",
      `UnmountVolume.TearDown succeeded for volume "${unique}" pod "${uid}" (UID: "${uid}"). InnerVolumeSpecName "${name}". PluginName "${plugin}", VolumeGIDValue ""`,
    ),
    info(
      0,
      "reconciler_common.go:299",
      `Volume detached for volume "${name}" (UniqueName: "${unique}") on node "${node}" DevicePath ""`,
    ),
  ];
};

export const VOLUME_LINES: Readonly<Record<string, KlogView>> = {
  "volume.Mounted": mounted,
  "volume.Unmounted": unmounted,
};
