/** Which tools a server shows. Few by default: each costs context in every conversation, used or not. */

import { PerdureError } from '@perdure/contract';
import { createTool } from './create.ts';
import { controlTool, listTool, showTool, updateTool } from './look.ts';
import { completeTool, verifyTool } from './prove.ts';
import { continueTool } from './take-up.ts';
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
];

const tiers: readonly Tier[] = ['core', 'standard', 'all'];

/** `core`, `standard`, `all`, or names with or without `perdure_`, separated by commas. */
export function chooseTools(choice: string): readonly Tool[] {
  const tier = tiers.findIndex((name) => name === choice);
  if (tier >= 0) return allTools.filter((tool) => tiers.indexOf(tool.tier) <= tier);
  const wanted = choice.split(',').map((name) => `perdure_${name.trim().replace(/^perdure_/, '')}`);
  const unknown = wanted.find((name) => !allTools.some((tool) => tool.name === name));
  if (unknown === undefined) return allTools.filter(({ name }) => wanted.includes(name));
  const known = allTools.map(({ name }) => name.replace('perdure_', '')).join(', ');
  throw new PerdureError('usage', `There is no tool ${unknown}; name core, standard, all, or some of: ${known}.`);
}
