/** What all commands that make one object from flags share. */
import type { ApiObject } from "../../api/types.ts";
import type { Command, Context } from "../context.ts";
import { Errors, fail, usage } from "./errors.ts";
import { type Flag, type Flags, flags, parseFlags } from "./flags.ts";
import { dryRunOf, dryRunSuffix, Made, validationOf } from "./made.ts";
import { namespaceOf } from "./objects.ts";
import { apiVersionOf, type Resource, resourceOfKind } from "./resources.ts";

/** Flags of every generator. */
export const MADE_FLAGS = flags(
  "dry-run=string?client output|o=string field-manager=string save-config validate=string?strict show-managed-fields template=string allow-missing-template-keys",
);

/** The one NAME. */
export function nameArg(f: Flags, path: string): string {
  const before = f.dashAt < 0 ? f.args : f.args.slice(0, f.dashAt);
  if (before.length !== 1) usage(`exactly one NAME is required, got ${before.length}`, path);
  return before[0] ?? "";
}

/** Sends a made object, or prints it. */
export function submit(
  ctx: Context,
  f: Flags,
  kind: string,
  object: ApiObject,
  options: { readonly raw?: boolean; readonly verb?: string } = {},
): number {
  const resource = resourceOfKind(kind) as Resource;
  const namespace = resource.namespaced ? namespaceOf(ctx, f) : undefined;
  // A namespace is written down only where it was asked for.
  const own = namespace && f.has("namespace") ? { namespace } : {};
  const whole: ApiObject = {
    apiVersion: apiVersionOf(resource),
    kind,
    ...object,
    metadata: { ...object.metadata, ...own } as ApiObject["metadata"] & object,
  };
  const dryRun = dryRunOf(f, ctx);
  const made = new Made(ctx, f.string("output"));
  if (dryRun === "client") {
    made.add(whole, resource, `${options.verb ?? "created"} (dry run)`);
    made.flush();
    return 0;
  }
  const result = ctx.api({
    verb: "create",
    kind,
    ...(namespace ? { namespace } : {}),
    body: whole,
    options: { fieldValidation: validationOf(f), ...(dryRun === "server" ? { dryRun: true } : {}) },
  });
  if (!result.ok) {
    if (
      options.raw ||
      result.error.transport ||
      (result.error.reason === "Invalid" && !GENERIC_PREFIX.includes(kind))
    ) {
      const errors = new Errors();
      errors.add(result.error);
      return errors.print(ctx);
    }
    return fail(`failed to create ${LABELS[kind] ?? kind.toLowerCase()}: ${result.error.message}`);
  }
  made.add(result.object, resource, `${options.verb ?? "created"}${dryRunSuffix(dryRun)}`);
  made.flush();
  return 0;
}

/** Kinds whose own words stand before any error, and what they call themselves. */
const GENERIC_PREFIX = [
  "CronJob",
  "Job",
  "Deployment",
  "ConfigMap",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "ClusterRole",
  "ClusterRoleBinding",
  "Ingress",
  "PodDisruptionBudget",
  "PriorityClass",
  "ResourceQuota",
];
const LABELS: Readonly<Record<string, string>> = {
  Secret: "secret",
  ConfigMap: "configmap",
  ServiceAccount: "serviceaccount",
};

/** `kubectl create KIND` with its own flags. */
export const command =
  (path: string, own: readonly Flag[], make: (f: Flags, ctx: Context) => number): Command =>
  (args, ctx) => {
    const f = parseFlags([...MADE_FLAGS, ...own], args);
    for (const name of requiredOf(path)) if (!f.has(name)) fail(`required flag(s) "${name}" not set`);
    return make(f, ctx);
  };
const requiredOf = (path: string): readonly string[] =>
  path.endsWith("deployment") || path.endsWith("cronjob")
    ? path.endsWith("cronjob")
      ? ["image", "schedule"]
      : ["image"]
    : [];
