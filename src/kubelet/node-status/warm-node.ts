/** The Node of a kubelet that has been up for a while: registered and ready. */
import type { Node } from "../../api/types.ts";
import type { Kubelet } from "../contract.ts";
import { emptyNode, setNodeStatus } from "./node-object.ts";

/** For a cluster that starts in the middle of its life; labels and taints as the scenario has them. */
export function warmNode(
  k: Kubelet,
  options: {
    readonly readySince: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly taints?: NonNullable<Node["spec"]>["taints"];
  },
): Node {
  const node = emptyNode(k);
  const { node: reported } = setNodeStatus(
    k,
    {
      ...node,
      metadata: {
        ...node.metadata,
        creationTimestamp: options.readySince,
        labels: { ...node.metadata?.labels, ...options.labels },
      },
      spec: {
        podCIDR: k.host.info.podCidr,
        podCIDRs: [k.host.info.podCidr],
        ...(options.taints ? { taints: options.taints } : {}),
      },
    },
    {
      now: options.readySince,
      underPressure: () => false,
      runtimeErrors: [],
      networkError: null,
      shutdownError: null,
      volumesInUse: [],
    },
  );
  return reported;
}
