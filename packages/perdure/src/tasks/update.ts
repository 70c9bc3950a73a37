/**
 * `perdure task update`: sets fields. A list is replaced whole, and whoever does that says what was seen: a stale copy
 * would undo what others added.
 */

import { PerdureError } from '@perdure/contract';
import type { Rim } from '../cli/rim.ts';
import { change } from './change.ts';
import type { FieldOptions } from './field-flags.ts';
import { readFields } from './fields.ts';
import type { WriteOptions } from './write-flags.ts';

export async function updateTask(rim: Rim, id: string, options: WriteOptions & FieldOptions): Promise<number> {
  const changes = await readFields(rim, options);
  const names = Object.keys(changes);
  if (names.length === 0)
    throw new PerdureError('usage', 'Nothing is to be changed; name a field, as --next-step "…".');
  const lists = names.filter((name) => Array.isArray(changes[name as keyof typeof changes]));
  if (lists.length > 0 && options.revision === undefined && options.latest !== true) {
    const message = `This replaces all of ${lists.join(', ')}: say which revision you have seen with --revision, or --latest.`;
    throw new PerdureError('usage', message);
  }
  return await change(rim, { id, command: { type: 'update', changes }, options, said: `Updated ${names.join(', ')}` });
}
