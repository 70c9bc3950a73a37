/** A new key for a principal. The key itself is in the answer and nowhere else. */

import { apiKeyPrefix, type ApiKey, type Principal } from '@perdure/contract';
import type { Refusal } from '../core/refusal.ts';
import { keyView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';
import { hashOfKey } from './identify.ts';

/** Characters of a key that are kept to know it again by: six of the secret, of which 37 remain unknown. */
const hintLength = apiKeyPrefix.length + 6;

/** A key, and what is kept of it. */
export function newKey({ newSecret }: Pick<HubDeps, 'newSecret'>) {
  const key = `${apiKeyPrefix}${newSecret()}`;
  return { key, hint: key.slice(0, hintLength), hash: hashOfKey(key) };
}

export async function createKey(
  deps: Pick<HubDeps, 'store' | 'newId' | 'newSecret' | 'clock'>,
  by: Principal,
  { principalId, label }: { readonly principalId: string; readonly label: string },
): Promise<{ readonly kind: 'created'; readonly key: ApiKey & { readonly key: string } } | Refusal> {
  const { store, newId, clock } = deps;
  const { key, ...kept } = newKey(deps);
  const outcome = await store.keys.create(by, { id: newId(), principalId, label, ...kept, now: clock() });
  return outcome.kind === 'refused' ? outcome : { kind: 'created', key: { ...keyView(outcome.key), key } };
}
