/** A pipeline as `pipelines show` prints it: what it does, what it takes and gives, and the line that runs it. Pure. */

import type { PipelineEntry } from '@perdure/contract';
import { printable, shellWord } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';
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

interface ObjectSchema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, { readonly type?: unknown } | undefined>>;
}

/**
 * With a placeholder for each field that must be there. They are neither words of a shell nor JSON: copied as they are,
 * they start nothing.
 */
export function runCommand({ id, input }: Pick<PipelineEntry, 'id' | 'input'>, homeFlag: string): string {
  const { required = [], properties = {} } = input as ObjectSchema;
  const command = `perdure run ${id}`;
  if (required.length === 1 && required[0] === 'prompt' && properties['prompt']?.type === 'string') {
    return `${command} <prompt>${homeFlag}`;
  }
  const fields = required.map((name) => `${JSON.stringify(name)}: <${schemaShape(properties[name])}>`);
  return fields.length === 0
    ? `${command}${homeFlag}`
    : `${command}${homeFlag} --input ${shellWord(printable(`{ ${fields.join(', ')} }`))}`;
}
