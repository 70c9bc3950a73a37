/** Which tools a server shows. Few by default: each costs context in every conversation, used or not. */

import { PerdureError } from '@perdure/contract';
import { listedTools } from './listed-tools.ts';
import type { ListedTool } from './listing.ts';
import type { Tier } from './tool.ts';

const tiers: readonly Tier[] = ['core', 'standard', 'all'];

/** `core`, `standard`, `all`, or names with or without `perdure_`, separated by commas. */
export function chooseTools(choice: string, from = listedTools): readonly ListedTool[] {
  const tier = tiers.findIndex((name) => name === choice);
  if (tier >= 0) return from.filter((tool) => tiers.indexOf(tool.tier) <= tier);
  const wanted = choice.split(',').map((name) => `perdure_${name.trim().replace(/^perdure_/, '')}`);
  const unknown = wanted.find((name) => !from.some((tool) => tool.name === name));
  if (unknown === undefined) return from.filter(({ name }) => wanted.includes(name));
  const known = from.map(({ name }) => name.replace('perdure_', '')).join(', ');
  throw new PerdureError('usage', `There is no tool ${unknown}; name core, standard, all, or some of: ${known}.`);
}
