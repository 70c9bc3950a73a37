/** Who is connected, and who of them is told what. Nothing is kept: whoever was away reads what they have missed. */

import { compact, type FamilyMember, type Message, type Principal, type ServerFrame } from '@perdure/contract';
import { messageView, type HubEvent, type HubStore, type ViewDeps } from '@perdure/hub';
import { textsOf } from './socket.ts';

/** How long somebody who types is taken to do so. No frame says that they have stopped. */
const typingMs = 6_000;

/** One who is connected. Several may be the same principal. */
export interface Listener {
  readonly principal: Principal;
  readonly keyId: string | undefined;
  /** The address by which it has come. */
  readonly base: string;
  /** A message that was just committed; `text`: its frame. */
  hear(message: Message, text: string): void;
  sendText(text: string): void;
  revoke(): void;
}

export interface Status {
  readonly status?: string;
  readonly detail?: string;
  readonly progress?: number;
  readonly runtime?: string;
  readonly version?: string;
}

export interface SwitchboardDeps extends ViewDeps {
  readonly store: HubStore;
  readonly log: (message: string) => void;
}

export class Switchboard {
  readonly #deps: SwitchboardDeps;
  readonly #listeners = new Map<string, Set<Listener>>();
  /** Keys that were revoked since the start: one may have been looked at just before. */
  readonly #revoked = new Set<string>();
  /** When the streams that are open end by themselves, by message. */
  readonly #streams = new Map<string, number>();
  #last: Promise<void> = Promise.resolve();

  constructor(deps: SwitchboardDeps) {
    this.#deps = deps;
  }

  /** Whether somebody has a socket here; `keyId`: one that was opened with this key. */
  isConnected(principalId: string, keyId?: string): boolean {
    const all = this.#listeners.get(principalId);
    if (all === undefined) return false;
    return keyId === undefined || [...all].some((one) => one.keyId === keyId);
  }

  /** Events are told in the order in which they come, which is that of their commits. */
  publish(event: HubEvent): void {
    if (event.kind === 'key-revoked') this.#revoke(event.keyId);
    else this.#inTurn(() => this.#tell(event));
  }

  join(listener: Listener): void {
    const { principal, keyId } = listener;
    const already = this.#listeners.get(principal.id);
    this.#listeners.set(principal.id, (already ?? new Set()).add(listener));
    if (already === undefined) this.#inTurn(() => this.#tellPresence(principal.id, 'online'));
    if (keyId !== undefined && this.#revoked.has(keyId)) listener.revoke();
  }

  leave(listener: Listener): void {
    const { id } = listener.principal;
    const left = this.#listeners.get(id);
    if (left?.delete(listener) !== true || left.size > 0) return;
    this.#listeners.delete(id);
    this.#inTurn(() => this.#tellPresence(id, 'offline'));
  }

  /** What somebody says of themselves, to who shares a channel with them. */
  setStatus(principalId: string, status: Status): void {
    this.#inTurn(() => this.#tellPresence(principalId, 'online', status));
  }

  type(principalId: string, channelId: string): void {
    this.#inTurn(async () => {
      const memberIds = await this.#deps.store.channels.memberIds(channelId);
      if (!memberIds.includes(principalId)) return;
      const expiresAt = new Date(this.#deps.clock() + typingMs).toISOString();
      const others = memberIds.filter((id) => id !== principalId);
      this.#send(others, { type: 'typing', channelId, principalId, expiresAt });
    });
  }

  /** Streams that nobody went on with end here for who watches; for who reads they have ended by themselves. */
  tick(now: number): void {
    for (const [messageId, until] of this.#streams) {
      if (until > now) continue;
      this.#streams.delete(messageId);
      this.#inTurn(() => this.#tellAnew(messageId));
    }
  }

  /** Resolves when all that was published is told. */
  async settled(): Promise<void> {
    await this.#last;
  }

