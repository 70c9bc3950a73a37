/**
 * Carries errands: says to whoever is to do one what it is, once, and takes what comes back, once. Everything is said
 * under a key that follows from the errand, so a server that died in between says nothing twice; what it remembers
 * from look to look spares work and decides nothing.
 */

import { codePoints, maxContentLength, type Principal } from '@perdure/contract';
import { createChannel, sendMessage, type HubDeps } from '@perdure/hub/desk';
import type { Errand } from './errand.ts';
import { hear } from './hear.ts';

export interface TendDeps {
  readonly hub: HubDeps;
  /** In whose name it is said. */
  readonly owner: Principal;
}

/** What was found out about an errand since this process began. */
export interface Tended {
  readonly channelId: string;
  readonly memberId: string;
  /** The message by which it was given. */
  readonly rootId: string;
  /** Up to which number the channel was heard. */
  seen: number;
  /** How often it was told that this was no return. */
  asked: number;
  /** The last that was meant as a return and is none, to which nothing was said yet. */
  problem?: { readonly messageId: string; readonly say: string; readonly at: number } | undefined;
  isTaken: boolean;
}

export type Look =
  /** `again`: milliseconds since the epoch at which something is to be done, whether anybody speaks or not. */
  | { readonly kind: 'tended'; readonly tended: Tended; readonly again?: number }
  /** It was never said, and is not to be. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'trouble'; readonly why: string };

/** Somebody who does not find the form after this many hints has to be helped by a person. */
const mostHints = 3;
/** A model that has failed is asked again when it may be back; twice as long each time. */
const firstPauseMs = 60_000;

export async function tendErrand(deps: TendDeps, errand: Errand, known: Tended | undefined): Promise<Look> {
  const begun = known === undefined ? await beginErrand(deps, errand) : ({ kind: 'tended', tended: known } as const);
  if (begun.kind !== 'tended') return begun;
  const { tended } = begun;
  await listen(deps, errand, tended);
  if (errand.standing !== 'tell') {
    if (errand.over !== undefined && !tended.isTaken)
      await say(deps, errand, { tended, name: 'over', content: errand.over });
    return { kind: 'tended', tended };
  }
  const { problem } = tended;
  if (problem === undefined || tended.isTaken || tended.asked >= mostHints) return { kind: 'tended', tended };
  if (deps.hub.clock() < problem.at) return { kind: 'tended', tended, again: problem.at };
  await say(deps, errand, { tended, name: `again-${problem.messageId}`, content: problem.say });
  // That it was said is heard as all else is, and counts then.
  tended.problem = undefined;
  return { kind: 'tended', tended };
}

async function beginErrand({ hub, owner }: TendDeps, errand: Errand): Promise<Look> {
  const { store } = hub;
  const isTold = errand.standing === 'tell';
  const member = await store.principals.byHandle(errand.to);
  const nobody = member === undefined ? `there is nobody called ${errand.to} in the hub` : await whyAway(store, member);
  if (member === undefined || nobody !== undefined) {
    if (isTold) await errand.undeliverable(`${nobody}; look at who is there with \`perdure principals\`.`);
    return { kind: 'nothing' };
  }
  const channelId = errand.channelId ?? (await directChannel({ hub, owner }, member.id));
  const sent = await store.messages.sentUnder({ channelId, senderId: owner.id, clientKey: keyOf(errand, 'given') });
  if (sent !== undefined) return { kind: 'tended', tended: tendedFrom(sent.message, member.id) };
  if (!isTold) return { kind: 'nothing' };
  if (errand.channelId !== undefined && !(await store.channels.memberIds(channelId)).includes(member.id)) {
    await errand.undeliverable(`${errand.to} is not in the channel ${channelId}; take it in.`);
    return { kind: 'nothing' };
  }
  const length = codePoints(errand.message);
  if (length > maxContentLength) {
    const rule = `what it is to be told has ${length} characters, and a message may have ${maxContentLength}`;
    await errand.undeliverable(`${rule}; put what is long into a file, and name it.`);
    return { kind: 'nothing' };
  }
  const outcome = await sendMessage(
    hub,
    owner,
    messageOf(errand, { channelId, name: 'given', content: errand.message }),
  );
  if (outcome.kind !== 'refused') {
    const { id, channelId: where, seq } = outcome.message;
    return { kind: 'tended', tended: tendedFrom({ id, channelId: where, seq }, member.id) };
  }
  if (outcome.code === 'rate_limited') return { kind: 'trouble', why: 'much is being said at once; the rest follows' };
  await errand.undeliverable(outcome.message);
  return { kind: 'nothing' };
}

