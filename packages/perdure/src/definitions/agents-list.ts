/** `perdure agents list`: what the worker has loaded, or would. */

import type { CommonOptions } from '../cli/options.ts';
import type { Rim } from '../cli/rim.ts';
import { formatList } from '../text/table.ts';
import { findAgents, printFound } from './found.ts';

export async function listAgents(rim: Rim, options: CommonOptions): Promise<number> {
  const found = await findAgents(rim, options);
  const rows = found.entries.map((agent) => [agent.name, agent.origin, agent.description]);
  const table = (columns: number | undefined) =>
    formatList(['NAME', 'FROM', 'DESCRIPTION'], rows, { empty: 'No agents.', columns });
  printFound(rim, options, { found, table });
  return 0;
}
