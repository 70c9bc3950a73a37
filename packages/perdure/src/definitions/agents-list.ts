/** `perdure agents list`: what the worker has loaded. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { formatList } from '../text/table.ts';

export async function listAgents(rim: Rim, options: CommonOptions): Promise<number> {
  const { data } = await connect(rim, options).listAgents();
  const rows = data.map((agent) => [agent.name, agent.origin, agent.description]);
  printData(rim, options, data, (columns) =>
    formatList(['NAME', 'FROM', 'DESCRIPTION'], rows, { empty: 'No agents.', columns }),
  );
  return 0;
}
