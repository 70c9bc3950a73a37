/** A family with a member, on a real hub, and what the fleet does there. */

import type { Family, FamilyMember, HubTask, Message, Principal, Vault } from '@perdure/contract';
import { createHubWorld } from '../http/hub-world.ts';
import { createFleetHub } from '../../src/fleet/hub.ts';

export type MadeMember = FamilyMember & { readonly key: string };

export async function createFleetWorld(overrides: Parameters<typeof createHubWorld>[0] = {}) {
  const world = await createHubWorld(overrides);
  const { owner: asOwner, harness, lead } = world;
  const { hub, hubTasks: tasks, vault } = harness.options;
  const owner: Principal = await hub.store.principals.ensureOwner({ id: 'none', workspaceId: 'none', now: 0 });
  const told: Parameters<typeof hub.publish>[0][] = [];
  Object.assign(hub, { publish: (event: (typeof told)[number]) => void told.push(event) });
  const fleet = createFleetHub({ hub, tasks, vault, owner });
  const json = {
    name: 'Main',
    leadId: lead.principal.id,
    conventions: 'Be kind.',
    resources: [{ name: 'wiki', value: 'http://wiki' }],
  };
  const family = (await asOwner('POST', '/api/v1/families', { json })).body.data as Family;
  const members = `/api/v1/families/${family.id}/members`;
  const make = async (handle: string, more: object = {}) =>
    (await asOwner('POST', members, { json: { handle, ...more } })).body.data as MadeMember;
  const status = async (key: string) =>
    (await harness.request('GET', '/api/v1/auth/me', { headers: { authorization: `Bearer ${key}` } })).status;
  const vaults = async () => (await asOwner('GET', '/api/v1/vault/vaults?all=true')).body.data as Vault[];
  const messages = async (channelId: string | undefined) =>
    (await asOwner('GET', `/api/v1/channels/${channelId}/messages`)).body.data as Message[];
  const taskOf = async (title: string) =>
    ((await asOwner('GET', '/api/v1/tasks?all=true')).body.data as HubTask[]).find((task) => task.title === title);
  return { ...world, asOwner, owner, told, fleet, family, members, make, status, vaults, messages, taskOf };
}

export type FleetWorld = Awaited<ReturnType<typeof createFleetWorld>>;
