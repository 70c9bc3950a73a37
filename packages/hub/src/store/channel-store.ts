/** Channels in SQLite. */

import { compact, type Principal } from '@perdure/contract';
import { type Connection, createRead, type GroupCommit } from '@perdure/db';
import { noted, unchanged } from '../core/audit.ts';
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
import type { Manage } from './audit-store.ts';
import { ChannelRows } from './channel-rows.ts';
import { readPage } from './page.ts';
import { PrincipalRows } from './principal-store.ts';

export function createChannelStore(
  database: Connection,
  { group, manage }: { readonly group: GroupCommit; readonly manage: Manage },
): ChannelStore {
  const rows = new ChannelRows(database);
  const principals = new PrincipalRows(database);
  const read = createRead(database);
  return {
    create: (by, command) =>
      manage({ id: by.id, now: command.now }, () => {
        const known = new Set(command.memberIds.filter((id) => principals.get(id) !== undefined));
        const direct = rows.direct(directOf(by, command));
        const decision = decideCreateChannel(by, command, { known, direct });
        if (decision.kind === 'refused') return decision;
        const { channel } = decision;
        const seen = (): SeenChannel => rows.seen(channel.id, by) as SeenChannel;
        if (decision.kind === 'found') return unchanged({ kind: 'found', seen: seen() });
        rows.insert(channel);
        for (const memberId of decision.memberIds) rows.join(channel.id, memberId, command.now);
        const detail = { kind: channel.kind, ...compact({ name: channel.name }) };
        return noted(
          { kind: 'created', seen: seen() },
          { action: 'channel.created', channelId: channel.id, detail },
          ...decision.memberIds
            .filter((principalId) => principalId !== by.id)
            .map((principalId) => ({ action: 'channel.member_added', channelId: channel.id, principalId }) as const),
        );
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
    ...memberChanges({ rows, principals, manage }),
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

interface MemberParts {
  readonly rows: ChannelRows;
  readonly principals: PrincipalRows;
  readonly manage: Manage;
}

function memberChanges({ rows, principals, manage }: MemberParts): Pick<ChannelStore, 'addMember' | 'removeMember'> {
  const membership = (by: Principal, { channelId, principalId }: MemberChange): MembershipFacts => ({
    channelId,
    standing: rows.standing(channelId, by.id),
    memberId: principalId,
    member: principals.get(principalId),
    isIn: rows.member(channelId, principalId) !== undefined,
  });

  return {
    addMember: (by, change) =>
      manage({ id: by.id, now: change.now }, () => {
        const decision = decideAddMember(by, membership(by, change));
        if (decision.kind === 'refused') return decision;
        const { channelId, principalId, now } = change;
        rows.join(channelId, principalId, now);
        const outcome = { kind: 'member', member: rows.member(channelId, principalId) as MemberRecord } as const;
        return noted(outcome, { action: 'channel.member_added', channelId, principalId });
      }),
    removeMember: (by, change) =>
      manage({ id: by.id, now: change.now }, () => {
        const decision = decideRemoveMember(by, membership(by, change));
        if (decision.kind === 'refused') return decision;
        const { channelId, principalId } = change;
        const member = rows.member(channelId, principalId) as MemberRecord;
        rows.leave(channelId, principalId);
        return noted({ kind: 'member', member }, { action: 'channel.member_removed', channelId, principalId });
      }),
  };
}
