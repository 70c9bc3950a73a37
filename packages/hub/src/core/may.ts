/**
 * Who may do what: one function of a principal, an action and what the action is about. Whatever decides anything in
 * the hub asks it, under the lock under which it writes, and so do the edges for what is none of the hub's.
 *
 * H1 Nobody gives what they do not have: a member is taken in by who cares for the channel, a key is made by the owner,
 *    in a family by its lead.
 * H2 What somebody may not see does not exist for them; what they see and may not do is refused in words.
 * H3 No row, no change: who was let in, given a key or taken in, and by whom, is written down in the transaction that
 *    does it, and none of it is ever changed or removed.
 * H4 The lead of a family does in it what its owner may, and anywhere else nothing by that. It names no lead, takes in
 *    nobody who was there already, and gives no key to a member that has used one.
 * H5 A member that is deprovisioned is let in no more: its keys are taken back in the transaction that says so.
 * H6 A session is opened once, by the one who has its link, and opens nothing once it has ended.
 */

import type { Principal } from '@perdure/contract';

/** What an action is about, as far as it is about something. */
export interface Subject {
  /** Whether whoever acts is in the channel; of a file: in one in which a message brings it. */
  readonly isMember?: boolean;
  /** Who made it. */
  readonly createdBy?: string;
  /** Who sent the message. */
  readonly senderId?: string;
  /** Who put the file up. */
  readonly uploaderId?: string;
  /** Who is to be taken out, or whose session it is. */
  readonly memberId?: string;
  /** Who leads the family, or the one that the principal is in. */
  readonly leadId?: string;
  /** Whether whoever acts is in the family. */
  readonly isFamilyMember?: boolean;
  /** The family made the principal, and none of its keys was ever used. */
  readonly isUntouched?: boolean;
  /** Who has to do the task. */
  readonly assigneeId?: string;
}

export type Actor = Pick<Principal, 'id' | 'kind' | 'isOwner'>;

type Rule = (actor: Actor, subject: Subject) => boolean;

const anybody: Rule = () => true;
const owner: Rule = ({ isOwner }) => isOwner;
const member: Rule = (_actor, { isMember = false }) => isMember;
const sender: Rule = (actor, subject) => member(actor, subject) && subject.senderId === actor.id;
const uploader: Rule = (actor, { uploaderId }) => uploaderId === actor.id;
/** Whoever made a channel cares for it for as long as they are in it. */
const keeper: Rule = (actor, subject) =>
  owner(actor, subject) || (member(actor, subject) && subject.createdBy === actor.id);
/** Whoever leads the family that it is about. */
const carer: Rule = (actor, subject) => owner(actor, subject) || subject.leadId === actor.id;

/** Of a task: it is theirs to do or was theirs to give, and so they are told all of it. */
const party: Rule = (actor, { createdBy, assigneeId }) => createdBy === actor.id || assigneeId === actor.id;
const ownOrOwner: Rule = (actor, subject) => owner(actor, subject) || subject.memberId === actor.id;

const rules = {
  /** Runs, tasks, definitions, models: all that is not of the hub. */
  'instance.operate': owner,
  'principals.manage': owner,
  'principals.read': carer,
  'keys.read': carer,
  'keys.revoke': carer,
  /** Whoever makes a key is whose it is: of a member that was let in that would be more than the lead has. */
  'keys.create': (actor, subject) => owner(actor, subject) || (carer(actor, subject) && subject.isUntouched === true),
  'families.create': owner,
  'families.listAll': ({ kind }) => kind === 'human',
  /** People see all families. */
  'family.read': (actor, subject) => actor.kind === 'human' || carer(actor, subject) || subject.isFamilyMember === true,
  'family.appoint': owner,
  'family.adopt': owner,
  'family.change': carer,
  'family.addMember': carer,
  'family.changeMember': carer,
  'family.reportHealth': carer,
  'audit.read': owner,
  /** `memberId`: whose it is. */
  'session.offer': ownOrOwner,
  'session.end': ownOrOwner,
  'sessions.listAll': owner,
  'channels.create': anybody,
  'channels.listAll': owner,
  /** The owner reads every channel: the database is theirs. Nobody speaks where they are not. */
  'channel.read': (actor, subject) => owner(actor, subject) || member(actor, subject),
  'channel.addMember': keeper,
  'channel.removeMember': (actor, subject) =>
    keeper(actor, subject) || (member(actor, subject) && subject.memberId === actor.id),
  'channel.markRead': member,
  'channel.type': member,
  'message.send': member,
  'message.edit': sender,
  'message.delete': (actor, subject) => owner(actor, subject) || sender(actor, subject),
  'message.react': member,
  'drive.put': anybody,
  'drive.listAll': owner,
  'file.read': (actor, subject) => owner(actor, subject) || uploader(actor, subject) || member(actor, subject),
  'file.delete': (actor, subject) => owner(actor, subject) || uploader(actor, subject),
  /** Not even the owner says something with the file of another. */
  'file.use': uploader,
  'tasks.create': anybody,
  'tasks.listAll': owner,
  'task.read': (actor, subject) => owner(actor, subject) || party(actor, subject),
  /** To say how it stands, and what was done. */
  'task.tell': (actor, subject) => owner(actor, subject) || party(actor, subject),
  /** To say what is to be done, and by whom. */
  'task.manage': (actor, subject) => owner(actor, subject) || subject.createdBy === actor.id,
  /** Who sees the task is shown how the durable one stands, and durable ones are the owner's (H1). */
  'task.link': owner,
  /** The owner too must be one of the two. */
  'task.readSecrets': party,
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof rules;

export function may(actor: Actor, action: Action, subject: Subject = {}): boolean {
  return rules[action](actor, subject);
}
