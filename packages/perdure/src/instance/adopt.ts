/** What `perdure up` is told of a copied state root. */

import { PerdureError } from '@perdure/contract';
import { adoptRoot } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { locatePlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';

export interface AdoptOptions extends CommonOptions {
  /** Of a copy: it is the root from now on. */
  readonly takeOver?: boolean;
  /** Of a copy: it is another root. */
  readonly asCopy?: boolean;
}

/** A copy of a state root is one of two things, and only a person knows which. */
export function adoptAsAsked(rim: Rim, options: AdoptOptions): void {
  const { takeOver = false, asCopy = false } = options;
  if (!takeOver && !asCopy) return;
  if (takeOver && asCopy) throw new PerdureError('usage', 'Give --take-over or --as-copy, not both.');
  const { root } = locatePlace(rim, options).paths;
  if (adoptRoot(root, takeOver ? 'take_over' : 'copy')) return;
  const flag = takeOver ? '--take-over' : '--as-copy';
  throw new PerdureError('usage', `${root} is no copy of a state root: start it without ${flag}.`);
}
