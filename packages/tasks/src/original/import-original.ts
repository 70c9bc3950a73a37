/**
 * Reads a state folder of the original: its tasks, also damaged ones, and its queue. Nothing there is changed, followed
 * or run, and nothing is thrown away: what has no place in a task goes into its artifact `imported`, and the report
 * says where everything went.
 */

import { isUtf8 } from 'node:buffer';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PerdureError, taskIdPattern } from '@perdure/contract';
import type { ResumeItem } from '../core/ports.ts';
import { readTaskFiles, type OriginalTask, type TaskFiles } from './read-files.ts';
import { parse } from './read-log.ts';
import { readQueue } from './read-queue.ts';
import { isObject } from './values.ts';

export type { OriginalTask } from './read-files.ts';

export interface ReportLine {
  /** Name in the folder. */
  readonly file: string;
  /** One sentence. */
  readonly message: string;
}

export interface OriginalFolder {
  readonly tasks: readonly OriginalTask[];
  readonly queue: readonly ResumeItem[];
  readonly report: readonly ReportLine[];
}

const queueFile = 'interrupt-queue.json';
const largestFile = 256 * 1024 * 1024;
const endings = [
  ['.events.jsonl', 'events'],
  ['.progress.log', 'progress'],
  ['.json', 'snapshot'],
] as const;

export interface ReadOptions {
  /** Milliseconds since the epoch: times after it are taken as it. */
  readonly latest?: number;
}

/** @throws PerdureError `not_found` where there is no such folder. */
export async function readOriginal(
  folder: string,
  { latest = Number.POSITIVE_INFINITY }: ReadOptions = {},
): Promise<OriginalFolder> {
  const report: ReportLine[] = [];
  const found = new Map<string, FileTexts>();
  let queue: readonly ResumeItem[] = [];
  for (const { file, path } of await namesIn(folder)) {
    const text = await readText(path);
    const ending = endings.find(([suffix]) => file.endsWith(suffix) && file.length > suffix.length);
    if ('problem' in text) {
      report.push({ file, message: text.problem });
    } else if (file === queueFile && !isTask(parse(text.text))) {
      const read = readQueue(text.text);
      queue = read.items;
      report.push(...read.notes.map((message) => ({ file, message })));
    } else if (ending === undefined) {
      report.push({ file, message: 'This is no file of a task and was left where it is.' });
    } else {
      if (text.isDamaged)
        report.push({ file, message: 'It is not all UTF-8; what could not be read became the replacement character.' });
      const stem = file.slice(0, -ending[0].length);
      found.set(stem, { ...found.get(stem), [ending[1]]: text });
    }
  }
  const tasks = readAll(found, latest);
  report.push(...tasks.flatMap(({ source, notes }) => notes.map((message) => ({ file: source, message }))));
  // The queue names tasks as the folder does.
  const ids = new Map(tasks.map(({ source, task }) => [source, task.task_id]));
  const items = queue.map((item) => ({ ...item, taskId: ids.get(item.taskId ?? '') ?? item.taskId }));
  return { tasks, queue: items, report };
}

interface Text {
  readonly text: string;
  readonly isDamaged: boolean;
  readonly writtenAt: number;
}

type FileTexts = Partial<Record<(typeof endings)[number][1], Text>>;

/** Valid names first, so that a name made for another task never takes theirs. */
function readAll(found: ReadonlyMap<string, FileTexts>, latest: number): readonly OriginalTask[] {
  const stems = [...found.keys()].toSorted((a, b) => Number(taskIdPattern.test(b)) - Number(taskIdPattern.test(a)));
  const taken = new Set<string>();
  return stems.map((stem) => {
    const imported = readTaskFiles({ ...taskFiles(stem, found.get(stem) ?? {}), latest }, taken);
    taken.add(imported.task.task_id);
    return imported;
  });
}

function taskFiles(stem: string, texts: FileTexts): Omit<TaskFiles, 'latest'> {
  const given = Object.entries(texts).map(([kind, { text }]) => [kind, text] as const);
  const writtenAt = Math.max(...Object.values(texts).map((text) => text.writtenAt));
  return { stem, writtenAt: new Date(writtenAt).toISOString(), ...Object.fromEntries(given) };
}

interface FoundFile {
  /** Its name as a text; one that is no UTF-8 byte by byte, so that no two become one. */
  readonly file: string;
  readonly path: string | Buffer;
}

async function namesIn(folder: string): Promise<readonly FoundFile[]> {
  try {
    const names = await readdir(folder, { encoding: 'buffer' });
    const files = names.map((name) => {
      if (isUtf8(name)) return { file: name.toString('utf8'), path: join(folder, name.toString('utf8')) };
      return { file: name.toString('latin1'), path: Buffer.concat([Buffer.from(`${folder}/`), name]) };
    });
    return files.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The folder ${folder} cannot be read (${code}); name the folder that holds the task files.`;
    throw new PerdureError('not_found', message, { details: { folder }, cause });
  }
}

/** Plain files alone: a link may lead anywhere, and to open a pipe would wait for its writer. */
async function readText(path: string | Buffer): Promise<Text | { readonly problem: string }> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile()) return { problem: 'This is no plain file and was left where it is.' };
    if (stats.size > largestFile) return { problem: 'It is larger than 256 MiB and was left where it is.' };
    const bytes = await readFile(path);
    const text = new TextDecoder().decode(bytes);
    return { text, isDamaged: text.includes('\u{FFFD}') && !isUtf8(bytes), writtenAt: stats.mtimeMs };
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return { problem: `It cannot be read (${code}) and was left where it is.` };
  }
}

/** A task may have the name of the queue. */
function isTask(value: unknown): boolean {
  return isObject(value) && value['task_id'] !== undefined && value['items'] === undefined;
}
