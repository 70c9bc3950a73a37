/** `perdure key`: the one place that prints the owner's key, because it was asked to. */

import { PerdureError } from '@perdure/contract';
import { readOwnerKey } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';

export interface KeyOptions extends CommonOptions {
  /** The whole line, to be piped into what sends it. */
  readonly header?: boolean;
}

export async function key(rim: Rim, options: KeyOptions): Promise<number> {
  const { paths, homeFlag } = findPlace(rim, options);
  const ownerKey = readOwnerKey(paths);
  if (ownerKey === undefined) {
    throw new PerdureError('not_found', `${paths.root} has no owner's key yet: \`perdure up${homeFlag}\` makes one.`);
  }
  const header = `Authorization: Bearer ${ownerKey}`;
  if (options.header === true) printData(rim, options, { header }, () => header);
  else printData(rim, options, { key: ownerKey }, () => ownerKey);
  return 0;
}
