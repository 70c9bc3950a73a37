/** `perdure keys list`: the keys of a principal, never the keys themselves. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';
import { keyList } from './view.ts';

export async function listKeys(rim: Rim, handle: string, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: principalId } = await findPrincipal(client, handle);
  const { data } = await client.listKeys({ params: { principalId } });
  printData(rim, options, data, (columns) => keyList(data, columns));
  return 0;
}
