/**
 * What has come of one channel, and what of it is new to whoever reads. The server sends each message behind the cursor
 * once and in order (C1); what an earlier connection has brought is passed over here, so that nothing is shown twice.
 * Pure: no clock, no socket.
 */

import type { Message, ServerFrame } from '@perdure/contract';

export type News =
  | { readonly kind: 'message'; readonly message: Message }
  /** `streaming`: more of it is to come. */
  | { readonly kind: 'edited'; readonly message: Message }
  | { readonly kind: 'deleted'; readonly message: Message }
  | {
      readonly kind: 'reaction';
      readonly seq: number;
      readonly handle: string;
      readonly emoji: string;
      readonly isRemoved: boolean;
    }
  | { readonly kind: 'typing'; readonly handle: string; readonly expiresAt: string };

/** Messages that may be edited yet; of older ones nobody waits for the end. */
const remembered = 200;

export interface RoomStart {
  readonly channelId: string;
  /** Number of the newest message that needs not be shown any more. */
  readonly cursor: number;
  /** By id of a principal. */
  readonly handles: ReadonlyMap<string, string>;
}

export class Room {
  readonly #channelId: string;
  readonly #handles: Map<string, string>;
  readonly #known = new Map<number, Message>();
  /** Edits that came before what they change. */
  readonly #early = new Map<number, Message>();
  #cursor: number;

  constructor({ channelId, cursor, handles }: RoomStart) {
    this.#channelId = channelId;
    this.#cursor = cursor;
    this.#handles = new Map(handles);
  }

  /** Number of the newest message that was shown. */
  get cursor(): number {
    return this.#cursor;
  }

  /** What a connection asks for first. */
  get cursors(): Readonly<Record<string, number>> {
    return { [this.#channelId]: this.#cursor };
  }

  /** Shown before: of the history. */
  remember(message: Message): void {
    this.#handles.set(message.senderId, message.metadata.senderHandle);
    this.#known.set(message.seq, message);
    this.#known.delete(message.seq - remembered);
  }

  take(frame: ServerFrame): News | undefined {
    switch (frame.type) {
      case 'message':
        return this.#said(frame.message);
      case 'message.updated':
      case 'message.deleted':
        return this.#changed(frame.message);
      case 'reaction': {
        const known = [...this.#known.values()].find(({ id }) => id === frame.messageId);
        if (known === undefined) return undefined;
        const { emoji, isRemoved } = frame;
        return { kind: 'reaction', seq: known.seq, handle: this.#handleOf(frame.principalId), emoji, isRemoved };
      }
      case 'typing':
        if (frame.channelId !== this.#channelId) return undefined;
        return { kind: 'typing', handle: this.#handleOf(frame.principalId), expiresAt: frame.expiresAt };
      default:
        return undefined;
    }
  }

  /** The newest messages as they are now: what became of them while nobody was connected. */
  compare(messages: readonly Message[]): readonly News[] {
    return messages.filter(({ seq }) => this.#known.has(seq)).flatMap((message) => this.#changed(message) ?? []);
  }

  #said(message: Message): News | undefined {
    const { channelId, seq } = message;
    if (channelId !== this.#channelId || seq <= this.#cursor) return undefined;
    this.#cursor = seq;
    const newest = this.#early.get(seq) ?? message;
    for (const each of this.#early.keys()) if (each <= seq) this.#early.delete(each);
    this.remember(newest);
    return newest.deletedAt === undefined ? { kind: 'message', message: newest } : { kind: 'deleted', message: newest };
  }

  #changed(message: Message): News | undefined {
    const { channelId, seq, deletedAt } = message;
    if (channelId !== this.#channelId) return undefined;
    if (seq > this.#cursor) {
      this.#early.set(seq, message);
      return undefined;
    }
    const before = this.#known.get(seq);
    if (before !== undefined) this.remember(message);
    if (before !== undefined && shownOf(before) === shownOf(message)) return undefined;
    return deletedAt === undefined ? { kind: 'edited', message } : { kind: 'deleted', message };
  }

  #handleOf(principalId: string): string {
    return this.#handles.get(principalId) ?? 'somebody';
  }
}

/** What of a message is shown, as far as it may change: of its files those that are still there. */
function shownOf({ content, streaming, deletedAt, metadata: { attachments = [] } }: Message): string {
  return JSON.stringify([content, streaming, deletedAt, attachments.map(({ fileId }) => fileId)]);
}
