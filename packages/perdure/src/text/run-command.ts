/** The line that runs a pipeline. Pure. */

import type { PipelineEntry } from '@perdure/contract';
import { printable, shellWord } from './format.ts';
import { schemaShape } from './schema-shape.ts';

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
