/** `perdure key`: the one place that prints the owner's key, because it was asked to. */

import { PerdureError } from '@perdure/contract';
import { readOwnerKey } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';

export async function key(rim: Rim, options: CommonOptions): Promise<number> {
  const { paths, homeFlag } = findPlace(rim, options);
  const ownerKey = readOwnerKey(paths);
  if (ownerKey === undefined) {
    throw new PerdureError('not_found', `${paths.root} has no owner's key yet: \`perdure up${homeFlag}\` makes one.`);
  }
  printData(rim, options, { key: ownerKey }, () => ownerKey);
  return 0;
}
