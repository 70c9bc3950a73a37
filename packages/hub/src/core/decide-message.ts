/** What is said in a channel: sending, editing, deleting, reacting, reading. */

import { compact, type MessageKind, type Principal } from '@perdure/contract';
import { refusalOf } from './decide-channel.ts';
import { attachRefusal } from './drive/decide-file.ts';
import type { FileRecord } from './drive/records.ts';
import type { MessageRecord, Standing } from './records.ts';
import { noSuchMessage, refuse, type Refusal } from './refusal.ts';

/** A stream that nobody goes on with has ended after this. Clients skip the last edit where it changes nothing. */
export const streamIdleMs = 30_000;

export interface SendMessage {
  readonly channelId: string;
  readonly id: string;
  readonly content: string;
  readonly kind: MessageKind;
  readonly intent: string;
  /** Any message of the channel. */
  readonly replyTo: string | undefined;
  readonly clientKey: string | undefined;
  /** Files that it brings, in order. */
  readonly attachmentIds: readonly string[];
  readonly now: number;
}

export interface SendFacts {
  readonly standing: Standing | undefined;
  /** The one that this sender sent here under the same key. */
  readonly earlier: MessageRecord | undefined;
  /** The one that is replied to, of whatever channel. */
  readonly parent: MessageRecord | undefined;
  /** Those of the named files that are there. */
  readonly files: readonly FileRecord[];
}

export type SendDecision =
  /** `isRead`: its sender has read all before it, and so this one too. */
  | {
      readonly kind: 'send';
      readonly message: MessageRecord;
      readonly isRead: boolean;
      /** Each once. */
      readonly attachmentIds: readonly string[];
    }
  /** It was sent before, and another content changes nothing. */
  | { readonly kind: 'repeat'; readonly message: MessageRecord }
  | Refusal;

export function decideSend(
  actor: Principal,
  { channelId, replyTo, clientKey, attachmentIds: named, now, ...said }: SendMessage,
  { standing, earlier, parent, files }: SendFacts,
): SendDecision {
  const refusal = refusalOf(actor, 'message.send', { standing, channelId });
  if (refusal !== undefined) return refusal;
  if (earlier !== undefined) return { kind: 'repeat', message: earlier };
  if (replyTo !== undefined && parent?.channelId !== channelId) {
    return refuse('invalid_input', `There is no message ${replyTo} in this channel to reply to; check threadRootId.`, {
      field: 'body.threadRootId',
    });
  }
  const attachmentIds = [...new Set(named)];
  const unusable = attachRefusal(actor, attachmentIds, files);
  if (unusable !== undefined) return unusable;
  const lastSeq = standing?.channel.lastSeq ?? 0;
  const threadRootId = parent && (parent.threadRootId ?? parent.id);
  const message = {
    ...said,
    kind: kindFor(actor, said.kind),
    channelId,
    seq: lastSeq + 1,
    senderId: actor.id,
    createdAt: now,
    ...compact({ threadRootId, clientKey }),
  };
  return { kind: 'send', message, isRead: standing?.readSeq === lastSeq, attachmentIds };
}

/** Agents pass over all but texts, and what a person sends is for them, files too. */
function kindFor({ kind: sender }: Principal, kind: MessageKind): MessageKind {
  return sender === 'human' && kind === 'attachment' ? 'text' : kind;
}

export interface OfMessage {
  readonly channelId: string;
  readonly messageId: string;
}

export interface EditMessage extends OfMessage {
  readonly content: string;
  /** More is to come. */
  readonly isStreaming: boolean;
  readonly now: number;
}

export interface MessageFacts {
  readonly standing: Standing | undefined;
  readonly message: MessageRecord | undefined;
}

export type ChangeDecision =
  | { readonly kind: 'change'; readonly message: MessageRecord }
  | { readonly kind: 'same'; readonly message: MessageRecord }
  | Refusal;

type Allowed = { readonly kind: 'allowed'; readonly message: MessageRecord } | Refusal;

function allowed(
  actor: Principal,
  action: 'message.edit' | 'message.delete' | 'message.react',
  { channelId, messageId, standing, message }: OfMessage & MessageFacts,
): Allowed {
  const unseen = refusalOf(actor, 'channel.read', { standing, channelId });
  if (unseen !== undefined) return unseen;
  if (message?.channelId !== channelId) return noSuchMessage(messageId);
  const refusal = refusalOf(actor, action, { standing, channelId, senderId: message.senderId });
  return refusal ?? { kind: 'allowed', message };
}

export function decideEdit(
  actor: Principal,
  { content, isStreaming, now, ...of }: EditMessage,
  facts: MessageFacts,
): ChangeDecision {
  const found = allowed(actor, 'message.edit', { ...of, ...facts });
  if (found.kind === 'refused') return found;
  if (found.message.deletedAt !== undefined) {
    return refuse('conflict', 'This message was deleted and stays so; send another one.');
  }
  const { streamingUntil: _ended, ...kept } = found.message;
  const message = { ...kept, content, editedAt: now, ...(isStreaming && { streamingUntil: now + streamIdleMs }) };
  return { kind: 'change', message };
}

export function decideDelete(
  actor: Principal,
  { now, ...of }: OfMessage & { readonly now: number },
  facts: MessageFacts,
): ChangeDecision {
  const found = allowed(actor, 'message.delete', { ...of, ...facts });
  if (found.kind === 'refused') return found;
  if (found.message.deletedAt !== undefined) return { kind: 'same', message: found.message };
  const { streamingUntil: _ended, ...kept } = found.message;
  return { kind: 'change', message: { ...kept, content: '', deletedAt: now } };
}

/** Reactions of one principal to one message. */
const mostReactions = 20;

export interface React extends OfMessage {
  readonly emoji: string;
  readonly isRemoval: boolean;
  readonly now: number;
}

export type ReactDecision = { readonly kind: 'add' | 'remove' | 'same' } | Refusal;

/** `mine`: what they have put to it so far. */
export function decideReact(
  actor: Principal,
  { emoji, isRemoval, ...of }: React,
  { mine, ...facts }: MessageFacts & { readonly mine: readonly string[] },
): ReactDecision {
  const found = allowed(actor, 'message.react', { ...of, ...facts });
  if (found.kind === 'refused') return found;
  if (mine.includes(emoji) !== isRemoval) return { kind: 'same' };
  if (isRemoval) return { kind: 'remove' };
  if (mine.length < mostReactions) return { kind: 'add' };
  return refuse('conflict', `You have put ${mostReactions} reactions to this message already; take one back first.`);
}

export type ReadDecision = { readonly kind: 'moved' | 'same'; readonly seq: number } | Refusal;

/** Only forward, and not beyond what is there. */
export function decideMarkRead(
  actor: Principal,
  { channelId, seq }: { readonly channelId: string; readonly seq: number },
  standing: Standing | undefined,
): ReadDecision {
  const refusal = refusalOf(actor, 'channel.markRead', { standing, channelId });
  if (refusal !== undefined) return refusal;
  const before = standing?.readSeq ?? 0;
  const after = Math.min(seq, standing?.channel.lastSeq ?? 0);
  return after > before ? { kind: 'moved', seq: after } : { kind: 'same', seq: before };
}
