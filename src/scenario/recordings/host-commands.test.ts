import { describe, expect, it } from "vitest";
import { hostSteps, PAUSE_IMAGE } from "./host-commands.ts";

const steps = (command: string) =>
  hostSteps(command, { pod: "default/web", container: "app", pauseImage: PAUSE_IMAGE }, []);
const ran = (command: string): unknown => steps(command)?.[0]?.run;

describe("what was done on the machine", () => {
  it.each([
    "the running containers of the pod, as the runtime sees them",
    "number of containers of the pod in the runtime",
    "ls /var/log/containers | grep e2e; cut -d' ' -f2- /var/log/containers/e2e*.log",
    "the cgroup of the pod",
    "the mounts of the pod",
    "crictl inspect of the container",
    "ps of the processes of the container",
    "mount | grep kubelet",
    "cat /proc/1/oom_score_adj 2>/dev/null",
    "is the tmpfs of the volume mounted",
    "sizes of the log files",
    "pids.max of the pod's cgroup",
    "wait until the kubelet is ready",
  ])("only looks: %s", (command) => {
    expect(steps(command)).toEqual([]);
  });

  it.each([
    ["stop the kubelet (SIGTERM)", { fault: { type: "kubelet-stop" } }],
    ["start the kubelet", { clear: { type: "kubelet-stop" } }],
    ["restart the kubelet", { fault: { type: "kubelet-restart" } }],
    ["stop containerd", { fault: { type: "runtime-down" } }],
    ["freeze the API server (SIGSTOP)", { fault: { type: "api-unreachable", frozen: true } }],
    ["let the API server go on (SIGCONT)", { clear: { type: "api-unreachable" } }],
    ["start the registry", { clear: { type: "registry-down" } }],
  ])("daemons: %s", (command, step) => {
    expect(steps(command)?.[0]).toEqual(step);
  });

  it("stops and starts a daemon that is restarted", () => {
    expect(steps("restart containerd")).toEqual([
      { fault: { type: "runtime-down" } },
      { clear: { type: "runtime-down" }, after: 1000 },
    ]);
  });

  it("stops and starts one in a single command, or for a time", () => {
    expect(steps("kill -9 the kubelet and start it again")).toEqual([{ fault: { type: "kubelet-restart" } }]);
    expect(steps("stop containerd for 20 s")).toEqual([
      { fault: { type: "runtime-down" } },
      { clear: { type: "runtime-down" }, after: 20_000 },
    ]);
    expect(steps("stop the container runtime")).toEqual([{ fault: { type: "runtime-down" } }]);
  });

  it("changes the node: its disk, its network, its labels, its files", () => {
    expect(steps("fill the disk of the node to 95 %")).toEqual([
      { fault: { type: "disk-fill", fs: "nodefs", to: "95%" } },
    ]);
    expect(steps("iptables -A OUTPUT -p tcp --dport 6443 -j DROP")).toEqual([
      { fault: { type: "api-unreachable", frozen: true } },
    ]);
    expect(steps("iptables -D OUTPUT -p tcp --dport 6443 -j DROP")).toEqual([
      { clear: { type: "api-unreachable" } },
    ]);
    expect(ran("label the node: disk=ssd")).toBe("kubectl label node node-1 disk=ssd --overwrite");
    const file = { path: "/etc/kubernetes/manifests/web.yaml", content: "{}" };
    const machine = { pod: "default/web", pauseImage: PAUSE_IMAGE };
    const { path } = file;
    expect(hostSteps("move the static pod's file away", machine, [file])).toEqual([
      { remove: { node: "node-1", path } },
    ]);
    expect(hostSteps("the file is written again", machine, [file])).toEqual([
      { write: { node: "node-1", ...file } },
    ]);
  });

  it("signals the first process of a sandbox or of a container", () => {
    const fault = { type: "kill", pod: "default/web", signal: "9" };
    expect(steps("kill -9 the pause process of the sandbox")).toEqual([
      { fault: { ...fault, container: "POD" } },
    ]);
    expect(steps("kill -9 the process of the container app")).toEqual([
      { fault: { ...fault, container: "app" } },
    ]);
    expect(steps("kill -9 the container's main process")).toEqual([
      { fault: { ...fault, container: "app" } },
    ]);
    expect(steps("kill -TERM process 1 of the container app")).toEqual([
      { fault: { ...fault, container: "app", signal: "TERM" } },
    ]);
  });

  it("takes a stopped sandbox for no reboot", () => {
    expect(ran("crictl stopp of the sandbox (as at a reboot)")).toBe(
      "crictl stopp $(crictl pods -q --name '^web')",
    );
    expect(ran("reboot the machine")).toBe("systemctl reboot");
  });

  it("takes containers, sandboxes and images out of the runtime", () => {
    expect(ran("crictl rm of the containers init-1, init-2 and init-3")).toBe(
      "crictl rm -f $(crictl ps -a -q --name '^init-1$'); crictl rm -f $(crictl ps -a -q --name '^init-2$'); crictl rm -f $(crictl ps -a -q --name '^init-3$')",
    );
    expect(ran("crictl stop and rm of the container app")).toBe(
      "crictl rm -f $(crictl ps -a -q --name '^app$')",
    );
    expect(ran("crictl rm -fa")).toBe("crictl rm -fa");
    expect(ran("crictl stop of all containers of the pod")).toBe(
      "crictl stop $(crictl ps -a -q --pod $(crictl pods -q --name '^web'))",
    );
    expect(ran("crictl stop of the container app")).toBe("crictl stop $(crictl ps -a -q --name '^app$')");
    expect(ran("crictl stopp of the sandbox")).toBe("crictl stopp $(crictl pods -q --name '^web')");
    expect(ran("crictl rmp -f of the pod's sandbox")).toBe(
      "crictl stopp $(crictl pods -q --name '^web'); crictl rmp $(crictl pods -q --name '^web')",
    );
    expect(ran("crictl rmi busybox:1.36")).toBe("crictl rmi busybox:1.36");
    expect(ran("remove the image busybox:1.36")).toBe("crictl rmi busybox:1.36");
  });

  it("runs what a node's shell knows", () => {
    expect(steps("rm -f /etc/kubernetes/manifests/web.yaml")).toEqual([
      { run: "rm -f /etc/kubernetes/manifests/web.yaml", on: "node-1" },
    ]);
    expect(ran("fallocate -l 10G /var/lib/kubelet/fill")).toBe("fallocate -l 10G /var/lib/kubelet/fill");
  });

  it.each(["pull the network cable", "kill -9 the etcd process", "load a kernel module"])(
    "is not known: %s",
    (command) => {
      expect(steps(command)).toBeUndefined();
    },
  );
});
