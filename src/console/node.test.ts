import { describe, expect, it } from "vitest";
import { podOf, terminal } from "./testing.ts";

const node = { node: "node-1", session: "node-1" };

describe("the shell of a node", () => {
  it("shows containers, sandboxes and images as the runtime has them", () => {
    const { out } = terminal();
    out("kubectl apply -f -", { stdin: podOf("talker", "echo hello; sleep 1000") });
    out("kubectl wait pod/talker --for=condition=Ready");
    const lines = out("crictl ps", node).trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    const id = lines[1]?.split(" ")[0] as string;
    expect(out("crictl ps -q", node).startsWith(id)).toBe(true);
    expect(out(`crictl logs ${id}`, node)).toBe("hello\n");
    expect(JSON.parse(out(`crictl inspect ${id}`, node)).status).toMatchObject({
      id: expect.stringMatching(`^${id}`),
      state: "CONTAINER_RUNNING",
    });
    expect(out("crictl pods --name talker -q", node)).toMatch(/^[0-9a-f]{64}\n$/);
    expect(out("crictl images", node)).toMatch(/docker.io\/library\/busybox +1.36/);
    expect(out(`crictl exec ${id} echo inside`, node)).toBe("inside\n");
  });

  it("stops a container, which the kubelet starts again", () => {
    const { out } = terminal();
    out("kubectl apply -f -", { stdin: podOf("talker", "sleep 1000") });
    out("kubectl wait pod/talker --for=condition=Ready");
    const id = out("crictl ps -q", node).trim();
    out(`crictl stop --timeout 0 ${id}`, node);
    out(
      "kubectl wait pod/talker --for=jsonpath='{.status.containerStatuses[0].restartCount}'=1 --timeout=60s",
    );
    expect(out("crictl ps -q", node).trim()).not.toBe(id);
  });

  it("stops the kubelet and starts it again", () => {
    const { out, run } = terminal();
    expect(out("systemctl is-active kubelet", node)).toBe("active\n");
    out("systemctl stop kubelet", node);
    expect(run("systemctl is-active kubelet", node)).toMatchObject({ stdout: "inactive\n", exit: 3 });
    expect(run("kubectl wait node/node-1 --for=condition=Ready=Unknown --timeout=120s").exit).toBe(0);
    out("systemctl start kubelet", node);
    expect(run("kubectl wait node/node-1 --for=condition=Ready --timeout=60s").exit).toBe(0);
    expect(out("journalctl -u kubelet -n 5 --no-pager", node).trimEnd().split("\n")).toHaveLength(5);
  });

  it("has the files of the node, not those of the user", () => {
    const { out, run } = terminal();
    expect(out("ls /var/lib/kubelet", node)).toContain("pods");
    out("echo mine > /tmp/file");
    expect(run("cat /tmp/file", node).exit).not.toBe(0);
    expect(out("hostname", node)).toBe("node-1\n");
    expect(out("df -h /", node)).toMatch(/^Filesystem +Size +Used +Avail +Use% +Mounted on\n/);
  });

  it("is its root's: mounts, owners, files as large as one likes", () => {
    const { out } = terminal();
    expect(out("mount", node)).toMatch(/^\S+ on \/ type ext4/);
    expect(out("touch /tmp/a; chown 1000 /tmp/a; stat -c %u /tmp/a", node)).toBe("1000\n");
    out("dd if=/dev/zero of=/var/fill bs=1M count=10 status=none", node);
    expect(out("stat -c %s /var/fill", node)).toBe("10485760\n");
  });

  it("removes what does not run, and with -f what runs", () => {
    const { out, run } = terminal();
    out("kubectl apply -f -", { stdin: podOf("talker", "sleep 1000") });
    out("kubectl wait pod/talker --for=condition=Ready");
    const id = out("crictl ps -q", node).trim();
    expect(run(`crictl rm ${id}`, node)).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("stop it first"),
    });
    expect(out("crictl rm -fa", node).trim()).toBe(id);
    expect(run("crictl rmp -a", node).stderr).toContain("stop it first");
    expect(out("crictl rmp -f -a", node)).toMatch(/^Removed sandbox [0-9a-f]+\n$/);
  });

  it("runs a static pod from a file put into its directory", () => {
    const { out, run, sim } = terminal();
    out(`cat > /etc/kubernetes/manifests/still.yaml <<'END'\n${podOf("still", "sleep 1000")}END`, node);
    sim.run({ until: sim.now + 30_000 });
    expect(run("kubectl wait pod/still-node-1 --for=condition=Ready --timeout=60s").exit).toBe(0);
    out("rm /etc/kubernetes/manifests/still.yaml", node);
    expect(run("kubectl wait pod/still-node-1 --for=delete --timeout=90s").exit).toBe(0);
  });
});
