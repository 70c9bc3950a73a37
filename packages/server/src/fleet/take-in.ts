/** A gateway that was there before as a member of a family: as the agent it is, or as one that is made for it. */

import { PerdureError, type Principal } from '@perdure/contract';
import type { ControlHub } from '@perdure/fleet/control';
import { addFamilyMember, createPrincipal, listKeys, type HubDeps } from '@perdure/hub/desk';
import { accepted } from '../http/hub/actor.ts';

interface TakeInDeps {
  readonly hub: HubDeps;
  readonly owner: Principal;
}

export async function takeIn(
  { hub, owner }: TakeInDeps,
  familyId: string,
  { handle, principalId, ...place }: Parameters<ControlHub['takeIn']>[1],
): ReturnType<ControlHub['takeIn']> {
  const agent = await agentFor({ hub, owner }, handle, principalId);
  const none = { handle: undefined, displayName: undefined, clientKey: undefined, llmApiKey: undefined };
  const made = { ...none, ...place, metadata: {}, adoptedId: agent.id, familyId };
  const { member } = accepted(await addFamilyMember(hub, owner, made));
  return { principalId: member.principalId, handle: member.handle };
}

async function agentFor(deps: TakeInDeps, handle: string, principalId: string | undefined): Promise<Principal> {
  const { hub, owner } = deps;
  const known = principalId === undefined ? undefined : await hub.store.principals.get(principalId);
  if (known !== undefined) return known;
  const named = await hub.store.principals.byHandle(handle);
  if (named === undefined) return accepted(await createPrincipal(hub, owner, { kind: 'agent', handle })).principal;
  if (await isUnused(deps, named)) return named;
  throw new PerdureError(
    'conflict',
    `${handle} is in this hub already, and the gateway does not carry its key: adopt it under another handle with --handle.`,
  );
}

/** Made by somebody who died before the gateway was recorded: nobody ever spoke as it. */
async function isUnused({ hub, owner }: TakeInDeps, { id, kind }: Principal): Promise<boolean> {
  if (kind !== 'agent') return false;
  return accepted(await listKeys(hub, owner, id)).keys.length === 0;
}
