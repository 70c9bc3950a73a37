/** `perdure principals list`: who is in the hub. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { principalList } from './view.ts';

export async function listPrincipals(rim: Rim, options: CommonOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const principals = await allPages((query) => client.listPrincipals({ query }));
  printData(rim, options, principals, (columns) => principalList(principals, columns));
  return 0;
}
