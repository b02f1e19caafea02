import { beforeEach, describe, expect, it } from "vitest";
import { Simulation } from "../../sim/index.ts";
import type { ApiRequest, WatchMessage } from "../contract.ts";
import { objectRules } from "../object-rules.ts";
import type { ApiObject, Pod, Service } from "../types.ts";
import { type ControlPlaneApi, createControlPlaneApi } from "./client.ts";

const START = Date.parse("2026-01-05T09:00:00Z");

let sim: Simulation;
let api: ControlPlaneApi;

const stamp = (at?: number): string => `${new Date(START + (at ?? sim.now)).toISOString().slice(0, 19)}Z`;
const ask = (request: ApiRequest): any => api.server.handle(request);
const pod = (name: string, spec: object = {}): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name },
  spec: { containers: [{ name: "app", image: "nginx:1.27" }], ...spec },
});
const create = (body: any, more: object = {}): any => ask({ verb: "create", kind: body.kind, body, ...more });
const get = (kind: string, name: string): any =>
  api.server.store.get(kind, kind === "Namespace" ? undefined : "default", name);
const bind = (name: string): any =>
  ask({
    verb: "create",
    kind: "Pod",
    name,
    subresource: "binding",
    body: { target: { kind: "Node", name: "node-1" } },
  });

beforeEach(() => {
  sim = new Simulation({ seed: 1 });
  api = createControlPlaneApi({ sim, rules: objectRules, stamp });
  for (const name of ["default", "kube-system"]) {
    api.server.seed({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name },
      status: { phase: "Active" },
    } as ApiObject);
    api.server.seed({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace: name },
    } as ApiObject);
  }
});

