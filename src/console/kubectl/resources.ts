/** What the server calls its resources: the list of `kubectl api-resources`, and how a name on the command line is read. */
import { kindInfo } from "../../api/server/kinds.ts";
import { fail } from "./errors.ts";

export interface Resource {
  readonly name: string;
  readonly short: readonly string[];
  readonly group: string;
  readonly version: string;
  readonly namespaced: boolean;
  readonly kind: string;
}

/** name, short names, API version, whether namespaced, kind. */
const LIST = `
  bindings - v1 1 Binding
  componentstatuses cs v1 0 ComponentStatus
  configmaps cm v1 1 ConfigMap
  endpoints ep v1 1 Endpoints
  events ev v1 1 Event
  limitranges limits v1 1 LimitRange
  namespaces ns v1 0 Namespace
  nodes no v1 0 Node
  persistentvolumeclaims pvc v1 1 PersistentVolumeClaim
  persistentvolumes pv v1 0 PersistentVolume
  pods po v1 1 Pod
  podtemplates - v1 1 PodTemplate
  replicationcontrollers rc v1 1 ReplicationController
  resourcequotas quota v1 1 ResourceQuota
  secrets - v1 1 Secret
  serviceaccounts sa v1 1 ServiceAccount
  services svc v1 1 Service
  mutatingadmissionpolicies - admissionregistration.k8s.io/v1 0 MutatingAdmissionPolicy
  mutatingadmissionpolicybindings - admissionregistration.k8s.io/v1 0 MutatingAdmissionPolicyBinding
  mutatingwebhookconfigurations - admissionregistration.k8s.io/v1 0 MutatingWebhookConfiguration
  validatingadmissionpolicies - admissionregistration.k8s.io/v1 0 ValidatingAdmissionPolicy
  validatingadmissionpolicybindings - admissionregistration.k8s.io/v1 0 ValidatingAdmissionPolicyBinding
  validatingwebhookconfigurations - admissionregistration.k8s.io/v1 0 ValidatingWebhookConfiguration
  customresourcedefinitions crd,crds apiextensions.k8s.io/v1 0 CustomResourceDefinition
  apiservices - apiregistration.k8s.io/v1 0 APIService
  controllerrevisions - apps/v1 1 ControllerRevision
  daemonsets ds apps/v1 1 DaemonSet
  deployments deploy apps/v1 1 Deployment
  replicasets rs apps/v1 1 ReplicaSet
  statefulsets sts apps/v1 1 StatefulSet
  selfsubjectreviews - authentication.k8s.io/v1 0 SelfSubjectReview
  tokenreviews - authentication.k8s.io/v1 0 TokenReview
  localsubjectaccessreviews - authorization.k8s.io/v1 1 LocalSubjectAccessReview
  selfsubjectaccessreviews - authorization.k8s.io/v1 0 SelfSubjectAccessReview
  selfsubjectrulesreviews - authorization.k8s.io/v1 0 SelfSubjectRulesReview
  subjectaccessreviews - authorization.k8s.io/v1 0 SubjectAccessReview
  horizontalpodautoscalers hpa autoscaling/v2 1 HorizontalPodAutoscaler
  cronjobs cj batch/v1 1 CronJob
  jobs - batch/v1 1 Job
  certificatesigningrequests csr certificates.k8s.io/v1 0 CertificateSigningRequest
  leases - coordination.k8s.io/v1 1 Lease
  endpointslices - discovery.k8s.io/v1 1 EndpointSlice
  events ev events.k8s.io/v1 1 Event
  flowschemas - flowcontrol.apiserver.k8s.io/v1 0 FlowSchema
  prioritylevelconfigurations - flowcontrol.apiserver.k8s.io/v1 0 PriorityLevelConfiguration
  ingressclasses - networking.k8s.io/v1 0 IngressClass
  ingresses ing networking.k8s.io/v1 1 Ingress
  ipaddresses ip networking.k8s.io/v1 0 IPAddress
  networkpolicies netpol networking.k8s.io/v1 1 NetworkPolicy
  servicecidrs - networking.k8s.io/v1 0 ServiceCIDR
  runtimeclasses - node.k8s.io/v1 0 RuntimeClass
  poddisruptionbudgets pdb policy/v1 1 PodDisruptionBudget
  clusterrolebindings - rbac.authorization.k8s.io/v1 0 ClusterRoleBinding
  clusterroles - rbac.authorization.k8s.io/v1 0 ClusterRole
  rolebindings - rbac.authorization.k8s.io/v1 1 RoleBinding
  roles - rbac.authorization.k8s.io/v1 1 Role
  deviceclasses - resource.k8s.io/v1 0 DeviceClass
  resourceclaims - resource.k8s.io/v1 1 ResourceClaim
  resourceclaimtemplates - resource.k8s.io/v1 1 ResourceClaimTemplate
  resourceslices - resource.k8s.io/v1 0 ResourceSlice
  priorityclasses pc scheduling.k8s.io/v1 0 PriorityClass
  csidrivers - storage.k8s.io/v1 0 CSIDriver
  csinodes - storage.k8s.io/v1 0 CSINode
  csistoragecapacities - storage.k8s.io/v1 1 CSIStorageCapacity
  storageclasses sc storage.k8s.io/v1 0 StorageClass
  volumeattachments - storage.k8s.io/v1 0 VolumeAttachment
  volumeattributesclasses vac storage.k8s.io/v1 0 VolumeAttributesClass
`;

export const RESOURCES: readonly Resource[] = LIST.trim()
  .split("\n")
  .map((line) => {
    const [name = "", short = "", apiVersion = "", namespaced, kind = ""] = line.trim().split(" ");
    const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
    return {
      name,
      short: short === "-" ? [] : short.split(","),
      group: group ?? "",
      version: version ?? "",
      namespaced: namespaced === "1",
      kind,
    };
  });

/** What `all` stands for, in the order of its tables. */
export const ALL = [
  "Pod",
  "ReplicationController",
  "Service",
  "DaemonSet",
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "HorizontalPodAutoscaler",
  "CronJob",
  "Job",
];

export const resourceOfKind = (kind: string): Resource | undefined => RESOURCES.find((r) => r.kind === kind);

/** `deployments.apps`; without a group just the name. */
export const qualified = (r: Resource): string => (r.group ? `${r.name}.${r.group}` : r.name);

/** `deployment.apps/web`: an object as commands name it. */
export const objectRef = (r: Resource, name: string): string => `${kindRef(r)}/${name}`;
export const kindRef = (r: Resource): string => `${r.kind.toLowerCase()}${r.group ? `.${r.group}` : ""}`;

/** Whether the server keeps objects of it here. */
export const isStored = (r: Resource): boolean => kindInfo(r.kind) !== undefined;

export const apiVersionOf = (r: Resource): string => (r.group ? `${r.group}/${r.version}` : r.version);

/** A resource by any of its names: `pods`, `pod`, `po`, `deployments.apps`, `deployment.v1.apps`. */
export function findResource(text: string): Resource | undefined {
  const [first = "", ...rest] = text.toLowerCase().split(".");
  const named = RESOURCES.filter(
    (r) => r.name === first || r.kind.toLowerCase() === first || r.short.includes(first),
  );
  if (rest.length === 0) return named[0];
  const group = rest.join(".");
  return (
    named.find((r) => r.group !== "" && r.group === group) ??
    named.find((r) => r.group !== "" && `${r.version}.${r.group}` === group)
  );
}

/** The same, or the error that there is none. */
export function needResource(text: string): Resource {
  return findResource(text) ?? fail(`the server doesn't have a resource type "${text.split(".")[0]}"`);
}
