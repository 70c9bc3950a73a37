/** Which tools a server shows. Few by default: each costs context in every conversation, used or not. */

import { PerdureError } from '@perdure/contract';
import { createTool } from './create.ts';
import { controlTool, listTool, showTool, updateTool } from './look.ts';
import { laneTool } from './lane.ts';
import { completeOnRecordTool, completeTool, verifyTool } from './prove.ts';
import { continueTool } from './take-up.ts';
import { reportTool } from './report.ts';
import type { Tier, Tool } from './tool.ts';
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

const tiers: readonly Tier[] = ['core', 'standard', 'all'];

/** `core`, `standard`, `all`, or names with or without `perdure_`, separated by commas. */
export function chooseTools(choice: string, from = allTools): readonly Tool[] {
  const tier = tiers.findIndex((name) => name === choice);
  if (tier >= 0) return from.filter((tool) => tiers.indexOf(tool.tier) <= tier);
  const wanted = choice.split(',').map((name) => `perdure_${name.trim().replace(/^perdure_/, '')}`);
  const unknown = wanted.find((name) => !from.some((tool) => tool.name === name));
  if (unknown === undefined) return from.filter(({ name }) => wanted.includes(name));
  const known = from.map(({ name }) => name.replace('perdure_', '')).join(', ');
  throw new PerdureError('usage', `There is no tool ${unknown}; name core, standard, all, or some of: ${known}.`);
}
