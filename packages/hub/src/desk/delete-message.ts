/** Takes the content of a message away; its number stays. */

import type { Principal } from '@perdure/contract';
import type { OfMessage } from '../core/decide-message.ts';
import { messageView } from '../core/view.ts';
import type { HubDeps, MessageAnswer } from './deps.ts';

export async function deleteMessage(
  { store, publish, clock }: Pick<HubDeps, 'store' | 'publish' | 'clock'>,
  by: Principal,
  of: OfMessage,
): Promise<MessageAnswer> {
  const now = clock();
  const outcome = await store.messages.remove(by, { ...of, now });
  if (outcome.kind === 'refused') return outcome;
  const message = messageView(outcome.stored, now);
  if (outcome.kind === 'changed') publish({ kind: 'deleted', message });
  return { kind: 'message', message };
}
