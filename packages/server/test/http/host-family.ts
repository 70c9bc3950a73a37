/** A hub with a family of this host in it, which an agent leads. */

import type { Family } from '@perdure/contract';
import { hostName } from '../fleet/small-host.ts';
import { createHubWorld } from './hub-world.ts';

export async function createHostFamily() {
  const world = await createHubWorld();
  const { owner, lead, harness } = world;
  const json = { name: 'Main', leadId: lead.principal.id, host: { name: hostName, os: 'linux', arch: 'x64' } };
  const family = (await owner('POST', '/api/v1/families', { json })).body.data as Family;
  return { ...world, smallHost: harness.smallHost, family, path: `/api/v1/families/${family.id}` };
}
