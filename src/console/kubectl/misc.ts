import { alignTabs, TABLE_TABS } from "../../api/printers/tabwriter.ts";
import { toYaml } from "../../api/printers/yaml-output.ts";
import type { Command } from "../context.ts";
import { SERVER } from "../sessions.ts";
import { Errors, errorText, Failure, fail, usage } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { SERVER_BUILD, SERVER_VERSION } from "./raw-server.ts";
import { ALL, apiVersionOf, findResource, qualified, RESOURCES, type Resource } from "./resources.ts";

/** In the order in which the JSON form has them. */
const CLIENT_VERSION = { major: "", minor: "", ...SERVER_BUILD };

export const version: Command = (args, ctx) => {
  const f = parseFlags(flags("client output|o=string"), args);
  const format = f.string("output");
  if (format !== "" && format !== "json" && format !== "yaml") fail("--output must be 'yaml' or 'json'");
  const alive = f.bool("client") ? null : ctx.api({ verb: "get", kind: "Namespace", name: "default" });
  const down = alive !== null && !alive.ok && alive.error.transport;
  const all = {
    clientVersion: CLIENT_VERSION,
    kustomizeVersion: "v5.8.1",
    ...(alive && !down ? { serverVersion: SERVER_VERSION } : {}),
  };
  if (format === "json") ctx.out(`${JSON.stringify(all, null, 2)}\n`);
  else if (format === "yaml") ctx.out(`${toYaml(all)}\n`);
  else
    ctx.out(
      `Client Version: v1.36.1\nKustomize Version: v5.8.1\n${alive && !down ? "Server Version: v1.36.1\n" : ""}`,
    );
  if (alive && !alive.ok && down) ctx.err(errorText(alive.error));
  return down ? 1 : 0;
};

export const clusterInfo: Command = (args, ctx) => {
  if (args[0] === "dump") fail("cluster-info dump is not available in this console");
  const alive = ctx.api({ verb: "get", kind: "Namespace", name: "default" });
  if (!alive.ok && alive.error.transport) {
    ctx.err(
      `\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n${errorText(alive.error)}`,
    );
    return 1;
  }
  ctx.out(
    `Kubernetes control plane is running at https://${SERVER}\n\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n`,
  );
  return 0;
};

export const apiVersions: Command = (args, ctx) => {
  if (args.length > 0 && !args[0]?.startsWith("-"))
    usage(`unexpected arguments: [${args.join(" ")}]`, "kubectl api-versions");
  const all = new Set([...RESOURCES.map(apiVersionOf), "autoscaling/v1"]);
  ctx.out(`${[...all].sort().join("\n")}\n`);
  return 0;
};

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const CREATE_ONLY = [
  "bindings",
  "selfsubjectreviews",
  "tokenreviews",
  "localsubjectaccessreviews",
  "selfsubjectaccessreviews",
  "selfsubjectrulesreviews",
  "subjectaccessreviews",
];
const verbsOf = (r: Resource): readonly string[] =>
  CREATE_ONLY.includes(r.name) ? ["create"] : r.name === "componentstatuses" ? ["get", "list"] : VERBS;

