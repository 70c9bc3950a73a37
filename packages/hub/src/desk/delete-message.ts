/** Takes the content of a message away; its number stays. */

import type { Principal } from '@perdure/contract';
import type { OfMessage } from '../core/decide-message.ts';
import { messageView } from '../core/view.ts';
import type { HubDeps, MessageAnswer } from './deps.ts';

export async function deleteMessage(
  deps: Pick<HubDeps, 'store' | 'publish' | 'clock' | 'links'>,
  by: Principal,
  of: OfMessage,
): Promise<MessageAnswer> {
  const { store, publish, clock } = deps;
  const outcome = await store.messages.remove(by, { ...of, now: clock() });
  if (outcome.kind === 'refused') return outcome;
  const message = messageView(outcome.stored, deps);
  if (outcome.kind === 'changed') publish({ kind: 'deleted', message });
  return { kind: 'message', message };
}
