/**
 * Beginnings of keys that code puts together from data (`record.` + a record's type), so that no source names them
 * whole. Messages that begin so count as used.
 */
export const dynamicKeys: readonly string[] = [
  "editor.problem.",
  "editor.schema.",
  "editor.template.",
  "editor.templates.",
  "record.",
  "timeline.result.",
  "timeline.probe.",
  "timeline.node.",
  "timeline.kind.",
  "ui.container.",
  "ui.demo.",
  "ui.detail.",
  "ui.traffic.",
  "ui.depth.",
  "ui.fault.",
  "ui.key.",
  "ui.keys.",
  "ui.motion.",
  "ui.nav.",
  "ui.part.",
  "ui.theme.",
  "ui.topic.",
  "ui.until.",
];
