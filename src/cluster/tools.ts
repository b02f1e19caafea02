/** The tools of a shell and the view of a file tree, for those who sit at a node rather than in a container. */
export type { Fd, ProgramHost } from "../cri/os/contract.ts";
export { basics } from "../cri/tools/basics.ts";
export type { Filter, Tool, ToolIo } from "../cri/tools/contract.ts";
export { files as fileTools } from "../cri/tools/files.ts";
export { filters } from "../cri/tools/filters.ts";
export { system as systemTools } from "../cri/tools/system.ts";
export { test as testTool } from "../cri/tools/test.ts";
export { type DirNode, dir, type FsNode, file, tree } from "../node/fs.ts";
export { type Disk, FsView, type MountPoint } from "../node/view.ts";
