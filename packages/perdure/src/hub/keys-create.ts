/**
 * `perdure keys create`: a new key alone on stdout, so that it can go through a pipe into a file or a store; with
 * `--save` it goes into the state root, and is not shown at all.
 */

import { compact, PerdureError, type Principal } from '@perdure/contract';
import { saveKey } from '@perdure/home';
import type { Client } from '@perdure/sdk';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { clientOf, linkToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';

export interface CreateKeyOptions extends CommonOptions {
  readonly label?: string;
  readonly save?: boolean;
}

export async function createKey(rim: Rim, given: string, options: CreateKeyOptions): Promise<number> {
  const link = linkToHub(rim, options);
  if (options.save === true && link.isRemote === true) {
    throw new PerdureError(
      'usage',
      '--save keeps keys of the server here, and PERDURE_URL names another: leave it out, and put what is printed into a file of mode 600.',
    );
  }
  const client = clientOf(link);
  const principal = await findPrincipal(client, given);
  if (options.save === true) return await saveNewKey(rim, options, { client, principal });
  const body = compact({ label: options.label });
  const { data } = await client.createKey({ params: { principalId: principal.id }, body });
  printData(rim, options, data, () => data.key);
  if (options.json !== true) {
    say(rim, `This is the only time that the key of ${principal.handle} is shown: keep it now.`);
  }
  return 0;
}

interface NewKey {
  readonly client: Client;
  readonly principal: Pick<Principal, 'id' | 'handle'>;
}

/** Where it cannot be kept it is taken back: nobody would ever know it. */
async function saveNewKey(rim: Rim, options: CreateKeyOptions, { client, principal }: NewKey): Promise<number> {
  const { id: principalId, handle } = principal;
  const { paths, homeFlag } = findPlace(rim, options);
  const body = { label: options.label ?? 'command line' };
  const { data } = await client.createKey({ params: { principalId }, body });
  const { key, ...shown } = data;
  try {
    const file = saveKey(paths, handle, key);
    const next = `perdure channels list --as ${handle}${homeFlag}`;
    printData(
      rim,
      options,
      { ...shown, file },
      () => `The key of ${handle} is kept in ${file}. Speak as them: ${next}`,
    );
    return 0;
  } catch (error) {
    await client.revokeKey({ params: { keyId: data.id } });
    throw error;
  }
}
