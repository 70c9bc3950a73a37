/** Under which key an undo is recorded. */

import { undoScope } from '@perdure/contract';

/** `key`: the full one of the step whose effect is taken back. */
export function undoKey(key: string): string {
  return `${undoScope}/${key}`;
}
