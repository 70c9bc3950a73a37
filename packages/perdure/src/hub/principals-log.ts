/** `perdure principals log`: who managed what in the hub. */

import { compact } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';
import { auditList } from './view.ts';

export interface LogOptions extends CommonOptions {
  readonly limit: number;
}

export async function logPrincipals(rim: Rim, given: string | undefined, options: LogOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const principalId = given === undefined ? undefined : (await findPrincipal(client, given)).id;
  const { data } = await client.listAudit({ query: compact({ limit: options.limit, principalId }) });
  const principals = await allPages((query) => client.listPrincipals({ query }));
  const handles = new Map(principals.map(({ id, handle }) => [id, handle]));
  printData(rim, options, data, (columns) => auditList(data, { handles, columns }));
  return 0;
}