describe("creating a pod", () => {
  it("fills in what a real server shows of a minimal pod", () => {
    const { object } = create(pod("web"));
    expect(object.spec).toMatchObject({
      restartPolicy: "Always",
      serviceAccount: "default",
      serviceAccountName: "default",
      priority: 0,
      preemptionPolicy: "PreemptLowerPriority",
      enableServiceLinks: true,
      tolerations: [
        {
          key: "node.kubernetes.io/not-ready",
          operator: "Exists",
          effect: "NoExecute",
          tolerationSeconds: 300,
        },
        {
          key: "node.kubernetes.io/unreachable",
          operator: "Exists",
          effect: "NoExecute",
          tolerationSeconds: 300,
        },
      ],
      containers: [
        { imagePullPolicy: "IfNotPresent", resources: {}, terminationMessagePath: "/dev/termination-log" },
      ],
    });
    expect(object.spec.volumes[0].name).toMatch(/^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(object.status).toEqual({ phase: "Pending", qosClass: "BestEffort" });
    expect(object.metadata).toMatchObject({
      generation: 1,
      namespace: "default",
      creationTimestamp: "2026-01-05T09:00:00Z",
    });
  });

  it("says what the real one says of mistakes", () => {
    create(pod("web"));
    const message = (body: any, more: object = {}): string => create(body, more).error.message;
    expect(message(pod("web"))).toBe('pods "web" already exists');
    expect(message(pod("x", { foo: 1 }))).toBe(
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo"',
    );
    expect(message(pod("x"), { namespace: "nope" })).toBe('namespaces "nope" not found');
    expect(message(pod("x", { serviceAccountName: "nosuch" }))).toBe(
      'pods "x" is forbidden: error looking up service account default/nosuch: serviceaccount "nosuch" not found',
    );
    expect(message(pod("x", { containers: [] }))).toBe('Pod "x" is invalid: spec.containers: Required value');
    expect(create(pod("x", { containers: [] })).error).toMatchObject({
      code: 422,
      details: {
        causes: [{ reason: "FieldValueRequired", message: "Required value", field: "spec.containers" }],
      },
    });
  });

  it("creates with a warning where unknown fields are only to be warned of", () => {
    const result = create(pod("x", { foo: 1 }), { options: { fieldValidation: "Warn" } });
    expect(result).toMatchObject({ ok: true, warnings: ['unknown field "spec.foo"'] });
  });

  it("leaves nothing behind on a dry run", () => {
    expect(create(pod("x"), { options: { dryRun: true } }).ok).toBe(true);
    expect(get("Pod", "x")).toBeUndefined();
  });

  it("makes names from a base", () => {
    const body = { ...pod("x"), metadata: { generateName: "web-" } };
    expect(create(body).object.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });
});

describe("changing a pod", () => {
  const patch = (body: object, more: object = {}): any =>
    ask({ verb: "patch", kind: "Pod", name: "web", body, ...more });

  beforeEach(() => {
    create(pod("web"));
    bind("web");
  });

  it("counts a generation for a new image and refuses most other fields", () => {
    expect(
      patch({ spec: { containers: [{ name: "app", image: "nginx:1.28" }] } }).object.metadata.generation,
    ).toBe(2);
    expect(patch({ spec: { nodeSelector: { a: "b" } } }).error.message).toContain(
      "pod updates may not change fields other than",
    );
  });

  it("takes a status without touching the spec, and writes nothing where nothing changes", () => {
    const result = patch(
      { spec: { hostname: "x" }, status: { phase: "Running" } },
      { subresource: "status" },
    );
    expect(result.object).toMatchObject({
      status: { phase: "Running", qosClass: "BestEffort" },
      metadata: { generation: 1 },
    });
    expect(result.object.spec.hostname).toBeUndefined();
    const version = get("Pod", "web").metadata.resourceVersion;
    patch({ status: { phase: "Running" } }, { subresource: "status" });
    expect(get("Pod", "web").metadata.resourceVersion).toBe(version);
  });

  it("refuses a stale write", () => {
    const old = get("Pod", "web");
    patch({ metadata: { labels: { a: "b" } } });
    const result = ask({ verb: "update", kind: "Pod", name: "web", body: old });
    expect(result.error).toMatchObject({
      code: 409,
      message:
        'Operation cannot be fulfilled on pods "web": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it("resizes, and only resizes", () => {
    const resize = (resources: object): any =>
      patch({ spec: { hostname: "x", containers: [{ name: "app", resources }] } }, { subresource: "resize" });
    expect(resize({ requests: { cpu: "1" } }).error.message).toContain(
      "Pod QOS Class may not change as a result of resizing",
    );
    create(
      pod("big", { containers: [{ name: "app", image: "a:1", resources: { requests: { cpu: "1" } } }] }),
    );
    const result = ask({
      verb: "patch",
      kind: "Pod",
      name: "big",
      subresource: "resize",
      body: { spec: { hostname: "x", containers: [{ name: "app", resources: { requests: { cpu: "2" } } }] } },
    });
    expect(result.object.spec).toMatchObject({ containers: [{ resources: { requests: { cpu: "2" } } }] });
    expect(result.object.spec.hostname).toBeUndefined();
    expect(result.object.metadata.generation).toBe(2);
  });

  it("takes ephemeral containers by their subresource", () => {
    const body = { spec: { ephemeralContainers: [{ name: "debug", image: "busybox:1.36" }] } };
    expect(
      patch(body, { subresource: "ephemeralcontainers" }).object.spec.ephemeralContainers[0],
    ).toMatchObject({ name: "debug", imagePullPolicy: "IfNotPresent" });
  });

  it("is bound once", () => {
    expect(get("Pod", "web").status.conditions).toMatchObject([{ type: "PodScheduled", status: "True" }]);
    expect(bind("web").error.message).toBe(
      'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "node-1"',
    );
  });
});

describe("deleting", () => {
  const remove = (options: object = {}): any => ask({ verb: "delete", kind: "Pod", name: "web", options });

  it("takes an unscheduled pod away at once", () => {
    create(pod("web"));
    remove();
    expect(get("Pod", "web")).toBeUndefined();
  });

  it("gives a scheduled pod its time, shortens it, never lengthens it", () => {
    create(pod("web"));
    bind("web");
    expect(remove().object.metadata).toMatchObject({
      deletionTimestamp: "2026-01-05T09:00:30Z",
      deletionGracePeriodSeconds: 30,
      generation: 2,
    });
    expect(remove({ gracePeriodSeconds: 60 }).object.metadata.deletionGracePeriodSeconds).toBe(30);
    expect(remove({ gracePeriodSeconds: 5 }).object.metadata.deletionGracePeriodSeconds).toBe(5);
    expect(remove({ gracePeriodSeconds: 0, preconditions: { uid: "other" } }).error.code).toBe(409);
    remove({ gracePeriodSeconds: 0, preconditions: { uid: get("Pod", "web").metadata.uid } });
    expect(get("Pod", "web")).toBeUndefined();
  });

  it("waits for the last finalizer", () => {
    create({ ...pod("web"), metadata: { name: "web", finalizers: ["example.com/hold"] } });
    remove();
    expect(get("Pod", "web").metadata.deletionTimestamp).toBeDefined();
    ask({
      verb: "patch",
      kind: "Pod",
      name: "web",
      patchType: "merge",
      body: { metadata: { finalizers: null } },
    });
    expect(get("Pod", "web")).toBeUndefined();
  });

  it("empties a namespace, then removes it", () => {
    create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
    expect(api.server.store.get("ServiceAccount", "team", "default")).toBeDefined();
    create(pod("a"), { namespace: "team" });
    ask({
      verb: "create",
      kind: "Pod",
      namespace: "team",
      name: "a",
      subresource: "binding",
      body: { target: { name: "node-1" } },
    });
    ask({ verb: "delete", kind: "Namespace", name: "team" });
    expect(get("Namespace", "team").status.phase).toBe("Terminating");
    expect(create(pod("b"), { namespace: "team" }).error.message).toBe(
      'pods "b" is forbidden: unable to create new content in namespace team because it is being terminated',
    );
    expect(api.server.store.get("ServiceAccount", "team", "default")).toBeDefined();
    sim.run({ until: sim.now + 5_000 });
    expect(api.server.store.get("ServiceAccount", "team", "default")).toBeUndefined();
    const condition = (type: string) =>
      get("Namespace", "team").status.conditions.find((c: { type: string }) => c.type === type);
    expect(condition("NamespaceContentRemaining").message).toBe(
      "Some resources are remaining: pods. has 1 resource instances",
    );
    ask({ verb: "delete", kind: "Pod", namespace: "team", name: "a", options: { gracePeriodSeconds: 0 } });
    expect(get("Namespace", "team")).toBeDefined();
    sim.run({ until: sim.now + 5_000 });
    expect(get("Namespace", "team")).toBeUndefined();
    expect(ask({ verb: "delete", kind: "Namespace", name: "default" }).error.message).toBe(
      'namespaces "default" is forbidden: this namespace may not be deleted',
    );
  });
});

describe("other kinds", () => {
  it("gives services addresses and node ports", () => {
    const body = (name: string, spec: object): object => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { selector: { a: "b" }, ports: [{ port: 80 }], ...spec },
    });
    const service = create(body("s", {})).object as Service;
    expect(service.spec).toMatchObject({
      clusterIP: expect.stringMatching(/^10\.96\.\d+\.\d+$/),
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
    });
    expect(create(body("n", { type: "NodePort" })).object.spec.ports[0].nodePort).toBeGreaterThanOrEqual(
      30000,
    );
    expect(create(body("taken", { clusterIP: service.spec?.clusterIP })).error.message).toContain(
      "provided IP is already allocated",
    );
    expect(create(body("h", { clusterIP: "None" })).object.spec.clusterIPs).toEqual(["None"]);
  });

  it("makes a job's selector", () => {
    const job = create({
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "j" },
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "b" }] } } },
    }).object;
    expect(job.spec.selector.matchLabels).toEqual({ "batch.kubernetes.io/controller-uid": job.metadata.uid });
    expect(job.spec.template.metadata.labels["job-name"]).toBe("j");
  });

  it("fills in limits of a namespace's limit range and holds pods to it", () => {
    create({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "l" },
      spec: { limits: [{ type: "Container", max: { cpu: "1" }, default: { memory: "64Mi" } }] },
    });
    const { object } = create(pod("web"));
    expect(object.spec.containers[0].resources).toEqual({
      limits: { cpu: "1", memory: "64Mi" },
      requests: { cpu: "1", memory: "64Mi" },
    });
    expect(object.metadata.annotations["kubernetes.io/limit-ranger"]).toBe(
      "LimitRanger plugin set: cpu, memory request for container app; cpu, memory limit for container app",
    );
    expect(
      create(pod("big", { containers: [{ name: "a", image: "b", resources: { limits: { cpu: "2" } } }] }))
        .error.message,
    ).toBe('pods "big" is forbidden: maximum cpu usage per Container is 1, but limit is 2');
  });

  it("lists in the store's order and refuses fields that cannot be selected", () => {
    create(pod("b"));
    create(pod("a"));
    const list = (options: object): any => ask({ verb: "list", kind: "Pod", options });
    expect(list({}).object.items.map((p: Pod) => p.metadata?.name)).toEqual(["a", "b"]);
    expect(list({ fieldSelector: "metadata.name=a" }).object.items).toHaveLength(1);
    expect(list({ fieldSelector: "status.foo=x" }).error.message).toBe(
      'Unable to find "/v1, Resource=pods" that match label selector "", field selector "status.foo=x": field label not supported: status.foo',
    );
  });
});

describe("watches", () => {
  it("bring the list first, then each write in order, as the selector sees it", () => {
    const seen: string[] = [];
    sim.component("watcher", (event) => {
      const watch = event["watch"] as WatchMessage;
      seen.push(
        watch.type === "SYNCED"
          ? `SYNCED ${watch.objects.length}`
          : `${watch.type} ${watch.object.metadata?.name}`,
      );
    });
    const client = api.client({ from: "controller-manager", user: "watcher" });
    client.watch(
      { kind: "Pod", fieldSelector: "spec.nodeName=node-1" },
      { to: "watcher", event: { type: "watch" } },
    );
    create(pod("web"));
    create(pod("other"));
    bind("web");
    ask({ verb: "delete", kind: "Pod", name: "web", options: { gracePeriodSeconds: 0 } });
    sim.run({ until: 1000 });
    expect(seen).toEqual(["SYNCED 0", "ADDED web", "MODIFIED web", "DELETED web"]);
  });
});
