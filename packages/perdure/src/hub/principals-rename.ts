/** `perdure principals rename`: another display name; messages that were sent before show it too. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';
import { printable } from '../text/format.ts';

export async function renamePrincipal(
  rim: Rim,
  { handle, name }: { readonly handle: string; readonly name: string },
  options: CommonOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: principalId } = await findPrincipal(client, handle);
  const { data } = await client.changePrincipal({ params: { principalId }, body: { displayName: name } });
  printData(rim, options, data, () => `${data.handle} is shown as ${printable(data.displayName)}.`);
  return 0;
}
