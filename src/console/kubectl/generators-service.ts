/** `kubectl create service` and `kubectl expose`. */
import type { ApiObject, Deployment, Pod, Service } from "../../api/types.ts";
import type { Command } from "../context.ts";
import { Errors, Failure, fail } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";
import { MADE_FLAGS, nameArg, submit } from "./making.ts";
import { getObject, namespaceOf, targetsOf } from "./objects.ts";

const HELP = `Create a service using a specified subcommand.

Aliases:
service, svc

Available Commands:
  clusterip      Create a ClusterIP service
  externalname   Create an ExternalName service
  loadbalancer   Create a LoadBalancer service
  nodeport       Create a NodePort service

Usage:
  kubectl create service [flags] [options]

Use "kubectl create service <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands).
`;

const TYPES: Readonly<Record<string, string>> = {
  clusterip: "ClusterIP",
  nodeport: "NodePort",
  loadbalancer: "LoadBalancer",
  externalname: "ExternalName",
};
const FLAGS = [...MADE_FLAGS, ...flags("tcp=list node-port=int clusterip=string external-name=string")];

const port = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

export const createService: Command = (args, ctx) => {
  const [sub = "", ...rest] = args;
  const type = TYPES[sub];
  if (!type) throw new Failure(HELP);
  const f = parseFlags(FLAGS, rest);
  const name = nameArg(f, `kubectl create service ${sub}`);
  const ports = f
    .list("tcp")
    .flatMap((t) => t.split(","))
    .map((text) => {
      const [from = "", to = from] = text.split(":");
      if (!/^\d+$/.test(from) || Number(from) > 65535)
        fail(`strconv.Atoi: parsing "${from}": invalid syntax`);
      return {
        name: text.replace(":", "-"),
        ...(f.int("node-port", 0) ? { nodePort: f.int("node-port", 0) } : {}),
        port: Number(from),
        protocol: "TCP",
        targetPort: port(to),
      };
    });
  const headless = f.string("clusterip") === "None";
  if (ports.length === 0 && type !== "ExternalName" && !headless)
    fail("at least one tcp port specifier must be provided");
  const labels = { app: name };
  const spec = {
    ...(headless ? { clusterIP: "None" } : {}),
    ...(f.has("external-name") ? { externalName: f.string("external-name") } : {}),
    ...(ports.length > 0 ? { ports } : {}),
    selector: labels,
    type,
  };
  return submit(ctx, f, "Service", {
    metadata: { labels, name },
    spec,
    status: { loadBalancer: {} },
  } as ApiObject);
};

const EXPOSE = [
  ...MADE_FLAGS,
  ...flags(
    "port=string target-port=string protocol=string name=string type=string selector=string labels|l=string cluster-ip=string external-ip=string load-balancer-ip=string session-affinity=string filename|f=list recursive|R kustomize|k=string overrides=string",
  ),
];

export const expose: Command = (args, ctx) => {
  const f = parseFlags(EXPOSE, args);
  const targets = targetsOf(f.args, "kubectl expose");
  const [target] = targets;
  if (!target)
    return fail(
      "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'",
    );
  if (target.name === null) return fail("resource(s) were provided, but no name was specified");
  const got = getObject(ctx, target.resource, namespaceOf(ctx, f), target.name);
  if (!got.ok) {
    const errors = new Errors();
    errors.add(got.error);
    return errors.print(ctx);
  }
  const { kind } = target.resource;
  if (!["Pod", "Service", "Deployment", "ReplicaSet", "ReplicationController"].includes(kind)) {
    const group = target.resource.group ? `.${target.resource.group}` : "";
    return fail(`cannot expose a ${kind}${group}`);
  }
  const object = got.object as Deployment & Pod & Service;
  const labels = object.metadata?.labels;
  const own =
    kind === "Pod"
      ? labels
      : kind === "Service" || kind === "ReplicationController"
        ? (object.spec as unknown as { selector?: { [k: string]: string } }).selector
        : object.spec?.selector?.matchLabels;
  const selector = f.has("selector")
    ? Object.fromEntries(
        f
          .string("selector")
          .split(",")
          .map((p) => p.split("=") as [string, string]),
      )
    : own;
  if (!selector || Object.keys(selector).length === 0) {
    return fail(
      kind === "Pod"
        ? `couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed`
        : "couldn't retrieve selectors via --selector flag or introspection: invalid deployment: no selectors, therefore cannot be exposed",
    );
  }
  const pod = kind === "Pod" ? object.spec : (object.spec?.template?.spec as Pod["spec"]);
  const known =
    kind === "Service"
      ? (object.spec as unknown as Service["spec"])?.ports?.map((p) => ({
          port: p.port,
          protocol: p.protocol,
        }))
      : (pod?.containers ?? [])
          .flatMap((c) => c.ports ?? [])
          .map((p) => ({ port: p.containerPort, protocol: p.protocol }));
  const asked = f.has("port")
    ? f
        .string("port")
        .split(",")
        .map((p) => ({ port: Number(p), protocol: f.string("protocol", "TCP") }))
    : (known ?? []);
  if (asked.length === 0) return fail("couldn't find port via --port flag or introspection");
  const target_ = f.string("target-port");
  const ports = asked.map((p, i) => ({
    ...(asked.length > 1 ? { name: `port-${i + 1}` } : {}),
    port: p.port,
    protocol: p.protocol ?? "TCP",
    targetPort: target_ ? port(target_) : p.port,
  }));
  const name = f.string("name", target.name);
  const type = f.string("type");
  const metadata = { ...(labels && Object.keys(labels).length > 0 ? { labels } : {}), name };
  const spec = {
    ...(f.has("cluster-ip") ? { clusterIP: f.string("cluster-ip") } : {}),
    ports,
    selector,
    ...(f.has("session-affinity") ? { sessionAffinity: f.string("session-affinity") } : {}),
    ...(type ? { type } : {}),
  };
  return submit(ctx, f, "Service", { metadata, spec, status: { loadBalancer: {} } } as unknown as ApiObject, {
    raw: true,
    verb: "exposed",
  });
};
