/** `perdure tools list`: what the worker has loaded, and what repeating a call of each would do. */

import type { ToolEntry } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { formatList } from '../text/format.ts';

export async function listTools(rim: Rim, options: CommonOptions): Promise<number> {
  const { data } = await connect(rim, options).listTools();
  printData(rim, options, data, () => toolTable(data));
  return 0;
}

function toolTable(tools: readonly ToolEntry[]): string {
  const rows = tools.map((tool) => [
    tool.id,
    tool.origin,
    tool.effect,
    tool.confirm ? 'each call' : '',
    tool.enabled ? tool.description : (tool.remedy ?? 'Switched off.'),
  ]);
  return formatList(['ID', 'FROM', 'EFFECT', 'APPROVAL', 'DESCRIPTION'], rows, 'No tools.');
}
