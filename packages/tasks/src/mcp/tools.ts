/** The tools there are. */

import { createTool } from './create.ts';
import { controlTool, listTool, showTool, updateTool } from './look.ts';
import { laneTool } from './lane.ts';
import { completeOnRecordTool, completeTool, verifyTool } from './prove.ts';
import { continueTool } from './take-up.ts';
import { reportTool } from './report.ts';
import type { Tool } from './tool.ts';
import { actionTool, boundaryTool, progressTool } from './work.ts';

export const allTools: readonly Tool[] = [
  createTool,
  continueTool,
  progressTool,
  boundaryTool,
  verifyTool,
  actionTool,
  completeTool,
  listTool,
  showTool,
  updateTool,
  controlTool,
  laneTool,
  reportTool,
];

/** Over the network nobody has commands run: whoever got hold of a key would have a shell. */
export const toolsWithoutCommands: readonly Tool[] = allTools
  .filter((tool) => tool !== verifyTool)
  .map((tool) => (tool === completeTool ? completeOnRecordTool : tool));

export function findTool(name: string, tools: readonly Tool[]): Tool {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool;
}
