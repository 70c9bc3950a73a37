/** `perdure family restore`: an agent that was deprovisioned comes back out of an archive, as the one it was. */

import { resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { askedOf, ended, type GatewayOptions } from './add.ts';
import { findMember } from './find-gateway.ts';

export type RestoreOptions = GatewayOptions;

export async function restoreMember(rim: Rim, named: string, options: RestoreOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { handle, archive } = readNamed(rim, named);
  const { params } = await findMember(client, handle, options.family);
  const body = { ...(await askedOf(rim, options)), ...(archive !== undefined && { archive }) };
  await client.orderGateway({ params: { ...params, order: 'restore' }, body });
  return await ended(rim, { client, params }, options, 'restore');
}

/** `<handle>-20260131-235959.tar.gz`, as archives are called. Whose it is, the mark in it decides. */
const archiveName = /(?:^|\/)([^/]+)-\d{8}-\d{6}\.tar\.gz$/;

function readNamed(rim: Rim, named: string): { readonly handle: string; readonly archive?: string } {
  if (!named.includes('/') && !named.endsWith('.tar.gz')) return { handle: named };
  const handle = archiveName.exec(named)?.[1];
  if (handle === undefined) {
    throw new PerdureError(
      'usage',
      `"${named}" is not called as archives of agents are, <handle>-<day>-<time>.tar.gz; \`perdure family status <handle>\` names one.`,
    );
  }
  return { handle, archive: named.includes('/') ? resolve(rim.cwd, named) : named };
}
