/**
 * A task in one file: a line that says what it is, a line for each event of its log, and a last line with the SHA-256
 * of all before it. The log is the whole truth of a task, so nothing else has to be kept. A file that breaks off, or
 * that a hand has changed, does not end in its own sum, and is refused as a whole.
 */

import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PerdureError, taskIdPattern, type Task } from '@perdure/contract';
import { openDraft } from '@perdure/home/files';
import type { TaskEvent } from '../core/events.ts';
import type { ResumeItem } from '../core/ports.ts';
import { fileLines } from './file-lines.ts';

const format = 'perdure-task-archive';
const version = 1;

/** The first line. */
export interface ArchiveHead {
  readonly format: typeof format;
  readonly version: number;
  readonly task_id: string;
  readonly title: string;
  readonly project: string;
  readonly state: Task['desired_state'];
  readonly created_at: string;
  readonly closed_at: string;
  /** The number of its last event. */
  readonly revision: number;
  /** It gave its id to another task. */
  readonly gave_its_id: boolean;
  readonly hand_overs: readonly ResumeItem[];
}

export type ArchiveFacts = Omit<ArchiveHead, 'format' | 'version'>;

/** Writes it under its name, so that it is there whatever happens to the machine; answers its sum. */
export async function writeArchive(
  path: string,
  facts: ArchiveFacts,
  pages: AsyncIterable<readonly TaskEvent[]>,
): Promise<string> {
  const hash = createHash('sha256');
  using draft = openDraft(path);
  const write = (text: string): void => {
    hash.update(text);
    writeFileSync(draft.fd, text);
  };
  write(`${JSON.stringify({ format, version, ...facts } satisfies ArchiveHead)}\n`);
  for await (const page of pages) write(page.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const sha256 = hash.digest('hex');
  writeFileSync(draft.fd, `${JSON.stringify({ sha256 })}\n`);
  fsyncSync(draft.fd);
  draft.takeName();
  syncFolder(dirname(path));
  return sha256;
}

/** A new name in it is safe only with the folder. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export interface ReadArchive {
  readonly head: ArchiveHead;
  readonly sha256: string;
  readonly events: number;
}

/**
 * Reads it to its end, and shows each event to `onEvent`. @throws PerdureError `storage_corrupt` where it is not
 * whole, `invalid_input` where it is none.
 */
export function checkArchive(path: string, onEvent: (event: TaskEvent) => void = () => undefined): ReadArchive {
  const hash = createHash('sha256');
  let head: ArchiveHead | undefined;
  let events = 0;
  let sum: string | undefined;
  for (const line of fileLines(path)) {
    if (sum !== undefined) throw damagedArchive(path, 'something stands behind its end');
    const value = parsed(path, line);
    if (head === undefined) {
      head = headOf(path, value);
      hash.update(line);
    } else if (typeof value['sha256'] === 'string' && value['seq'] === undefined) {
      sum = value['sha256'];
    } else {
      events += 1;
      if (value['seq'] !== events) throw damagedArchive(path, `event ${events} is not in its place`);
      onEvent(value as unknown as TaskEvent);
      hash.update(line);
    }
  }
  if (head === undefined || sum === undefined) throw damagedArchive(path, 'it breaks off');
  if (sum !== hash.digest('hex')) throw damagedArchive(path, 'its checksum is another');
  if (events !== head.revision) throw damagedArchive(path, `it has ${events} events of ${head.revision}`);
  return { head, sha256: sum, events };
}

const handOverTexts = ['id', 'title', 'context', 'source', 'session'] as const satisfies readonly (keyof ResumeItem)[];

function isHandOver(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { createdAt, ...texts } = value as Readonly<Record<string, unknown>>;
  return typeof createdAt === 'number' && handOverTexts.every((name) => typeof texts[name] === 'string');
}

/** Of a file that was checked. */
export function* archivedEvents(path: string): Generator<TaskEvent> {
  for (const line of fileLines(path)) {
    const value = parsed(path, line);
    if (typeof value['seq'] === 'number') yield value as unknown as TaskEvent;
  }
}

function parsed(path: string, line: Buffer): Readonly<Record<string, unknown>> {
  if (line.at(-1) !== 0x0a) throw damagedArchive(path, 'it breaks off');
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Told below.
  }
  throw damagedArchive(path, 'a line of it cannot be read');
}

function headOf(path: string, value: Readonly<Record<string, unknown>>): ArchiveHead {
  if (value['format'] !== format) {
    throw new PerdureError(
      'invalid_input',
      `${path} is no archive of a task; name a file that \`perdure task archive\` made.`,
    );
  }
  if (value['version'] !== version) {
    throw new PerdureError('invalid_input', `${path} was made by a newer version; use that one to restore it.`);
  }
  const isNamed = typeof value['task_id'] === 'string' && taskIdPattern.test(value['task_id']);
  const handOvers: unknown = value['hand_overs'];
  if (!isNamed || !Array.isArray(handOvers) || !handOvers.every(isHandOver))
    throw damagedArchive(path, 'its first line is not as it was written');
  return value as unknown as ArchiveHead;
}

export function damagedArchive(path: string, why: string): PerdureError {
  const message = `The archive ${path} is damaged (${why}) and was left as it is; restore the file from a backup.`;
  return new PerdureError('storage_corrupt', message, { details: { path } });
}
