/** Takes a key back. Sockets that it opened are closed, also where it was revoked before. */

import type { ApiKey, Principal } from '@perdure/contract';
import type { Refusal } from '../core/refusal.ts';
import { keyView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';

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
