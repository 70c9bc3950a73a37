/** Keys of principals, for the owner: made, shown once, taken back. */

import { apiKeyPrefix, type ApiKey, type Principal } from '@perdure/contract';
import { decideOnPrincipal } from '../core/decide-principal.ts';
import type { Refusal } from '../core/refusal.ts';
import { keyView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';
import { hashOfKey } from './identify.ts';

/** Characters of a key that are kept to know it again by: six of the secret, of which 43 remain unknown. */
const hintLength = apiKeyPrefix.length + 6;

export async function createKey(
  { store, newId, newSecret, clock }: Pick<HubDeps, 'store' | 'newId' | 'newSecret' | 'clock'>,
  by: Principal,
  { principalId, label }: { readonly principalId: string; readonly label: string },
): Promise<{ readonly kind: 'created'; readonly key: ApiKey & { readonly key: string } } | Refusal> {
  const key = `${apiKeyPrefix}${newSecret()}`;
  const made = { id: newId(), principalId, label, hint: key.slice(0, hintLength), hash: hashOfKey(key), now: clock() };
  const outcome = await store.keys.create(by, made);
  return outcome.kind === 'refused' ? outcome : { kind: 'created', key: { ...keyView(outcome.key), key } };
}

/** Sockets that it opened are closed, also where it was revoked before. */
export async function revokeKey(
  { store, publish, clock }: Pick<HubDeps, 'store' | 'publish' | 'clock'>,
  by: Principal,
  keyId: string,
): Promise<{ readonly kind: 'revoked'; readonly key: ApiKey } | Refusal> {
  const outcome = await store.keys.revoke(by, { keyId, now: clock() });
  if (outcome.kind === 'refused') return outcome;
  publish({ kind: 'key-revoked', keyId });
  return { kind: 'revoked', key: keyView(outcome.key) };
}

export async function listKeys(
  { store }: Pick<HubDeps, 'store'>,
  by: Principal,
  principalId: string,
): Promise<{ readonly kind: 'keys'; readonly keys: readonly ApiKey[] } | Refusal> {
  const found = decideOnPrincipal(by, principalId, { principal: await store.principals.get(principalId) });
  if (found.kind === 'refused') return found;
  return { kind: 'keys', keys: (await store.keys.list(principalId)).map(keyView) };
}
