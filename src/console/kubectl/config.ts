/** `kubectl config`: the one context there is, and the namespace it stands in. */

import { goJsonIndent } from "../../api/printers/go-format.ts";
import { executeJsonPath } from "../../api/printers/jsonpath.ts";
import { alignTabs, TABLE_TABS } from "../../api/printers/tabwriter.ts";
import { toYaml } from "../../api/printers/yaml-output.ts";
import type { Command, Context } from "../context.ts";
import { CONTEXT, SERVER } from "../sessions.ts";
import { Failure, fail, usage } from "./errors.ts";
import { flags, parseFlags } from "./flags.ts";

const FLAGS = flags(
  "minify flatten raw output|o=string no-headers current template=string allow-missing-template-keys merge",
);
const HELP = `Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

Available Commands:
  current-context   Display the current-context
  get-clusters      Display clusters defined in the kubeconfig
  get-contexts      Describe one or many contexts
  get-users         Display users defined in the kubeconfig
  set-context       Set a context entry in kubeconfig
  use-context       Set the current-context in a kubeconfig file
  view              Display merged kubeconfig settings or a specified kubeconfig file

Usage:
  kubectl config SUBCOMMAND [options]

Use "kubectl config <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands).
`;

function kubeconfig(ctx: Context): unknown {
  const { namespace } = ctx.session;
  return {
    apiVersion: "v1",
    clusters: [
      {
        cluster: { "certificate-authority-data": "DATA+OMITTED", server: `https://${SERVER}` },
        name: "kubernetes",
      },
    ],
    contexts: [
      {
        context: {
          cluster: "kubernetes",
          ...(namespace !== "default" ? { namespace } : {}),
          user: "kubernetes-admin",
        },
        name: CONTEXT,
      },
    ],
    "current-context": CONTEXT,
    kind: "Config",
    users: [
      {
        name: "kubernetes-admin",
        user: { "client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED" },
      },
    ],
  };
}

export const config: Command = (args, ctx) => {
  const [sub, ...rest] = args;
  if (sub === undefined) throw new Failure(HELP, 0);
  const f = parseFlags(FLAGS, rest);
  switch (sub) {
    case "view": {
      const format = f.string("output", "yaml");
      const at = format.indexOf("=");
      if (format === "json") ctx.out(`${goJsonIndent(kubeconfig(ctx))}\n`);
      else if (format.startsWith("jsonpath"))
        ctx.out(executeJsonPath(format.slice(at + 1), kubeconfig(ctx), { allowMissingKeys: true }));
      else ctx.out(toYaml(kubeconfig(ctx)));
      return 0;
    }
    case "current-context":
      ctx.out(`${CONTEXT}\n`);
      return 0;
    case "get-clusters":
      ctx.out("NAME\nkubernetes\n");
      return 0;
    case "get-users":
      ctx.out("NAME\nkubernetes-admin\n");
      return 0;
    case "get-contexts": {
      const { namespace } = ctx.session;
      const [name] = f.args;
      if (name !== undefined && name !== CONTEXT) fail(`context ${name} not found`);
      if (f.string("output") === "name") ctx.out(`${CONTEXT}\n`);
      else {
        const head = f.bool("no-headers") ? "" : "CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n";
        ctx.out(
          alignTabs(
            `${head}*\t${CONTEXT}\tkubernetes\tkubernetes-admin\t${namespace === "default" ? "" : namespace}\n`,
            TABLE_TABS,
          ).text,
        );
      }
      return 0;
    }
    case "use-context":
    case "use":
      if (f.args[0] !== CONTEXT) fail(`no context exists with the name: "${f.args[0] ?? ""}"`);
      ctx.out(`Switched to context "${CONTEXT}".\n`);
      return 0;
    case "set-context": {
      if (!f.bool("current") && f.args[0] !== CONTEXT)
        fail(
          f.args[0] === undefined
            ? "you must specify a non-empty context name or --current"
            : `no context exists with the name: "${f.args[0]}"`,
        );
      if (f.has("namespace"))
        ctx.changeSession((s) => ({ ...s, namespace: f.string("namespace") || "default" }));
      ctx.out(`Context "${CONTEXT}" modified.\n`);
      return 0;
    }
    default:
      return usage(`unknown command "${sub}"`, "kubectl config");
  }
};
