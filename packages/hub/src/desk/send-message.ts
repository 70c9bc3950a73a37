/** Says something in a channel. What was said before under the same key is answered, and told to nobody again. */

import type { Message, MessageKind, Principal } from '@perdure/contract';
import type { Refusal } from '../core/refusal.ts';
import { messageView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';
import { takeSend } from './take-send.ts';

export interface SendRequest {
  readonly channelId: string;
  readonly content: string;
  readonly kind: MessageKind;
  readonly intent: string;
  readonly replyTo: string | undefined;
  readonly clientKey: string | undefined;
  /** Files that it brings. */
  readonly attachmentIds: readonly string[];
}

export async function sendMessage(
  deps: HubDeps,
  by: Principal,
  request: SendRequest,
): Promise<{ readonly kind: 'sent' | 'repeated'; readonly message: Message } | Refusal> {
  const tooMany = takeSend(deps, by);
  if (tooMany !== undefined) return tooMany;
  const { store, publish, newId, clock } = deps;
  const outcome = await store.messages.send(by, { ...request, id: newId(), now: clock() });
  if (outcome.kind === 'refused') return outcome;
  const message = messageView(outcome.stored, deps);
  if (outcome.kind === 'sent') publish({ kind: 'sent', message });
  return { kind: outcome.kind, message };
}
