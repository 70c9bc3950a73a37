/** Channels in SQLite. */

import type { Principal } from '@perdure/contract';
import { type Connection, createRead, type GroupCommit } from '@perdure/db';
import {
  decideAddMember,
  decideCreateChannel,
  decideRemoveMember,
  directOf,
  type MembershipFacts,
} from '../core/decide-channel.ts';
import { decideMarkRead } from '../core/decide-message.ts';
import type { ChannelStore, MemberChange, SeenChannel } from '../core/ports.ts';
import type { MemberRecord } from '../core/records.ts';
import { ChannelRows } from './channel-rows.ts';
import { readPage } from './page.ts';
import { PrincipalRows } from './principal-store.ts';

export function createChannelStore(database: Connection, group: GroupCommit): ChannelStore {
  const rows = new ChannelRows(database);
  const principals = new PrincipalRows(database);
  const read = createRead(database);
  const membership = (by: Principal, { channelId, principalId }: MemberChange): MembershipFacts => ({
    channelId,
    standing: rows.standing(channelId, by.id),
    memberId: principalId,
    member: principals.get(principalId),
    isIn: rows.member(channelId, principalId) !== undefined,
  });

  return {
    create: (by, command) =>
      group.run(() => {
        const known = new Set(command.memberIds.filter((id) => principals.get(id) !== undefined));
        const direct = rows.direct(directOf(by, command));
        const decision = decideCreateChannel(by, command, { known, direct });
        if (decision.kind === 'refused') return decision;
        const { channel } = decision;
        if (decision.kind === 'create') {
          rows.insert(channel);
          for (const memberId of decision.memberIds) rows.join(channel.id, memberId, command.now);
        }
        const seen = rows.seen(channel.id, by) as SeenChannel;
        return { kind: decision.kind === 'create' ? 'created' : 'found', seen } as const;
      }),
    get: (viewer, channelId) => read(() => rows.seen(channelId, viewer)),
    list: (viewer, { isAll, ...page }) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => rows.list(viewer, { isAll, cursor, limit }),
          ({ channel }) => channel.id,
        ),
      ),
    members: (channelId, page) =>
      read(() =>
        readPage(
          page,
          (handle, limit) => rows.membersAfter(channelId, handle, limit),
          ({ principal }) => principal.handle,
        ),
      ),
    addMember: (by, change) =>
      group.run(() => {
        const decision = decideAddMember(by, membership(by, change));
        if (decision.kind === 'refused') return decision;
        rows.join(change.channelId, change.principalId, change.now);
        return { kind: 'member', member: rows.member(change.channelId, change.principalId) as MemberRecord } as const;
      }),
    removeMember: (by, change) =>
      group.run(() => {
        const decision = decideRemoveMember(by, membership(by, change));
        if (decision.kind === 'refused') return decision;
        const member = rows.member(change.channelId, change.principalId) as MemberRecord;
        rows.leave(change.channelId, change.principalId);
        return { kind: 'member', member } as const;
      }),
    markRead: (by, { channelId, seq }) =>
      group.run(() => {
        const decision = decideMarkRead(by, { channelId, seq }, rows.standing(channelId, by.id));
        if (decision.kind === 'moved') rows.markRead(channelId, by.id, decision.seq);
        return decision;
      }),
    memberIds: (channelId) => read(() => rows.memberIds(channelId)),
    lastSeqs: (principalId) => read(() => rows.lastSeqs(principalId)),
    peers: (principalId) => read(() => rows.peers(principalId)),
  };
}
