/** `kubectl rollout` (kubectl/pkg/cmd/rollout, polymorphichelpers). */

import { LAST_APPLIED } from "../../api/patch/last-applied.ts";
import { deepEqual } from "../../api/plain.ts";
import { replicaSetsOf } from "../../api/printers/describe/index.ts";
import { describePodTemplate } from "../../api/printers/describe/template.ts";
import { tabbed } from "../../api/printers/describe/writer.ts";
import { alignTabs } from "../../api/printers/tabwriter.ts";
import type { ApiObject, DaemonSet, Deployment, ReplicaSet } from "../../api/types.ts";
import type { Command, Context, Source, StreamStep } from "../context.ts";
import { placeOf, type Subject, subjectsOf } from "./change.ts";
import { Errors, Failure, fail } from "./errors.ts";
import { type Flags, flags, parseFlags } from "./flags.ts";
import { dryRunOf, dryRunSuffix } from "./made.ts";
import { kindRef, objectRef, qualified } from "./resources.ts";

const FLAGS = flags(
  "watch|w timeout=duration revision=int to-revision=int dry-run=string?client selector|l=string filename|f=list recursive|R kustomize|k=string output|o=string field-manager=string template=string show-managed-fields",
);

const HELP = `Manage the rollout of one or many resources.

 Valid resource types include:

   *  deployments
   *  daemonsets
   *  statefulsets

Available Commands:
  history       View rollout history
  pause         Mark the provided resource as paused
  restart       Restart a resource
  resume        Resume a paused resource
  status        Show the status of the rollout
  undo          Undo a previous rollout

Usage:
  kubectl rollout SUBCOMMAND [options]

Use "kubectl rollout <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands).
`;

const REVISION = "deployment.kubernetes.io/revision";
const RESTARTED = "kubectl.kubernetes.io/restartedAt";

export const rollout: Command = (args, ctx) => {
  const [sub = "", ...rest] = args;
  const run: Readonly<
    Record<string, (ctx: Context, f: Flags, subjects: readonly Subject[], errors: Errors) => void>
  > = { status, history, restart, pause: setPaused(true), resume: setPaused(false), undo };
  const action = Object.hasOwn(run, sub) ? run[sub] : undefined;
  if (!action) throw new Failure(HELP, sub === "" ? 0 : 1);
  const f = parseFlags(FLAGS, rest);
  if (f.args.length === 0 && !f.has("filename") && !f.has("selector"))
    fail("required resource not specified");
  const errors = new Errors();
  const all = f.args.length === 1 && !f.args[0]?.includes("/");
  const wide =
    all && f.args[0] !== undefined ? parseFlags(FLAGS, [...rest, "--selector", f.string("selector")]) : f;
  const subjects = subjectsOf(ctx, wide, f.args, `kubectl rollout ${sub}`, errors);
  action(ctx, f, subjects, errors);
  return errors.print(ctx);
};

/** What `rollout status` says of an object: its line, and whether the rollout is complete. */
function rolloutStatus(object: ApiObject): { text: string; done: boolean; error?: string } {
  const name = object.metadata?.name ?? "";
  if (object.kind === "Deployment") {
    const { spec, status, metadata } = object as Deployment;
    if ((metadata?.generation ?? 0) > (status?.observedGeneration ?? 0))
      return { text: "Waiting for deployment spec update to be observed...\n", done: false };
    const stuck = status?.conditions?.find(
      (c) => c.type === "Progressing" && c.reason === "ProgressDeadlineExceeded",
    );
    if (stuck) return { text: "", done: false, error: `deployment "${name}" exceeded its progress deadline` };
    const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
    const wanted = spec?.replicas ?? 1;
    const waiting = (what: string) => ({
      text: `Waiting for deployment "${name}" rollout to finish: ${what}...\n`,
      done: false,
    });
    if (updatedReplicas < wanted)
      return waiting(`${updatedReplicas} out of ${wanted} new replicas have been updated`);
    if (replicas > updatedReplicas)
      return waiting(`${replicas - updatedReplicas} old replicas are pending termination`);
    if (availableReplicas < updatedReplicas)
      return waiting(`${availableReplicas} of ${updatedReplicas} updated replicas are available`);
    return { text: `deployment "${name}" successfully rolled out\n`, done: true };
  }
  if (object.kind === "DaemonSet") {
    const { status, metadata } = object as DaemonSet;
    if ((metadata?.generation ?? 0) > (status?.observedGeneration ?? 0))
      return { text: "Waiting for daemon set spec update to be observed...\n", done: false };
    const {
      desiredNumberScheduled: wanted = 0,
      updatedNumberScheduled: updated = 0,
      numberAvailable: available = 0,
    } = status ?? { desiredNumberScheduled: 0 };
    if (updated < wanted)
      return {
        text: `Waiting for daemon set "${name}" rollout to finish: ${updated} out of ${wanted} new pods have been updated...\n`,
        done: false,
      };
    if (available < wanted)
      return {
        text: `Waiting for daemon set "${name}" rollout to finish: ${available} of ${wanted} updated pods are available...\n`,
        done: false,
      };
    return { text: `daemon set "${name}" successfully rolled out\n`, done: true };
  }
  if (object.kind === "StatefulSet") {
    const s = (object as Deployment).status;
    const wanted = (object as Deployment).spec?.replicas ?? 1;
    if ((s?.readyReplicas ?? 0) < wanted)
      return { text: `Waiting for ${wanted - (s?.readyReplicas ?? 0)} pods to be ready...\n`, done: false };
    return {
      text: `statefulset rolling update complete ${s?.updatedReplicas ?? wanted} pods at revision ${(s as { currentRevision?: string })?.currentRevision ?? ""}...\n`,
      done: true,
    };
  }
  return { text: "", done: false, error: `no status viewer has been implemented for ${object.kind ?? ""}` };
}

