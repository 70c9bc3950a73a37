/** `perdure keys create`: a new key alone on stdout, so that it can go through a pipe into a file or a store. */

import { compact } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connect } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';

export interface CreateKeyOptions extends CommonOptions {
  readonly label?: string;
}

export async function createKey(rim: Rim, handle: string, options: CreateKeyOptions): Promise<number> {
  const client = connect(rim, options);
  const { id: principalId } = await findPrincipal(client, handle);
  const { data } = await client.createKey({ params: { principalId }, body: compact({ label: options.label }) });
  printData(rim, options, data, () => data.key);
  if (options.json !== true) say(rim, `This is the only time that the key of ${handle} is shown: keep it now.`);
  return 0;
}
