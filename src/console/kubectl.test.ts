import { describe, expect, it } from "vitest";
import { podOf, terminal } from "./testing.ts";

const rows = (text: string): string[][] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/));

describe("kubectl", () => {
  it("follows a pod from its manifest to its end", () => {
    const { out, run, sim } = terminal();
    expect(
      out("kubectl apply -f -", {
        stdin: podOf("talker", "echo hello; trap 'exit 0' TERM; while true; do sleep 1; done"),
      }),
    ).toBe("pod/talker created\n");
    expect(
      out("kubectl apply -f -", {
        stdin: podOf("talker", "echo hello; trap 'exit 0' TERM; while true; do sleep 1; done"),
      }),
    ).toBe("pod/talker unchanged\n");
    expect(out("kubectl wait pod/talker --for=condition=Ready --timeout=30s")).toBe(
      "pod/talker condition met\n",
    );
    expect(rows(out("kubectl get pods"))[1]?.slice(0, 4)).toEqual(["talker", "1/1", "Running", "0"]);
    expect(out("kubectl logs talker")).toBe("hello\n");
    expect(out("kubectl exec talker -- sh -c 'hostname; exit 0'")).toBe("talker\n");
    expect(run("kubectl exec talker -- sh -c 'exit 3'").stderr).toBe("command terminated with exit code 3\n");
    expect(out("kubectl describe pod talker")).toMatch(
      /^Events:\n +Type +Reason +Age +From +Message\n(.*\n)*.*Scheduled.*default-scheduler/m,
    );
    const before = sim.now;
    expect(out("kubectl delete pod talker")).toBe('pod "talker" deleted from default namespace\n');
    expect(sim.now - before).toBeGreaterThan(0);
    expect(sim.now - before).toBeLessThan(2_500);
    expect(run("kubectl get pods")).toMatchObject({
      stdout: "",
      stderr: "No resources found in default namespace.\n",
      exit: 0,
    });
    expect(run("kubectl get pod talker")).toMatchObject({
      stderr: 'Error from server (NotFound): pods "talker" not found\n',
      exit: 1,
    });
  });

  it("waits out the grace period of a pod that does not listen", () => {
    const { out, sim } = terminal();
    out("kubectl apply -f -", { stdin: podOf("deaf", "sleep 1000") });
    out("kubectl wait pod/deaf --for=condition=Ready");
    const before = sim.now;
    out("kubectl delete pod deaf");
    expect(sim.now - before).toBeGreaterThanOrEqual(2_000);
    expect(sim.now - before).toBeLessThan(4_000);
  });

  it("prints every change of a pod it watches", () => {
    const { sim, console, out } = terminal();
    const id = console.start("kubectl get pods -w", { session: "watching" });
    out("kubectl run once --image=busybox:1.36 --restart=Never -- sh -c 'sleep 2'");
    sim.run({ until: sim.now + 5_000 });
    console.interrupt("watching");
    sim.run({ until: sim.now + 100 });
    const seen = rows(console.output(id).stdout)
      .slice(1)
      .map((row) => row[2]);
    expect([...new Set(seen)]).toEqual(["Pending", "ContainerCreating", "Running", "Completed"]);
  });

  it("follows a log through its rotations, and then shows the live file alone", () => {
    const { out } = terminal({ containerLogMaxSize: "1Ki", containerLogMonitorInterval: "3s" });
    const count = "i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo $i; sleep 0.1; done; sleep 60";
    out("kubectl apply -f -", { stdin: podOf("counter", count) });
    out("kubectl wait pod/counter --for=condition=Ready");
    const numbers = Array.from({ length: 200 }, (_, i) => i + 1);
    expect(out("timeout 25 kubectl logs -f counter || true").trim().split("\n").map(Number)).toEqual(numbers);
    expect(out("kubectl logs counter")).not.toMatch(/^1$/m);
  });

  it("follows a log that is longer than what is kept of it", () => {
    const { out } = terminal();
    // Lines of 15 KiB, most of it not ASCII; while they are followed the file loses its beginning.
    const script =
      "line=$(yes абвгдежз | head -n 1000 | tr -d '\\n'); i=0; while [ $i -lt 80 ]; do i=$((i+1)); echo $i $line; [ $i -lt 55 ] || sleep 2; done";
    out("kubectl apply -f -", { stdin: podOf("long", script) });
    out("kubectl wait pod/long --for=condition=Ready");
    out("sleep 20");
    const lines = out("timeout 60 kubectl logs -f --tail=1 long | cut -d ' ' -f 1").trim().split("\n");
    expect(lines.map(Number)).toEqual(
      Array.from({ length: 81 - Number(lines[0]) }, (_, i) => i + Number(lines[0])),
    );
    expect(lines.length).toBeGreaterThan(15);
  });

  it("follows a log until the container ends", () => {
    const { out, console, sim } = terminal();
    out(
      "kubectl run counter --image=busybox:1.36 --restart=Never -- sh -c 'for i in 1 2 3; do echo $i; sleep 1; done'",
    );
    out("kubectl wait pod/counter --for=condition=Ready");
    expect(out("kubectl logs -f counter")).toBe("1\n2\n3\n");
    expect(out("kubectl logs counter --tail=1")).toBe("3\n");
    const id = console.start("kubectl logs counter --timestamps");
    sim.run({ until: sim.now + 500 });
    expect(console.output(id).stdout).toMatch(/^2026-01-05T09:00:\d\d\.\d+Z 1\n/);
  });

  it("shows the log of the container before", () => {
    const { out, run } = terminal();
    out("kubectl apply -f -", { stdin: podOf("failing", "echo last words; exit 1") });
    run(
      "kubectl wait pod/failing --for=jsonpath='{.status.containerStatuses[0].restartCount}'=1 --timeout=30s",
    );
    expect(out("kubectl logs failing --previous")).toBe("last words\n");
  });

  it("manages a deployment", () => {
    const { out } = terminal();
    expect(out("kubectl create deployment web --image=nginx:1.27 --replicas=2")).toBe(
      "deployment.apps/web created\n",
    );
    expect(out("kubectl rollout status deployment/web")).toMatch(
      /deployment "web" successfully rolled out\n$/,
    );
    expect(out("kubectl scale deployment web --replicas=1")).toBe("deployment.apps/web scaled\n");
    out("kubectl wait deployment/web --for=jsonpath='{.status.replicas}'=1");
    expect(out("kubectl get deployment web -o jsonpath='{.spec.replicas}/{.status.readyReplicas}'")).toBe(
      "1/1",
    );
    expect(out("kubectl get rs -l app=web --no-headers | wc -l").trim()).toBe("1");
    expect(out("kubectl delete deployment web")).toBe(
      'deployment.apps "web" deleted from default namespace\n',
    );
  });

  it("goes back to an earlier revision, which is then the newest", () => {
    const { out } = terminal();
    out("kubectl create deployment web --image=nginx:1.27 && kubectl rollout status deployment/web");
    out("kubectl set image deployment/web nginx=nginx:1.28 && kubectl rollout status deployment/web");
    expect(out("kubectl rollout undo deployment/web")).toBe("deployment.apps/web rolled back\n");
    out("kubectl rollout status deployment/web");
    expect(out("kubectl rollout history deployment/web")).toBe(
      "deployment.apps/web \nREVISION  CHANGE-CAUSE\n2         <none>\n3         <none>\n\n",
    );
    expect(out("kubectl get pods -l app=web -o jsonpath='{.items[*].spec.containers[0].image}'")).toContain(
      "nginx:1.27",
    );
  });

  it("gives up a rollout that does not get on", () => {
    const { out, run } = terminal();
    out(
      "kubectl create deployment web --image=nginx:1.27 --dry-run=client -o yaml | sed 's/^spec:/spec:\\n  progressDeadlineSeconds: 20/; s/nginx:1.27/nosuch.example.com\\/x:1/' | kubectl apply -f -",
    );
    const { stderr, exit } = run("kubectl rollout status deployment/web");
    expect(stderr).toBe('error: deployment "web" exceeded its progress deadline\n');
    expect(exit).toBe(1);
  });

  it("deletes owners with what they own, or without", () => {
    const { out, run } = terminal();
    out("kubectl create deployment web --image=nginx:1.27 && kubectl rollout status deployment/web");
    out("kubectl delete deployment web --cascade=orphan");
    expect(out("kubectl get rs,pods --no-headers | wc -l").trim()).toBe("3");
    out("kubectl delete rs --all --cascade=foreground");
    expect(run("kubectl get pods").stderr).toBe("No resources found in default namespace.\n");
  });

  it("prints objects in every format it is asked for", () => {
    const { out, run } = terminal();
    out("kubectl create configmap c --from-literal=b=2 --from-literal=a=1");
    expect(out("kubectl get cm c -o name")).toBe("configmap/c\n");
    expect(out("kubectl get cm c -o yaml")).toMatch(
      /^apiVersion: v1\ndata:\n {2}a: "1"\n {2}b: "2"\nkind: ConfigMap\nmetadata:\n {2}creationTimestamp: "2026-01-05T09:00:\d\dZ"\n {2}name: c\n/,
    );
    expect(JSON.parse(out("kubectl get cm c -o json"))).toMatchObject({
      kind: "ConfigMap",
      data: { a: "1", b: "2" },
    });
    expect(out("kubectl get cm c -o custom-columns=NAME:.metadata.name,A:.data.a")).toBe(
      "NAME   A\nc      1\n",
    );
    expect(out("kubectl get cm c -o go-template='{{range $k, $v := .data}}{{$k}}={{$v}};{{end}}'")).toBe(
      "a=1;b=2;",
    );
    expect(run("kubectl get cm c -o nosuch").stderr).toMatch(
      /^error: unable to match a printer suitable for the output format "nosuch"/,
    );
  });

  it("changes objects in place", () => {
    const { out, run } = terminal();
    out("kubectl create configmap c --from-literal=a=1");
    expect(out("kubectl label cm c tier=back")).toBe("configmap/c labeled\n");
    expect(out("kubectl annotate cm c note=hi")).toBe("configmap/c annotated\n");
    expect(out(`kubectl patch cm c --type merge -p '{"data":{"a":"2"}}'`)).toBe("configmap/c patched\n");
    expect(
      run(`kubectl patch cm c --type json -p '[{"op":"replace","path":"/data/q","value":"1"}]'`).stderr,
    ).toBe("The request is invalid: the server rejected our request due to an error in our request\n");
    expect(out("kubectl get cm -l tier=back -o jsonpath='{.items[*].data.a}'")).toBe("2");
  });

  it("refuses what the server refuses, in its words", () => {
    const { run } = terminal();
    expect(
      run("kubectl apply -f -", {
        stdin:
          "apiVersion: v1\nkind: Pod\nmetadata: {name: Bad_Name}\nspec: {containers: [{name: c, image: x}]}\n",
      }),
    ).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining(
        'The Pod "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain',
      ),
    });
    expect(
      run("kubectl apply -f -", {
        stdin:
          "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x, comand: []}]}\n",
      }).stderr,
    ).toContain('strict decoding error: unknown field "spec.containers[0].comand"');
  });

  it("lets somebody else do what roles bound to them allow", () => {
    const { out, run } = terminal();
    out("kubectl create serviceaccount reader");
    out("kubectl create role read --verb=get,list --resource=pods,pods/log");
    out("kubectl create rolebinding read --role=read --serviceaccount=default:reader");
    const as = "--as=system:serviceaccount:default:reader";
    expect(run(`kubectl auth can-i list pods ${as}`)).toMatchObject({ stdout: "yes\n", exit: 0 });
    expect(run(`kubectl auth can-i delete pods ${as}`)).toMatchObject({ stdout: "no\n", exit: 1 });
    expect(run(`kubectl get pods ${as}`).exit).toBe(0);
    expect(run(`kubectl delete pod x ${as}`).stderr).toBe(
      'Error from server (Forbidden): pods "x" is forbidden: User "system:serviceaccount:default:reader" cannot delete resource "pods" in API group "" in the namespace "default"\n',
    );
    expect(run("kubectl get nodes --as=jane").stderr).toContain(
      'User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
    );
  });

  it("reaches the kubelet and pods through the server", () => {
    const { out, run } = terminal();
    const raw = (path: string): string => out(`kubectl get --raw '${path}'`);
    out("kubectl apply -f -", { stdin: podOf("talker", "echo one; echo two; sleep 1000") });
    out("kubectl wait pod/talker --for=condition=Ready");
    expect(raw("/api/v1/nodes/node-1/proxy/containerLogs/default/talker/main?tailLines=1")).toBe("two\n");
    expect(JSON.parse(raw("/api/v1/nodes/node-1/proxy/configz")).kubeletconfig).toMatchObject({
      maxPods: 110,
      syncFrequency: "1m0s",
    });
    expect(JSON.parse(raw("/api/v1/nodes/node-1/proxy/stats/summary")).pods[0].podRef.name).toBe("talker");
    expect(run("kubectl get --raw /api/v1/namespaces/default/pods/talker/proxy/").stderr).toMatch(
      /^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp [\d.]+:80: connect: connection refused\n$/,
    );
    out("systemctl stop kubelet", { node: "node-1", session: "node-1" });
    expect(run("kubectl logs talker").stderr).toMatch(/connection refused/);
  });

  it("cordons and drains a node", () => {
    const { out, sim } = terminal();
    out("kubectl create deployment web --image=nginx:1.27; kubectl rollout status deployment/web");
    expect(out("kubectl drain node-1 --ignore-daemonsets")).toMatch(
      /^node\/node-1 cordoned\n(.*\n)*evicting pod default\/web-.*\n(.*\n)*node\/node-1 drained\n$/,
    );
    expect(rows(out("kubectl get nodes"))[1]?.slice(0, 2)).toEqual(["node-1", "Ready,SchedulingDisabled"]);
    expect(out("kubectl uncordon node-1")).toBe("node/node-1 uncordoned\n");
    sim.run({ until: sim.now + 10_000 });
    expect(rows(out("kubectl get pods"))[1]?.[2]).toBe("Running");
  });
});