/** Why nobody would hear it, and nobody ever will; a gateway that is only stopped hears it when it is back. */
async function whyAway(store: HubDeps['store'], { id, handle, isOwner }: Principal): Promise<string | undefined> {
  if (isOwner) return 'the owner gives errands and takes none';
  const membership = await store.families.membership(id);
  return membership?.status === 'deprovisioned' ? `${handle} was taken out of service` : undefined;
}

async function directChannel({ hub, owner }: TendDeps, memberId: string): Promise<string> {
  const outcome = await createChannel(hub, owner, { kind: 'dm', name: undefined, memberIds: [memberId] });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome.channel.id;
}

function tendedFrom(
  root: { readonly id: string; readonly channelId: string; readonly seq: number },
  memberId: string,
): Tended {
  return { channelId: root.channelId, memberId, rootId: root.id, seen: root.seq, asked: 0, isTaken: false };
}

/** Messages that are read at once. */
const page = 200;

async function listen({ hub, owner }: TendDeps, errand: Errand, tended: Tended): Promise<void> {
  const { channelId, memberId, rootId } = tended;
  for (;;) {
    const messages = await hub.store.messages.read(channelId, { after: tended.seen, limit: page });
    for (const { message } of messages) {
      const { senderId, streamingUntil = 0, clientKey = '' } = message;
      if (senderId === owner.id && clientKey.startsWith(keyOf(errand, 'again-'))) {
        tended.asked += 1;
        tended.problem = undefined;
      }
      if (senderId === memberId) {
        // What is still being written is heard when it is through.
        if (streamingUntil > hub.clock()) return;
        const isInThread = message.threadRootId === rootId;
        const heard = hear({ content: message.content, intent: message.intent, isInThread }, errand);
        const why = await react(errand, tended, { ...message, heard });
        if (why !== undefined) tended.problem = { messageId: message.id, ...why };
      }
      tended.seen = message.seq;
    }
    if (messages.length < page) return;
  }
}

interface HeardMessage {
  readonly id: string;
  readonly createdAt: number;
  readonly heard: ReturnType<typeof hear>;
}

/** What there is to say to it, and when. */
async function react(errand: Errand, tended: Tended, { id, createdAt, heard }: HeardMessage) {
  switch (heard.kind) {
    case 'talk':
      return undefined;
    case 'failed':
      return {
        say: 'Your last turn has failed. Go on, and return what you can.',
        at: createdAt + firstPauseMs * 2 ** tended.asked,
      };
    case 'unfit':
      return { say: hint(heard.why), at: createdAt };
    case 'return': {
      const taken = await errand.take({
        given: heard.given,
        text: heard.text,
        messageId: id,
        by: errand.to,
        at: createdAt,
      });
      if (taken.kind === 'unfit') return { say: hint(taken.why), at: createdAt };
      tended.isTaken = true;
      return undefined;
    }
    default:
      return heard satisfies never;
  }
}

function hint(why: string): string {
  return `This is no return that could be taken: ${why.slice(0, 2_000)}. Give the whole return again, in the form that was asked for.`;
}

interface Saying {
  readonly channelId: string;
  readonly name: string;
  readonly content: string;
  readonly replyTo?: string;
}

async function say(
  { hub, owner }: TendDeps,
  errand: Errand,
  { tended, ...said }: Omit<Saying, 'channelId'> & { readonly tended: Tended },
): Promise<void> {
  const { channelId, rootId: replyTo } = tended;
  const clientKey = keyOf(errand, said.name);
  if ((await hub.store.messages.sentUnder({ channelId, senderId: owner.id, clientKey })) !== undefined) return;
  await sendMessage(hub, owner, messageOf(errand, { ...said, channelId, replyTo }));
}

function messageOf(errand: Errand, { channelId, name, content, replyTo }: Saying) {
  const clientKey = keyOf(errand, name);
  return { channelId, content, kind: 'text', intent: 'delegation', replyTo, clientKey, attachmentIds: [] } as const;
}

const keyOf = ({ id }: Pick<Errand, 'id'>, name: string): string => `delegation-${id}-${name}`;
