/** `perdure keys revoke`: takes a key back for good. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';
import { printable } from '../text/format.ts';
import { findKey } from './find.ts';

export async function revokeKey(
  rim: Rim,
  { handle, key }: { readonly handle: string; readonly key: string },
  options: CommonOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const principal = await findPrincipal(client, handle);
  const { id: keyId } = await findKey(client, principal, key);
  const { data } = await client.revokeKey({ params: { keyId } });
  printData(
    rim,
    options,
    data,
    () => `Revoked key ${printable(data.label)} (${data.hint}…) of ${principal.handle}; it opens nothing any more.`,
  );
  return 0;
}
