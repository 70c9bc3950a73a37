/** `perdure agents list`: what the worker has loaded. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { formatList } from '../text/format.ts';

export async function listAgents(rim: Rim, options: CommonOptions): Promise<number> {
  const { data } = await connect(rim, options).listAgents();
  const rows = data.map((agent) => [agent.name, agent.origin, agent.description]);
  printData(rim, options, data, () => formatList(['NAME', 'FROM', 'DESCRIPTION'], rows, 'No agents.'));
  return 0;
}
