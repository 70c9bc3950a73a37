/**
 * Evidence from elsewhere. We did not run it, so it is somebody's word; and its command is not ours to run, so it is
 * kept as words too.
 */

import { evidenceSchema, type Evidence } from '@perdure/contract';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import type { Leftovers } from './leftovers.ts';
import { isObject } from './values.ts';

const longestStatement = 10_000;

export function readEvidence(read: FieldReader, leftovers: Leftovers): Evidence[] {
  return read.list('evidence').flatMap((value, index) => {
    const { success, data } = evidenceSchema.safeParse(value);
    if (!success || !isObject(value)) {
      leftovers.keep(`evidence.${index}`, value, 'is not in our form');
      return [];
    }
    createFieldReader(value, leftovers, `evidence.${index}.`).keepOthers(Object.keys(evidenceSchema.shape));
    return [asWords(data)];
  });
}

function asWords(evidence: Evidence): Evidence {
  const { command, ...rest } = evidence;
  const kind = rest.kind === 'check' ? 'attest' : rest.kind;
  if (command === undefined) return { ...rest, kind };
  const words = `Imported, run elsewhere as ${JSON.stringify(command)}. ${rest.statement ?? ''}`.trimEnd();
  return { ...rest, kind, statement: words.slice(0, longestStatement) };
}