export const apiResources: Command = (args, ctx) => {
  const f = parseFlags(
    flags(
      "namespaced api-group=string output|o=string no-headers verbs=list sort-by=string cached categories=list",
    ),
    args,
  );
  if (f.args.length > 0) usage(`unexpected arguments: [${f.args.join(" ")}]`, "kubectl api-resources");
  const format = f.string("output");
  const verbs = f.list("verbs").flatMap((v) => v.split(","));
  let list = RESOURCES.filter(
    (r) =>
      (!f.has("namespaced") || r.namespaced === f.bool("namespaced")) &&
      (!f.has("api-group") || r.group === f.string("api-group")) &&
      verbs.every((v) => verbsOf(r).includes(v)),
  );
  if (f.list("categories").includes("all")) list = list.filter((r) => ALL.includes(r.kind));
  const by = f.string("sort-by");
  if (by !== "" && by !== "name" && by !== "kind") fail("--sort-by accepts only name or kind");
  if (by === "name") list = [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (by === "kind") list = [...list].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  if (format === "name") ctx.out(list.map((r) => `${qualified(r)}\n`).join(""));
  else {
    const wide = format === "wide";
    const head = f.bool("no-headers")
      ? ""
      : `NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND${wide ? "\tVERBS\tCATEGORIES" : ""}\n`;
    const rows = list.map(
      (r) =>
        `${r.name}\t${r.short.join(",")}\t${apiVersionOf(r)}\t${r.namespaced}\t${r.kind}${wide ? `\t${verbsOf(r).join(",")}\t${ALL.includes(r.kind) ? "all" : ""}` : ""}\n`,
    );
    ctx.out(alignTabs(head + rows.join(""), TABLE_TABS).text);
  }
  return 0;
};

const TOP_HELP = `Display resource (CPU/memory) usage.

 This command provides a view of recent resource consumption for nodes and pods. It fetches metrics from the Metrics Server, which aggregates this data from the kubelet on each node. The Metrics Server must be installed and running in the cluster for this command to work.

Available Commands:
  node          Display resource (CPU/memory) usage of nodes
  pod           Display resource (CPU/memory) usage of pods

Usage:
  kubectl top [flags] [options]

Use "kubectl top <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands).
`;

export const top: Command = (args, ctx) => {
  const [sub, ...rest] = args;
  if (sub === undefined) throw new Failure(TOP_HELP);
  if (!/^(pods?|po|nodes?|no)$/.test(sub)) return usage(`unknown command "${sub}"`, "kubectl top");
  parseFlags(
    flags(
      "containers sort-by=string all-namespaces|A selector|l=string field-selector=string no-headers sum use-protocol-buffers show-capacity show-swap",
    ),
    rest,
  );
  ctx.sleep(4);
  return fail("Metrics API not available");
};

export const completion: Command = (args) => {
  const [shell] = args;
  if (shell === undefined) return usage("Shell not specified.", "kubectl completion");
  return ["bash", "zsh", "fish", "powershell"].includes(shell)
    ? 0
    : usage(`Unsupported shell type "${shell}".`, "kubectl completion");
};

export const plugin: Command = () => fail("unable to find any kubectl plugins in your PATH");

/** An editor needs a terminal that this console is not. */
export const edit: Command = (args, ctx) => {
  const f = parseFlags(
    flags(
      "filename|f=list output|o=string save-config subresource=string validate=string?strict windows-line-endings recursive|R output-patch",
    ),
    args,
  );
  if (f.args.length === 0 && !f.has("filename"))
    fail("must provide one or more resources by argument or filename");
  const [type = ""] = (f.args[0] ?? "").split("/");
  if (type && !findResource(type)) fail(`the server doesn't have a resource type "${type}"`);
  ctx.err('error: unable to launch the editor "vi"\n');
  return 1;
};

export const certificate: Command = (args, ctx) => {
  const [sub, ...rest] = args;
  if (sub !== "approve" && sub !== "deny")
    throw new Failure(
      'Modify certificate resources.\n\nAvailable Commands:\n  approve       Approve a certificate signing request\n  deny          Deny a certificate signing request\n\nUsage:\n  kubectl certificate SUBCOMMAND [options]\n\nUse "kubectl certificate <command> --help" for more information about a given command.\nUse "kubectl options" for a list of global command-line options (applies to all commands).\n',
      sub === undefined ? 0 : 1,
    );
  const f = parseFlags(flags("force filename|f=list output|o=string"), rest);
  if (f.args.length === 0) fail("one or more CSRs must be specified as <name> or -f <filename>");
  const errors = new Errors();
  const type = sub === "approve" ? "Approved" : "Denied";
  for (const name of f.args.map((a) => a.replace(/^(csr|certificatesigningrequests?)\//, ""))) {
    const got = ctx.api({ verb: "get", kind: "CertificateSigningRequest", name });
    if (!got.ok) {
      errors.add(got.error);
      continue;
    }
    const status = (got.object as { status?: { conditions?: readonly { type: string }[] } }).status;
    const now = `${new Date(ctx.epochNow()).toISOString().slice(0, 19)}Z`;
    const condition = {
      lastUpdateTime: now,
      lastTransitionTime: now,
      message: `This CSR was ${sub === "approve" ? "approved" : "denied"} by kubectl certificate ${sub}.`,
      reason: sub === "approve" ? "KubectlApprove" : "KubectlDeny",
      status: "True",
      type,
    };
    const conditions = status?.conditions?.some((c) => c.type === type)
      ? status.conditions
      : [...(status?.conditions ?? []), condition];
    const result = ctx.api({
      verb: "update",
      kind: "CertificateSigningRequest",
      name,
      subresource: "approval",
      body: { ...got.object, status: { ...status, conditions } },
    });
    if (result.ok)
      ctx.out(
        `certificatesigningrequest.certificates.k8s.io/${name} ${sub === "approve" ? "approved" : "denied"}\n`,
      );
    else errors.add(result.error);
  }
  return errors.print(ctx);
};
