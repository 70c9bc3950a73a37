/** Puts a reaction to a message, or takes it back. */

import type { Principal } from '@perdure/contract';
import type { OfMessage } from '../core/decide-message.ts';
import { messageView } from '../core/view.ts';
import type { HubDeps, MessageAnswer } from './deps.ts';

export interface ReactRequest extends OfMessage {
  readonly emoji: string;
  readonly isRemoval: boolean;
}

export async function react(
  deps: Pick<HubDeps, 'store' | 'publish' | 'clock' | 'links'>,
  by: Principal,
  request: ReactRequest,
): Promise<MessageAnswer> {
  const { store, publish, clock } = deps;
  const outcome = await store.messages.react(by, { ...request, now: clock() });
  if (outcome.kind === 'refused') return outcome;
  const { channelId, messageId, emoji, isRemoval } = request;
  if (outcome.kind === 'changed') {
    publish({ kind: 'reacted', channelId, messageId, principalId: by.id, emoji, isRemoved: isRemoval });
  }
  return { kind: 'message', message: messageView(outcome.stored, deps) };
}
