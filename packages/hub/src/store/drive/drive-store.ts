/** The drive in SQLite: rows of files. Their bytes lie in a folder, under names that these rows know. */

import { compact } from '@perdure/contract';
import { type Connection, createRead, type GroupCommit } from '@perdure/db';
import { decideOnFile, decideRegister, decideReserve, decideUpload } from '../../core/drive/decide-file.ts';
import type { DriveStore } from '../../core/drive/ports.ts';
import type { RegisteredFile, SeenFile } from '../../core/drive/records.ts';
import { ChannelRows } from '../channel-rows.ts';
import { readPage } from '../page.ts';
import { DriveRows } from './drive-rows.ts';

export function createDriveStore(database: Connection, group: GroupCommit): DriveStore {
  const rows = new DriveRows(database);
  const channels = new ChannelRows(database);
  const read = createRead(database);
  const seenBy = (viewer: string, fileId: string): SeenFile | undefined => {
    const file = rows.registered(fileId);
    if (file === undefined) return undefined;
    const messageId = file.ownerId === viewer ? undefined : rows.messageBringing(fileId, viewer);
    return { file, ...compact({ messageId }) };
  };

  return {
    reserve: (by, made) =>
      group.run(() => {
        const decision = decideReserve(by, made);
        if (decision.kind === 'refused') return decision;
        rows.insert(decision.file);
        return { kind: 'reserved', file: decision.file } as const;
      }),
    find: (fileId) => read(() => rows.get(fileId)),
    upload: (done) =>
      group.run(() => {
        const decision = decideUpload(done, { file: rows.get(done.fileId) });
        if (decision.kind === 'refused') return decision;
        rows.upload(decision.file);
        return { kind: 'uploaded', file: decision.file } as const;
      }),
    register: (by, said) =>
      group.run(() => {
        const { fileId, channelId } = said;
        const standing = channelId === undefined ? undefined : channels.standing(channelId, by.id);
        const decision = decideRegister(by, said, { file: rows.get(fileId), standing });
        if (decision.kind === 'refused') return decision;
        if (decision.kind === 'register') rows.register(decision.file);
        return { kind: decision.kind === 'register' ? 'registered' : 'same', file: decision.file } as const;
      }),
    get: (by, fileId) =>
      read(() => {
        const decision = decideOnFile(by, 'file.read', { fileId, seen: seenBy(by.id, fileId) });
        return decision.kind === 'refused' ? decision : ({ ...decision.seen, kind: 'seen' } as const);
      }),
    list: (by, { which, ...page }) =>
      read(() =>
        readPage(
          page,
          (cursor, limit) => {
            const files = rows.list({ which, viewer: by.id, cursor, limit });
            // With a link that ends with the message (D3), as `get` gives it.
            const seen = (file: RegisteredFile) => ({ messageId: rows.messageBringing(file.id, by.id) });
            return files.map((file) => ({ file, ...(which === 'received' && compact(seen(file))) }));
          },
          ({ file }) => file.id,
        ),
      ),
    remove: (by, fileId) =>
      group.run(() => {
        const decision = decideOnFile(by, 'file.delete', { fileId, seen: seenBy(by.id, fileId) });
        if (decision.kind === 'refused') return decision;
        const messageIds = rows.messagesBringing(fileId);
        rows.remove(fileId);
        return { kind: 'removed', file: decision.seen.file, messageIds } as const;
      }),
    linked: ({ fileId, messageId }) =>
      read(() => {
        const isThere = messageId === undefined || rows.isBrought(fileId, messageId);
        return isThere ? rows.registered(fileId) : undefined;
      }),
    expire: (now) => expire(rows, group, now),
    blobs: () => read(() => rows.blobs()),
  };
}

/** Some in each transaction, so that nobody waits long for the lock. */
async function expire(rows: DriveRows, group: GroupCommit, now: number): Promise<readonly string[]> {
  const blobs: string[] = [];
  for (;;) {
    const ended = await group.run(() => {
      const some = rows.ended(now);
      for (const { id } of some) rows.remove(id);
      return some;
    });
    if (ended.length === 0) return blobs;
    blobs.push(...ended.flatMap(({ blob }) => (blob === undefined ? [] : [blob])));
  }
}
