/**
 * Who may import whom: the table of docs/architecture.md as rules.
 *
 * A room imports itself, the rooms listed for it, and the interface files (`types.ts`, `contract.ts`) of any
 * room above it. Tests, and helpers for tests in a `testing/` folder, are held to the direction but not to the
 * interfaces: they may bring real neighbours. Import cycles are the linter's business (biome.json), since this
 * tool cannot tell an import of types alone from one of values.
 */

/** From the bottom up; a room never imports one further down this list than itself. */
const order = [
  "sim",
  "api",
  "node",
  "cri",
  "kubelet",
  "control-plane",
  "cluster",
  "console",
  "scenario",
  "lessons",
  "worker",
  "i18n",
  "ui",
  "cli",
];

/** Whole rooms each room may import from, beside itself. */
const rooms = {
  sim: [],
  api: ["sim"],
  node: ["sim"],
  cri: ["sim", "node"],
  kubelet: ["sim", "api"],
  "control-plane": ["sim", "api"],
  cluster: ["sim", "api", "node", "cri", "kubelet", "control-plane"],
  console: ["sim", "api", "cluster"],
  scenario: ["sim", "api", "cluster", "console"],
  lessons: ["sim", "api", "scenario"],
  worker: ["sim", "api", "cluster", "scenario", "console", "lessons"],
  i18n: [],
  ui: ["lessons", "i18n"],
  cli: order.filter((room) => !["ui", "worker", "cli"].includes(room)),
};

/** Single files beyond that. The machine definitions are there to be drawn, never to be run. */
const files = {
  ui: [
    "^src/worker/(client|protocol)\\.ts$",
    "^src/kubelet/machines\\.ts$",
    "^src/sim/index\\.ts$",
    // Pure functions that print values as kubectl does; there is one of each.
    "^src/api/(printers/.*|duration|quantity|component-ids)\\.ts$",
    // The kubelet's log lines are a view of the trace.
    "^src/kubelet/logs/klog\\.ts$",
  ],
};

const test = "\\.test\\.tsx?$|/testing/";
const engine = "^src/(sim|api|node|cri|kubelet|control-plane|cluster|console|scenario|lessons)/";

const above = (room) => order.slice(0, order.indexOf(room));
const any = (list) => `^src/(${list.join("|")})/`;

const interfaces = (room) => [
  `${any(above(room))}(types|contract)\\.ts$`,
  `${any(above(room))}.*/(types|contract)\\.ts$`,
];

const directions = Object.entries(rooms).map(([room, whole]) => ({
  name: `room-${room}`,
  comment: `src/${room} may import ${[...whole, "interfaces of rooms above it"].join(", ")}`,
  severity: "error",
  from: { path: `^src/${room}/`, pathNot: test },
  to: {
    path: "^(src|e2e|lessons|scripts)/",
    pathNot: [
      any([room, ...whole]),
      ...(room === "i18n" || room === "sim" ? [] : interfaces(room)),
      ...(files[room] ?? []),
    ],
  },
}));

const testDirections = Object.keys(rooms).map((room) => ({
  name: `test-${room}`,
  comment: "a test may use its own room and those above it",
  severity: "error",
  from: { path: `^src/${room}/.*(${test})` },
  to: { path: "^src/", pathNot: any([room, ...above(room)]) },
}));

module.exports = {
  forbidden: [
    ...directions,
    ...testDirections,
    {
      name: "no-unknown",
      comment: "the import leads nowhere",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "\\?(url|raw|worker|inline)|^virtual:" },
    },
    {
      name: "product-without-tests",
      comment: "only tests import tests and their helpers",
      severity: "error",
      from: { pathNot: test },
      to: { path: test },
    },
    {
      name: "engine-packages",
      comment: "the engine runs anywhere: of packages it has these, and for types the API's",
      severity: "error",
      from: { path: engine, pathNot: test },
      to: {
        dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer"],
        pathNot:
          "node_modules/(xstate|yaml|unbash|valibot|@kubernetes/client-node|@stablelib/(base64|utf8)|@noble/hashes|fflate)/",
      },
    },
    {
      name: "engine-host",
      comment: "the engine knows no Node",
      severity: "error",
      from: { path: engine, pathNot: test },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "kernel-packages",
      comment: "the kernel has no packages, but that it steps xstate's machines and turns text into bytes",
      severity: "error",
      from: { path: "^src/sim/", pathNot: test },
      to: { path: "node_modules/", pathNot: "node_modules/(xstate|@stablelib/(base64|utf8))/" },
    },
    {
      name: "no-development-packages",
      comment: "what ships does not import what only builds",
      severity: "error",
      from: { path: "^src/(worker|i18n|ui)/", pathNot: test },
      to: {
        dependencyTypes: ["npm-dev"],
        pathNot: "node_modules/(@kubernetes/client-node|@types|unified|remark-|rehype-|hast-|vite/)",
      },
    },
    {
      name: "no-orphans",
      comment: "nothing imports it",
      severity: "warn",
      from: {
        orphan: true,
        pathNot: `${test}|\\.d\\.ts$|^src/cli/[^/]+\\.ts$|\\.css$|^src/i18n/dynamic-keys\\.ts$`,
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.json$" },
    tsPreCompilationDeps: true,
    parser: "swc",
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs", ".json", ".css"],
      exportsFields: ["exports"],
      conditionNames: ["import", "module", "browser", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
