/** Same input, same hash, in every drive (P5). */

import { createHash } from 'node:crypto';
import { canonicalJson } from '@perdure/contract';

export function inputHash(input: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(input) ?? 'undefined')
    .digest('hex');
}