  #inTurn(work: () => Promise<void>): void {
    const { log } = this.#deps;
    this.#last = this.#last
      .then(work)
      .catch((error: unknown) => log(`The hub could not tell of something: ${String(error)}`));
  }

  #revoke(keyId: string): void {
    this.#revoked.add(keyId);
    const all = [...this.#listeners.values()].flatMap((some) => [...some]);
    for (const listener of all) if (listener.keyId === keyId) listener.revoke();
  }

  async #tell(event: Exclude<HubEvent, { readonly kind: 'key-revoked' }>): Promise<void> {
    switch (event.kind) {
      case 'sent':
        return await this.#tellSent(event.message);
      case 'edited':
        this.#streams.delete(event.message.id);
        if (event.streamingUntil !== undefined) this.#streams.set(event.message.id, event.streamingUntil);
        return await this.#toMembers(event.message.channelId, { type: 'message.updated', message: event.message });
      case 'deleted':
        this.#streams.delete(event.message.id);
        return await this.#toMembers(event.message.channelId, { type: 'message.deleted', message: event.message });
      case 'file-taken':
        return await this.#tellAnew(event.messageId);
      case 'reacted': {
        const { kind: _kind, ...reaction } = event;
        return await this.#toMembers(event.channelId, { type: 'reaction', ...reaction });
      }
      case 'read':
        return await this.#toMembers(event.cursor.channelId, { type: 'receipt', ...event.cursor });
      case 'family-changed': {
        const { family } = event;
        return this.#send(await this.#deps.store.families.concerned(family.id), { type: 'family.updated', family });
      }
      case 'member-changed':
        return await this.#tellMember(event.member);
      case 'task-changed':
        this.#tellTask(event);
        return;
      default:
        throw new Error(`Unknown event ${JSON.stringify(event satisfies never)}`);
    }
  }

  /** As it stands now. */
  async #tellAnew(messageId: string): Promise<void> {
    const stored = await this.#deps.store.messages.get(messageId);
    if (stored === undefined) return;
    const message = messageView(stored, this.#deps);
    await this.#toMembers(message.channelId, { type: 'message.updated', message });
  }

  /** Only who made it and who has it to do: what stands in a task is theirs. */
  #tellTask({ task, activity, formerId }: Extract<HubEvent, { readonly kind: 'task-changed' }>): void {
    const parties = [...new Set([task.createdBy, ...(task.assigneeId === undefined ? [] : [task.assigneeId])])];
    this.#send(parties, { type: 'task.updated', task, activity: [...activity] });
    if (formerId !== undefined && !parties.includes(formerId)) {
      this.#send([formerId], { type: 'task.removed', taskId: task.id });
    }
  }

  /** The sender too: else their cursor would stay behind it. */
  async #tellSent(message: Message): Promise<void> {
    const { id: messageId, channelId, seq, senderId, clientGeneratedId } = message;
    const memberIds = await this.#deps.store.channels.memberIds(channelId);
    const textFor = textsOf({ type: 'message', message });
    for (const listener of this.#of(memberIds)) listener.hear(message, textFor(listener.base));
    this.#send([senderId], { type: 'delivery.ack', channelId, messageId, seq, ...compact({ clientGeneratedId }) });
  }

  /** Not its siblings, who may be a thousand: they ask when they want to know. */
  async #tellMember(member: FamilyMember): Promise<void> {
    const { familyId, principalId } = member;
    const { store } = this.#deps;
    const carers = await store.families.carers(familyId);
    this.#send([...new Set([...carers, principalId])], { type: 'member.updated', familyId, member });
  }

  async #toMembers(channelId: string, frame: ServerFrame): Promise<void> {
    this.#send(await this.#deps.store.channels.memberIds(channelId), frame);
  }

  async #tellPresence(principalId: string, presence: 'online' | 'offline', status: Status = {}): Promise<void> {
    const peers = await this.#deps.store.channels.peers(principalId);
    this.#send(peers, { type: 'presence', principalId, presence, ...status });
  }

  #send(principalIds: readonly string[], frame: ServerFrame): void {
    const textFor = textsOf(frame);
    for (const listener of this.#of(principalIds)) listener.sendText(textFor(listener.base));
  }

  /** A copy: one that cannot be sent to leaves meanwhile. */
  #of(principalIds: readonly string[]): readonly Listener[] {
    const found: Listener[] = [];
    for (const id of principalIds) found.push(...(this.#listeners.get(id) ?? []));
    return found;
  }
}
