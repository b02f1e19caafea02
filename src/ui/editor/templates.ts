/**
 * Manifests to start from: small, each showing one mechanism. They are data of Kubernetes, the same in every language;
 * their names in the menu are messages `editor.template.ID`.
 */
export interface Template {
  readonly id: TemplateId;
  /** Name of the file that is made of it. */
  readonly file: string;
  readonly text: string;
}

export type TemplateGroup = "first" | "probes" | "life" | "trouble";
type TemplateId =
  | "test-kubelet"
  | "restart-test"
  | "exec-liveness"
  | "http-liveness"
  | "startup-probe"
  | "readiness-gate"
  | "hooks"
  | "grace"
  | "init"
  | "sidecar"
  | "run-once"
  | "missing-image"
  | "oom"
  | "too-big"
  | "bad-config";

const TEST_KUBELET = `apiVersion: v1
kind: Pod
metadata:
  name: test-kubelet
spec:
  containers:
  - name: nginx
    image: nginx
    livenessProbe:
      httpGet:
        path: /
        port: 80
      initialDelaySeconds: 30
    readinessProbe:
      httpGet:
        path: /
        port: 80
      initialDelaySeconds: 5
`;

const RESTART_TEST = `apiVersion: v1
kind: Pod
metadata:
  name: restart-test
spec:
  restartPolicy: Always
  containers:
  - name: failing-container
    image: busybox
    command: ["sh", "-c", "sleep 10; exit 1"]
`;

const EXEC_LIVENESS = `apiVersion: v1
kind: Pod
metadata:
  name: exec-liveness
spec:
  containers:
  - name: app
    image: busybox
    command: ["sh", "-c", "touch /tmp/alive; sleep 30; rm /tmp/alive; sleep 3600"]
    livenessProbe:
      exec:
        command: ["cat", "/tmp/alive"]
      initialDelaySeconds: 5
      periodSeconds: 5
`;

const HTTP_LIVENESS = `apiVersion: v1
kind: Pod
metadata:
  name: http-liveness
spec:
  containers:
  - name: server
    image: registry.k8s.io/e2e-test-images/agnhost:2.40
    args: ["liveness"]
    livenessProbe:
      httpGet:
        path: /healthz
        port: 8080
      initialDelaySeconds: 3
      periodSeconds: 3
`;

const STARTUP = `apiVersion: v1
kind: Pod
metadata:
  name: slow-start
spec:
  containers:
  - name: app
    image: busybox
    command: ["sh", "-c", "sleep 25; touch /tmp/started; sleep 3600"]
    startupProbe:
      exec:
        command: ["cat", "/tmp/started"]
      periodSeconds: 5
      failureThreshold: 12
    livenessProbe:
      exec:
        command: ["cat", "/tmp/started"]
      periodSeconds: 10
`;

const READINESS_GATE = `apiVersion: v1
kind: Pod
metadata:
  name: gated
spec:
  readinessGates:
  - conditionType: example.com/attached
  containers:
  - name: nginx
    image: nginx
`;

const HOOKS = `apiVersion: v1
kind: Pod
metadata:
  name: hooks
spec:
  containers:
  - name: nginx
    image: nginx
    lifecycle:
      postStart:
        exec:
          command: ["sh", "-c", "echo started > /tmp/hook"]
      preStop:
        sleep:
          seconds: 5
`;

const GRACE = `apiVersion: v1
kind: Pod
metadata:
  name: stubborn
spec:
  terminationGracePeriodSeconds: 15
  containers:
  - name: app
    image: busybox
    command: ["sh", "-c", "trap '' TERM; while true; do sleep 1; done"]
`;

const INIT = `apiVersion: v1
kind: Pod
metadata:
  name: two-inits
spec:
  initContainers:
  - name: first
    image: busybox
    command: ["sleep", "4"]
  - name: second
    image: busybox
    command: ["sleep", "6"]
  containers:
  - name: nginx
    image: nginx
`;

const SIDECAR = `apiVersion: v1
kind: Pod
metadata:
  name: with-sidecar
spec:
  initContainers:
  - name: log
    image: busybox
    restartPolicy: Always
    command: ["sh", "-c", "while true; do sleep 5; echo tick; done"]
  containers:
  - name: nginx
    image: nginx
`;

const RUN_ONCE = `apiVersion: v1
kind: Pod
metadata:
  name: run-once
spec:
  restartPolicy: OnFailure
  containers:
  - name: work
    image: busybox
    command: ["sh", "-c", "sleep 8; echo done"]
`;

const MISSING_IMAGE = `apiVersion: v1
kind: Pod
metadata:
  name: missing-image
spec:
  containers:
  - name: app
    image: nginx:no-such-tag
`;

const OOM = `apiVersion: v1
kind: Pod
metadata:
  name: memory-eater
spec:
  containers:
  - name: app
    image: registry.k8s.io/e2e-test-images/agnhost:2.40
    args: ["stress", "--mem-total", "200Mi", "--mem-alloc-size", "20Mi", "--mem-alloc-sleep", "1s"]
    resources:
      requests:
        memory: 50Mi
      limits:
        memory: 100Mi
`;

const TOO_BIG = `apiVersion: v1
kind: Pod
metadata:
  name: too-big
spec:
  containers:
  - name: app
    image: nginx
    resources:
      requests:
        cpu: "64"
`;

const BAD_CONFIG = `apiVersion: v1
kind: Pod
metadata:
  name: no-config
spec:
  containers:
  - name: app
    image: nginx
    env:
    - name: COLOUR
      valueFrom:
        configMapKeyRef:
          name: settings
          key: colour
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: other-settings
data:
  colour: blue
`;

const template = (id: TemplateId, text: string, file = `${id}.yaml`): Template => ({ id, file, text });

export const TEMPLATES: readonly { readonly id: TemplateGroup; readonly templates: readonly Template[] }[] = [
  {
    id: "first",
    templates: [template("test-kubelet", TEST_KUBELET), template("restart-test", RESTART_TEST)],
  },
  {
    id: "probes",
    templates: [
      template("exec-liveness", EXEC_LIVENESS),
      template("http-liveness", HTTP_LIVENESS),
      template("startup-probe", STARTUP, "slow-start.yaml"),
      template("readiness-gate", READINESS_GATE, "gated.yaml"),
    ],
  },
  {
    id: "life",
    templates: [
      template("init", INIT, "two-inits.yaml"),
      template("sidecar", SIDECAR, "with-sidecar.yaml"),
      template("hooks", HOOKS),
      template("grace", GRACE, "stubborn.yaml"),
      template("run-once", RUN_ONCE),
    ],
  },
  {
    id: "trouble",
    templates: [
      template("missing-image", MISSING_IMAGE),
      template("oom", OOM, "memory-eater.yaml"),
      template("too-big", TOO_BIG),
      template("bad-config", BAD_CONFIG, "no-config.yaml"),
    ],
  },
];

export const findTemplate = (id: string): Template | undefined =>
  TEMPLATES.flatMap((g) => g.templates).find((t) => t.id === id);

/** What a new visitor finds open. */
export const STARTERS: readonly Template[] = TEMPLATES[0]?.templates ?? [];
