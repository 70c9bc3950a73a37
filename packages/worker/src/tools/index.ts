/** The front door of the tools room. */

export { loadTools, type LoadedTools } from './load-tools.ts';
export { createShippedTools, type ShippedToolOptions } from './shipped/index.ts';
export { createSchemaTrial } from './schema-trial.ts';
export { allowedTools, offerOf } from './for-agents.ts';
export { toolTemplate } from './template.ts';
export type { FunctionTool, LoadedTool, QuestionTool, Tool, ToolQuestion } from './tool.ts';
export { createWorkspaces } from './workspaces.ts';
