/** What is said in channels. */

import { maxHistory, type History, type Message, type MessageKind, type Principal } from '@perdure/contract';
import type { OfMessage } from '../core/decide-message.ts';
import { compact } from '@perdure/contract';
import { refuse, type Refusal } from '../core/refusal.ts';
import { messageView } from '../core/view.ts';
import { showChannel } from './channels.ts';
import type { HubDeps } from './deps.ts';

export interface SendRequest {
  readonly channelId: string;
  readonly content: string;
  readonly kind: MessageKind;
  readonly intent: string;
  readonly replyTo: string | undefined;
  readonly clientKey: string | undefined;
}

/** `repeated`: the same was sent before, and is answered. */
export async function sendMessage(
  deps: HubDeps,
  by: Principal,
  request: SendRequest,
): Promise<{ readonly kind: 'sent' | 'repeated'; readonly message: Message } | Refusal> {
  const tooMany = takeSend(deps, by);
  if (tooMany !== undefined) return tooMany;
  const { store, publish, newId, clock } = deps;
  const now = clock();
  const outcome = await store.messages.send(by, { ...request, id: newId(), now });
  if (outcome.kind === 'refused') return outcome;
  const message = messageView(outcome.stored, now);
  if (outcome.kind === 'sent') publish({ kind: 'sent', message });
  return { kind: outcome.kind, message };
}

type MessageAnswer = { readonly kind: 'message'; readonly message: Message } | Refusal;

export async function editMessage(
  deps: HubDeps,
  by: Principal,
  request: OfMessage & { readonly content: string; readonly isStreaming: boolean },
): Promise<MessageAnswer> {
  const tooMany = takeSend(deps, by);
  if (tooMany !== undefined) return tooMany;
  const { store, publish, clock } = deps;
  const now = clock();
  const outcome = await store.messages.edit(by, { ...request, now });
  if (outcome.kind === 'refused') return outcome;
  const message = messageView(outcome.stored, now);
  publish({ kind: 'edited', message, ...compact({ streamingUntil: outcome.stored.message.streamingUntil }) });
  return { kind: 'message', message };
}

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

export async function react(
  { store, publish, clock }: Pick<HubDeps, 'store' | 'publish' | 'clock'>,
  by: Principal,
  request: OfMessage & { readonly emoji: string; readonly isRemoval: boolean },
): Promise<MessageAnswer> {
  const now = clock();
  const outcome = await store.messages.react(by, { ...request, now });
  if (outcome.kind === 'refused') return outcome;
  const { channelId, messageId, emoji, isRemoval } = request;
  if (outcome.kind === 'changed') {
    publish({ kind: 'reacted', channelId, messageId, principalId: by.id, emoji, isRemoved: isRemoval });
  }
  return { kind: 'message', message: messageView(outcome.stored, now) };
}

export interface HistoryRequest {
  readonly channelId: string;
  readonly direction: 'before' | 'after';
  /** A message number; absent: from the newest, or from the first. */
  readonly cursor: number | undefined;
  readonly limit: number;
}

export async function readHistory(
  deps: Pick<HubDeps, 'store' | 'clock'>,
  by: Principal,
  { channelId, direction, cursor, limit }: HistoryRequest,
): Promise<{ readonly kind: 'history'; readonly history: History } | Refusal> {
  const shown = await showChannel(deps, by, channelId);
  if (shown.kind === 'refused') return shown;
  const most = Math.min(limit, maxHistory);
  const isBefore = direction === 'before';
  // One more than is given tells whether there is more.
  const range = isBefore ? { before: cursor, limit: most + 1 } : { after: cursor ?? 0, limit: most + 1 };
  const found = await deps.store.messages.read(channelId, range);
  const hasMore = found.length > most;
  const given = isBefore ? found.slice(-most) : found.slice(0, most);
  const now = deps.clock();
  const data = given.map((stored) => messageView(stored, now));
  const last = isBefore ? data[0] : data.at(-1);
  return { kind: 'history', history: { data, pagination: { hasMore, nextCursor: last?.seq ?? null } } };
}

/** Edits count too: each one goes to every member. */
function takeSend({ sends, clock }: HubDeps, by: Principal): Refusal | undefined {
  const waitMs = sends.take(by.id, clock());
  if (waitMs === 0) return undefined;
  const seconds = Math.ceil(waitMs / 1_000);
  return refuse('rate_limited', `You send faster than 20 messages a second; wait ${seconds} s and go on.`, {
    retryAfterSeconds: seconds,
  });
}