function status(ctx: Context, f: Flags, subjects: readonly Subject[], errors: Errors): void {
  for (const subject of subjects) {
    const { resource, object } = subject;
    const name = object.metadata?.name ?? "";
    const { namespace } = placeOf(subject);
    const sources: Source[] = [
      {
        type: "watch",
        tag: "object",
        spec: {
          kind: resource.kind,
          ...(namespace ? { namespace } : {}),
          fieldSelector: `metadata.name=${name}`,
        },
      },
      ...(f.ms("timeout", 0) > 0
        ? [{ type: "tick", tag: "timeout", ms: f.ms("timeout", 0), once: true } as const]
        : []),
    ];
    const watching = f.bool("watch", true);
    const error = ctx.stream(sources, null, (s: null, event, io): StreamStep<null, string | null> => {
      if (event.type === "tick") return { done: "timed out waiting for the condition" };
      if (event.type !== "watch") return { state: s };
      if (event.watch.type === "DELETED") return { done: "object has been deleted" };
      const [now] = event.watch.type === "SYNCED" ? event.watch.objects : [event.watch.object];
      if (!now) return { done: "object has been deleted" };
      const said = rolloutStatus({ ...now, kind: resource.kind });
      io.out(said.text);
      if (said.error) return { done: said.error };
      return said.done || !watching ? { done: null } : { state: s };
    });
    if (error) errors.addText(error);
  }
}

const revisionOf = (o: ApiObject): number => Number(o.metadata?.annotations?.[REVISION] ?? 0);

function revisions(ctx: Context, object: ApiObject): ReplicaSet[] {
  return ctx.once(() => {
    const { oldSets, newSets } = replicaSetsOf(object as Deployment, ctx.host.reader);
    return [...oldSets, ...newSets]
      .filter((rs) => revisionOf(rs) > 0)
      .sort((a, b) => revisionOf(a) - revisionOf(b));
  });
}

function history(ctx: Context, f: Flags, subjects: readonly Subject[], errors: Errors): void {
  for (const { resource, object } of subjects) {
    if (resource.kind !== "Deployment") {
      errors.addText(`no history viewer has been implemented for "${resource.kind}"`);
      continue;
    }
    const sets = revisions(ctx, object);
    const head = `${kindRef(resource)}/${object.metadata?.name ?? ""}`;
    if (f.has("revision") && f.int("revision", 0) > 0) {
      const set = sets.find((rs) => revisionOf(rs) === f.int("revision", 0));
      if (!set) {
        errors.addText("unable to find the specified revision");
        continue;
      }
      const template = set.spec?.template;
      const cause = set.metadata?.annotations?.["kubernetes.io/change-cause"];
      const annotated =
        template && cause
          ? {
              ...template,
              metadata: {
                ...template.metadata,
                annotations: { ...template.metadata?.annotations, "kubernetes.io/change-cause": cause },
              },
            }
          : template;
      ctx.out(
        `${head} with revision #${f.int("revision", 0)}\n${tabbed((w) => describePodTemplate(annotated, w))}\n`,
      );
      continue;
    }
    const rows = sets.map(
      (rs) => `${revisionOf(rs)}\t${rs.metadata?.annotations?.["kubernetes.io/change-cause"] || "<none>"}\n`,
    );
    ctx.out(
      `${head} \n${alignTabs(`REVISION\tCHANGE-CAUSE\n${rows.join("")}`, { minWidth: 0, padding: 2 }).text}\n`,
    );
  }
}

const paused = (o: ApiObject): boolean => (o as Deployment).spec?.paused ?? false;

