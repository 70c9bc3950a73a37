/**
 * The prepared statements of channels and their members. What writes runs inside a transaction that the caller holds.
 */

import type { ChannelMembersTable, ChannelsTable, Connection } from '@perdure/db';
import { compact, type Principal } from '@perdure/contract';
import type { SeenChannel } from '../core/ports.ts';
import type { ChannelRecord, MemberRecord, Standing } from '../core/records.ts';
import { toChannel, toMember, type MemberRow } from './rows.ts';

/** A channel as `:viewer` sees it. */
const seen = `
  SELECT channels.*, own.read_seq AS own_read,
    CASE WHEN channels.kind = 'dm' THEN (
      SELECT group_concat(display_name, ' and ') FROM (
        SELECT principals.display_name FROM channel_members JOIN principals ON principals.id = channel_members.principal_id
        WHERE channel_members.channel_id = channels.id
          AND (own.principal_id IS NULL OR principals.id <> own.principal_id)
        ORDER BY principals.handle))
    END AS direct_name
  FROM channels
  LEFT JOIN channel_members AS own ON own.channel_id = channels.id AND own.principal_id = :viewer`;

type SeenRow = ChannelsTable & { readonly own_read: number | null; readonly direct_name: string | null };

export class ChannelRows {
  readonly #byId;
  readonly #direct;
  readonly #membership;
  readonly #seen;
  readonly #listOwn;
  readonly #listAll;
  readonly #members;
  readonly #member;
  readonly #memberIds;
  readonly #lastSeqs;
  readonly #peers;
  readonly #insert;
  readonly #join;
  readonly #leave;
  readonly #markRead;
  readonly #grow;

  constructor({ sqlite }: Connection) {
    this.#byId = sqlite.prepare('SELECT * FROM channels WHERE id = ?');
    this.#direct = sqlite.prepare('SELECT * FROM channels WHERE dm_of = ?');
    this.#membership = sqlite.prepare('SELECT * FROM channel_members WHERE channel_id = ? AND principal_id = ?');
    this.#seen = sqlite.prepare(`${seen} WHERE channels.id = :id`);
    const behind = `(:cursor = '' OR channels.id < :cursor) ORDER BY channels.id DESC LIMIT :limit`;
    this.#listOwn = sqlite.prepare(`${seen} WHERE own.principal_id IS NOT NULL AND ${behind}`);
    this.#listAll = sqlite.prepare(`${seen} WHERE ${behind}`);
    const members = `SELECT principals.*, joined_at, read_seq FROM channel_members
      JOIN principals ON principals.id = principal_id WHERE channel_id = ?`;
    this.#members = sqlite.prepare(`${members} AND handle > ? ORDER BY handle LIMIT ?`);
    this.#member = sqlite.prepare(`${members} AND principal_id = ?`);
    // One row instead of one for each: they are asked for with every message, and a channel may have a thousand.
    this.#memberIds = sqlite.prepare(
      'SELECT json_group_array(principal_id) AS ids FROM channel_members WHERE channel_id = ?',
    );
    this.#lastSeqs = sqlite.prepare(
      `SELECT channels.id, channels.last_seq FROM channel_members
       JOIN channels ON channels.id = channel_id WHERE principal_id = ?`,
    );
    this.#peers = sqlite.prepare(
      `SELECT DISTINCT others.principal_id FROM channel_members AS own
       JOIN channel_members AS others ON others.channel_id = own.channel_id AND others.principal_id <> own.principal_id
       WHERE own.principal_id = ?`,
    );
    this.#insert = sqlite.prepare(
      `INSERT INTO channels (id, kind, name, dm_of, last_seq, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#join = sqlite.prepare(
      'INSERT INTO channel_members (channel_id, principal_id, joined_at, read_seq) VALUES (?, ?, ?, 0)',
    );
    this.#leave = sqlite.prepare('DELETE FROM channel_members WHERE channel_id = ? AND principal_id = ?');
    this.#markRead = sqlite.prepare(
      'UPDATE channel_members SET read_seq = ? WHERE channel_id = ? AND principal_id = ?',
    );
    this.#grow = sqlite.prepare('UPDATE channels SET last_seq = ? WHERE id = ?');
  }

  direct(between: string | undefined): ChannelRecord | undefined {
    const row = between === undefined ? undefined : this.#direct.get(between);
    return row && toChannel(row as unknown as ChannelsTable);
  }

  standing(channelId: string, principalId: string): Standing | undefined {
    const row = this.#byId.get(channelId);
    if (row === undefined) return undefined;
    const membership = this.#membership.get(channelId, principalId) as ChannelMembersTable | undefined;
    return { channel: toChannel(row as unknown as ChannelsTable), ...compact({ readSeq: membership?.read_seq }) };
  }

  seen(channelId: string, { id: viewer }: Principal): SeenChannel | undefined {
    const row = this.#seen.get({ id: channelId, viewer });
    return row && toSeen(row as unknown as SeenRow);
  }

  list(
    { id: viewer }: Principal,
    { isAll, cursor, limit }: { readonly isAll: boolean; readonly cursor: string; readonly limit: number },
  ): readonly SeenChannel[] {
    const rows = (isAll ? this.#listAll : this.#listOwn).all({ viewer, cursor, limit });
    return rows.map((row) => toSeen(row as unknown as SeenRow));
  }

  member(channelId: string, principalId: string): MemberRecord | undefined {
    const row = this.#member.get(channelId, principalId);
    return row && toMember(row as unknown as MemberRow);
  }

  membersAfter(channelId: string, handle: string, limit: number): readonly MemberRecord[] {
    return this.#members.all(channelId, handle, limit).map((row) => toMember(row as unknown as MemberRow));
  }

  memberIds(channelId: string): readonly string[] {
    return JSON.parse(String(this.#memberIds.get(channelId)?.['ids'])) as string[];
  }

  lastSeqs(principalId: string): ReadonlyMap<string, number> {
    return new Map(this.#lastSeqs.all(principalId).map((row) => [String(row['id']), Number(row['last_seq'])]));
  }

  peers(principalId: string): readonly string[] {
    return this.#peers.all(principalId).map((row) => String(row['principal_id']));
  }

  insert({ id, kind, name, directOf, createdBy, createdAt }: ChannelRecord): void {
    this.#insert.run(id, kind, name ?? null, directOf ?? null, 0, createdBy, createdAt);
  }

  join(channelId: string, principalId: string, now: number): void {
    this.#join.run(channelId, principalId, now);
  }

  leave(channelId: string, principalId: string): void {
    this.#leave.run(channelId, principalId);
  }

  markRead(channelId: string, principalId: string, seq: number): void {
    this.#markRead.run(seq, channelId, principalId);
  }

  grow(channelId: string, lastSeq: number): void {
    this.#grow.run(lastSeq, channelId);
  }
}

function toSeen(row: SeenRow): SeenChannel {
  const { own_read: ownRead, direct_name: directName } = row;
  return {
    channel: toChannel(row),
    ...compact({ readSeq: ownRead ?? undefined, directName: directName ?? undefined }),
  };
}
