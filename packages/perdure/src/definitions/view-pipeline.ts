/** A pipeline as `pipelines show` prints it: what it does, what it takes and gives, and the line that runs it. Pure. */

import type { PipelineEntry } from '@perdure/contract';
import { printable } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';
import { runCommand } from '../text/run-command.ts';
import { schemaShape } from '../text/schema-shape.ts';
import { formatTable } from '../text/table.ts';

export interface PipelineViewOptions {
  readonly paint: Paint;
  readonly homeFlag: string;
  /** Columns of the terminal; undefined: there is none. */
  readonly columns?: number | undefined;
}

export function pipelineView(entry: PipelineEntry, options: PipelineViewOptions): string {
  const { paint, homeFlag, columns } = options;
  const { id, description, origin, input, output } = entry;
  const facts = [
    ['  from', origin],
    ['  input', printable(schemaShape(input))],
    ['  output', printable(schemaShape(output))],
  ];
  return [
    `${paint('bold', id)}  ${printable(description)}\n${formatTable(facts, { columns }).join('\n')}`,
    `Run it\n  ${runCommand(entry, homeFlag)}`,
  ].join('\n\n');
}
