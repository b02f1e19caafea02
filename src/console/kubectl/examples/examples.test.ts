import { describe, expect, it } from "vitest";
import { terminal } from "../../testing.ts";
import examples from "./examples.json" with { type: "json" };

describe("examples of the documentation", () => {
  it("are taken by the server, each by its address, unless a feature is off", { timeout: 60_000 }, () => {
    const { run } = terminal();
    for (const ns of ["mem-example", "cpu-example", "qos-example", "default-mem-example"])
      run(`kubectl create namespace ${ns}`);
    run("kubectl create serviceaccount build-robot");
    const refused = Object.keys(examples).filter((path) => {
      const { stdout, exit } = run(`kubectl apply --dry-run=server -f https://k8s.io/examples/${path}`);
      return exit !== 0 || !stdout.includes("created (server dry run)");
    });
    expect(refused).toEqual(["pods/pod-with-numeric-toleration.yaml"]);
  });

  it("has nothing where the documentation has nothing", () => {
    const { run } = terminal();
    expect(run("kubectl apply -f https://k8s.io/examples/pods/nosuch.yaml")).toMatchObject({
      stderr:
        'error: unable to read URL "https://k8s.io/examples/pods/nosuch.yaml", server reported 404 Not Found, status code=404\n',
      exit: 1,
    });
  });
});