function restart(ctx: Context, f: Flags, subjects: readonly Subject[], errors: Errors): void {
  const dryRun = dryRunOf(f, ctx);
  for (const subject of subjects) {
    const { resource, object } = subject;
    const name = object.metadata?.name ?? "";
    if (!["Deployment", "DaemonSet", "StatefulSet"].includes(resource.kind)) {
      errors.addText(`${qualified(resource)} "${name}" restarting is not supported`);
      continue;
    }
    if (paused(object)) {
      errors.addText(
        `${qualified(resource)} "${name}" can't restart paused deployment (run rollout resume first)`,
      );
      continue;
    }
    const stamp = `${new Date(ctx.epochNow()).toISOString().slice(0, 19)}Z`;
    const body = { spec: { template: { metadata: { annotations: { [RESTARTED]: stamp } } } } };
    if (dryRun !== "client") {
      const result = ctx.api({
        verb: "patch",
        ...placeOf(subject),
        patchType: "strategic",
        body,
        ...(dryRun === "server" ? { options: { dryRun: true } } : {}),
      });
      if (!result.ok) {
        errors.add(result.error);
        continue;
      }
      if (result.object.metadata?.resourceVersion === object.metadata?.resourceVersion && dryRun === "none") {
        errors.addText(
          `failed to patch: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
        );
        continue;
      }
    }
    ctx.out(`${objectRef(resource, name)} restarted${dryRunSuffix(dryRun)}\n`);
  }
}

const setPaused =
  (wanted: boolean) =>
  (ctx: Context, _f: Flags, subjects: readonly Subject[], errors: Errors): void => {
    for (const subject of subjects) {
      const { resource, object } = subject;
      const name = object.metadata?.name ?? "";
      if (resource.kind !== "Deployment") {
        errors.addText(
          `${qualified(resource)} "${name}" ${wanted ? "pausing" : "resuming"} is not supported`,
        );
        continue;
      }
      if (paused(object) === wanted) {
        errors.addText(`${qualified(resource)} "${name}" ${wanted ? "is already paused" : "is not paused"}`);
        continue;
      }
      const result = ctx.api({
        verb: "patch",
        ...placeOf(subject),
        patchType: "strategic",
        body: { spec: { paused: wanted || null } },
      });
      if (result.ok) ctx.out(`${objectRef(resource, name)} ${wanted ? "paused" : "resumed"}\n`);
      else errors.add(result.error);
    }
  };

/** Annotations that stay as they are when a Deployment goes back (kubectl/pkg/polymorphichelpers/rollback.go). */
const KEPT_ON_UNDO = [
  LAST_APPLIED,
  REVISION,
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
];

/** The others come back from the revision: a change-cause that it does not have goes. */
function annotationsAfterUndo(object: ApiObject, previous: ApiObject): { readonly [key: string]: string } {
  const own = Object.entries(object.metadata?.annotations ?? {}).filter(([k]) => KEPT_ON_UNDO.includes(k));
  const old = Object.entries(previous.metadata?.annotations ?? {}).filter(([k]) => !KEPT_ON_UNDO.includes(k));
  return Object.fromEntries([...own, ...old]);
}

function undo(ctx: Context, f: Flags, subjects: readonly Subject[], errors: Errors): void {
  const dryRun = dryRunOf(f, ctx);
  for (const subject of subjects) {
    const { resource, object } = subject;
    const name = object.metadata?.name ?? "";
    if (object.metadata?.annotations?.[LAST_APPLIED] !== undefined) {
      ctx.err(
        `Warning: resource ${resource.name}/${name} was previously managed with 'kubectl apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n`,
      );
    }
    if (resource.kind === "DaemonSet" || resource.kind === "StatefulSet") {
      // Their revisions are objects of their own, which are not kept here.
      const revision = f.int("to-revision", 0);
      errors.addText(
        revision > 0
          ? `unable to find specified revision ${revision} in history`
          : "no last revision to roll back to",
      );
      continue;
    }
    if (resource.kind !== "Deployment") {
      errors.addText(`no rollbacker has been implemented for "${resource.kind}"`);
      continue;
    }
    const wanted = f.int("to-revision", 0);
    const sets = revisions(ctx, object);
    const previous = wanted > 0 ? sets.find((rs) => revisionOf(rs) === wanted) : sets.at(-2);
    if (!previous) {
      errors.addText(
        wanted > 0
          ? `unable to find specified revision ${wanted} in history`
          : `no rollout history found for deployment "${name}"`,
      );
      continue;
    }
    if (paused(object)) {
      errors.addText(
        "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
      );
      continue;
    }
    const { "pod-template-hash": _hash, ...labels } = previous.spec?.template?.metadata?.labels ?? {};
    const template = {
      ...previous.spec?.template,
      metadata: { ...previous.spec?.template?.metadata, labels },
    };
    if (deepEqual(template, (object as Deployment).spec?.template)) {
      ctx.out(
        `${objectRef(resource, name)} skipped rollback (current template already matches revision ${revisionOf(previous)})\n`,
      );
      continue;
    }
    if (dryRun === "client") {
      ctx.out(`${objectRef(resource, name)} rolled back (dry run)\n`);
      continue;
    }
    const body = [
      { op: "replace", path: "/spec/template", value: template },
      { op: "replace", path: "/metadata/annotations", value: annotationsAfterUndo(object, previous) },
    ];
    const result = ctx.api({ verb: "patch", ...placeOf(subject), patchType: "json", body });
    if (result.ok) ctx.out(`${objectRef(resource, name)} rolled back\n`);
    else errors.add(result.error);
  }
}
