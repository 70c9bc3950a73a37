/** A client of the instance that runs on our state root. */

import { PerdureError } from '@perdure/contract';
import { readInstance, readOwnerKey } from '@perdure/home';
import { createClient, type Client } from '@perdure/sdk';
import type { CommonOptions } from '../cli/options.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';

export function connect(rim: Rim, options: CommonOptions): Client {
  const { paths, homeFlag } = findPlace(rim, options);
  const instance = readInstance(paths);
  if (instance.kind !== 'running') {
    throw new PerdureError(
      'unreachable',
      `Perdure is not running on ${paths.root}: start it with \`perdure up${homeFlag}\`.`,
    );
  }
  const key = readOwnerKey(paths);
  if (key === undefined) {
    throw new PerdureError(
      'unauthenticated',
      `${paths.root} has no owner's key: restart it with \`perdure down${homeFlag}\` and \`perdure up${homeFlag}\`, which makes one.`,
    );
  }
  return createClient({ url: instance.info.url, key });
}
