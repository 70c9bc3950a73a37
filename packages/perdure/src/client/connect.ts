/**
 * A client of the instance that runs on our state root. It is called over the socket below that root: on the port
 * somebody else may listen while the server is away, and would be given the owner's key.
 */

import { compact, PerdureError } from '@perdure/contract';
import { readInstance, readOwnerKey } from '@perdure/home';
import { createClient, type Client } from '@perdure/sdk';
import { elsewhereText } from '../cli/elsewhere.ts';
import type { CommonOptions } from '../cli/options.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { fetchOver } from './fetch-over.ts';

export function connect(rim: Rim, options: CommonOptions): Client {
  const { paths, homeFlag } = findPlace(rim, options);
  const instance = readInstance(paths);
  if (instance.kind !== 'running') {
    const elsewhere = elsewhereText(rim, paths.root);
    throw new PerdureError(
      'unreachable',
      `Perdure is not running on ${paths.root}: start it with \`perdure up${homeFlag}\`.${elsewhere && ` ${elsewhere}`}`,
    );
  }
  const key = readOwnerKey(paths);
  if (key === undefined) {
    throw new PerdureError(
      'unauthenticated',
      `${paths.root} has no owner's key: restart it with \`perdure down${homeFlag}\` and \`perdure up${homeFlag}\`, which makes one.`,
    );
  }
  const { url, socket } = instance.info;
  return createClient({ url, key, ...compact({ fetch: socket === undefined ? undefined : fetchOver(socket) }) });
}
