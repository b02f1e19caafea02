/** Where the kubelet keeps pods and their volumes on the node. */
export const KUBELET_ROOT = "/var/lib/kubelet";
export const POD_ROOT = `${KUBELET_ROOT}/pods`;

export const podDir = (uid: string): string => `${POD_ROOT}/${uid}`;
export const volumesDir = (uid: string): string => `${podDir(uid)}/volumes`;
/** `plugin` with the slash of its name written as a tilde: `kubernetes.io~secret`. */
export const volumeDir = (uid: string, plugin: string, volume: string): string =>
  `${volumesDir(uid)}/${plugin}/${volume}`;
