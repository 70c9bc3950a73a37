/** Another content for a message; with a stream, more is to come. */

import { compact, type Principal } from '@perdure/contract';
import type { OfMessage } from '../core/decide-message.ts';
import { messageView } from '../core/view.ts';
import type { HubDeps, MessageAnswer } from './deps.ts';
import { takeSend } from './take-send.ts';

export interface EditRequest extends OfMessage {
  readonly content: string;
  readonly isStreaming: boolean;
}

export async function editMessage(deps: HubDeps, by: Principal, request: EditRequest): Promise<MessageAnswer> {
  const tooMany = takeSend(deps, by);
  if (tooMany !== undefined) return tooMany;
  const { store, publish, clock } = deps;
  const outcome = await store.messages.edit(by, { ...request, now: clock() });
  if (outcome.kind === 'refused') return outcome;
  const message = messageView(outcome.stored, deps);
  publish({ kind: 'edited', message, ...compact({ streamingUntil: outcome.stored.message.streamingUntil }) });
  return { kind: 'message', message };
}
