/** The hub as text. Whatever others have written is made harmless. Pure. */

import type {
  ApiKey,
  Attachment,
  AuditEntry,
  Channel,
  DriveFile,
  Member,
  Message,
  Principal,
  Session,
} from '@perdure/contract';
import { printable, shortIds } from '../text/format.ts';
import { formatList } from '../text/table.ts';
import { wrapText } from '../text/width.ts';

type Columns = number | undefined;

export function principalList(principals: readonly Principal[], columns: Columns): string {
  const rows = principals.map(({ handle, kind, isOwner, displayName, createdAt }) => [
    handle,
    isOwner ? 'owner' : kind,
    printable(displayName),
    createdAt.slice(0, 10),
  ]);
  return formatList(['HANDLE', 'KIND', 'NAME', 'SINCE'], rows, { empty: 'Nobody.', columns, spare: [3] });
}

/** `handles`: of principals by id. */
export function auditList(
  rows: readonly AuditEntry[],
  { handles, columns }: { readonly handles: ReadonlyMap<string, string>; readonly columns: Columns },
): string {
  const cells = rows.map(({ seq, at, actorId, action, principalId, channelId, detail = {} }) => [
    String(seq),
    minuteOf(at),
    handles.get(actorId) ?? actorId,
    action,
    [handles.get(principalId ?? '') ?? principalId, principalId === undefined ? channelId : undefined]
      .filter((word) => word !== undefined)
      .join(' '),
    printable(Object.values(detail).join(' → ')),
  ]);
  const headings = ['NO', 'WHEN', 'WHO', 'DID', 'TO', 'DETAIL'];
  return formatList(headings, cells, { empty: 'Nothing was managed.', columns, spare: [5, 4] });
}

export function keyList(keys: readonly ApiKey[], columns: Columns): string {
  const ids = shortIds(keys.map(({ id }) => id));
  const rows = keys.map(({ label, hint, createdAt, lastUsedAt, revokedAt }, at) => [
    ids[at] ?? '',
    printable(label),
    `${hint}…`,
    createdAt.slice(0, 10),
    lastUsedAt === undefined ? 'never' : minuteOf(lastUsedAt),
    revokedAt === undefined ? 'open' : `revoked ${minuteOf(revokedAt)}`,
  ]);
  const headings = ['ID', 'LABEL', 'BEGINS', 'MADE', 'LAST USED', 'STATE'];
  return formatList(headings, rows, { empty: 'No keys.', columns, spare: [3, 2] });
}

export function sessionList(
  sessions: readonly Session[],
  { handles, columns }: { readonly handles: ReadonlyMap<string, string>; readonly columns: Columns },
): string {
  const ids = shortIds(sessions.map(({ id }) => id));
  const rows = sessions.map(({ principalId, life, createdAt, lastUsedAt, openedAt, expiresAt }, at) => [
    ids[at] ?? '',
    handles.get(principalId) ?? principalId,
    life === 'offered' ? 'link not used yet' : 'open',
    minuteOf(openedAt ?? createdAt),
    lastUsedAt === undefined ? 'never' : minuteOf(lastUsedAt),
    minuteOf(expiresAt),
  ]);
  const headings = ['ID', 'WHO', 'STATE', 'SINCE', 'LAST USED', 'UNTIL'];
  return formatList(headings, rows, { empty: 'Nobody is signed in.', columns, spare: [4, 3] });
}

export function channelList(channels: readonly Channel[], columns: Columns): string {
  const ids = shortIds(channels.map(({ id }) => id));
  const rows = channels.map(({ name, kind, lastSeq, readSeq }, at) => [
    printable(name),
    kind,
    String(lastSeq),
    readSeq === undefined ? 'not in it' : String(lastSeq - readSeq),
    ids[at] ?? '',
  ]);
  const empty = 'No channels; make one with `perdure channels create <name>`, or see all with --all.';
  return formatList(['NAME', 'KIND', 'MESSAGES', 'UNREAD', 'ID'], rows, { empty, columns, spare: [4] });
}

export function memberList(members: readonly Member[], columns: Columns): string {
  const rows = members.map(({ handle, kind, displayName, readSeq }) => [
    handle,
    kind,
    printable(displayName),
    `up to ${readSeq}`,
  ]);
  return formatList(['HANDLE', 'KIND', 'NAME', 'HAS READ'], rows, { empty: 'Nobody is in it.', columns, spare: [2] });
}

/** Each with its number, when, who, and what they said below. */
export function messageList(messages: readonly Message[], columns: Columns): string {
  if (messages.length === 0) return 'Nothing was said yet.';
  return messages.map((message) => messageView(message, columns)).join('\n');
}

function messageView(message: Message, columns: Columns): string {
  const { seq, createdAt, content, metadata, threadRootId, editedAt, deletedAt, streaming, reactions = [] } = message;
  const marks = [
    ...(threadRootId === undefined ? [] : ['in a thread']),
    ...(streaming ? ['more is coming'] : editedAt === undefined ? [] : ['edited']),
    ...reactions.map(({ emoji, principalIds }) => `${printable(emoji)} ${principalIds.length}`),
  ];
  const head = [`${seq}`, minuteOf(createdAt), printable(metadata.senderHandle), ...marks].join('  ');
  const text = deletedAt === undefined ? printable(content) : '(deleted)';
  const files = (metadata.attachments ?? []).map(attachmentText);
  const lines = [...(text === '' ? [] : text.split('\n')), ...files].flatMap((line) =>
    columns === undefined ? [line] : wrapText(line, columns - 2),
  );
  return [head, ...lines.map((line) => `  ${line}`.trimEnd())].join('\n');
}

/** With the id by which `perdure drive get` fetches it. */
export function attachmentText({ fileId, fileName, contentType, size }: Attachment): string {
  return `[file] ${[fileName, contentType].map(lineOf).join('  ')}  ${sizeText(size)}  ${fileId}`;
}

const lineOf = (text: string): string => printable(text).replaceAll('\n', ' ');

/** Newest first. */
export function fileList(
  files: readonly DriveFile[],
  { columns, isReceived }: { readonly columns: Columns; readonly isReceived: boolean },
): string {
  const ids = shortIds(files.map(({ id }) => id));
  const rows = files.map(({ fileName, contentType, size, createdAt }, at) => [
    printable(fileName),
    printable(contentType),
    sizeText(size),
    minuteOf(createdAt),
    ids[at] ?? '',
  ]);
  const empty = isReceived ? 'You were sent no files.' : 'No files; put one up with `perdure drive put <file>`.';
  return formatList(['NAME', 'TYPE', 'SIZE', 'SINCE', 'ID'], rows, { empty, columns, spare: [3, 1] });
}

function sizeText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
