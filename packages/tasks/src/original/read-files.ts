/** One task from the texts of its files, without touching a disk. */

import { compact, taskIdPattern, type Task } from '@perdure/contract';
import { historyOf, type History } from './history.ts';
import { createLeftovers, type Leftovers } from './leftovers.ts';
import { countBlank, linesOf, parse, readEvents } from './read-log.ts';
import { readTask } from './read-task.ts';
import { recoverFields } from './recover.ts';
import { readTorn } from './torn-json.ts';
import { isObject, toTime, type Fields } from './values.ts';

export interface TaskFiles {
  /** What stands before the endings of the names. */
  readonly stem: string;
  readonly snapshot?: string;
  readonly events?: string;
  readonly progress?: string;
  /** When the newest of them was written. */
  readonly writtenAt: string;
  /** Milliseconds since the epoch: no work was done after it; absent: nobody knows. */
  readonly latest?: number;
}

export interface OriginalTask {
  readonly task: Task;
  /** The name under which the original kept it. */
  readonly source: string;
  /** A task's log begins anew with its import. */
  readonly history: History;
  /** What was bent, recovered or left over, a sentence each. */
  readonly notes: readonly string[];
}

/** Always a task, however little there is. `takenIds` are those of other tasks. */
export function readTaskFiles(files: TaskFiles, takenIds: ReadonlySet<string>): OriginalTask {
  const { stem, snapshot, progress = '', writtenAt, latest = Number.POSITIVE_INFINITY } = files;
  const leftovers = createLeftovers(stem);
  const id = validId(stem, takenIds);
  if (id !== stem) leftovers.note(`The name is no task id of ours or is taken; the task is now \`${id}\`.`);
  const events = readEvents(files.events ?? '', leftovers);
  const lines = linesOf(progress);
  const blank = countBlank(progress);
  if (blank > 0) leftovers.note(`${blank} blank line(s) of the progress log say nothing and were left out.`);
  const whole = snapshot === undefined ? undefined : parse(snapshot);
  const fields = isObject(whole) ? whole : mended({ snapshot, events, lines }, leftovers);
  const longNumbers = snapshot === undefined ? 0 : countLongNumbers(snapshot);
  if (longNumbers > 0)
    leftovers.note(`${longNumbers} whole number(s) are too long to be counted with; each is kept as a text.`);
  const lastEvent = toTime(events.at(-1)?.['ts'])?.iso;
  const task = readTask(fields, { id, fallbackTime: lastEvent ?? writtenAt, latest, leftovers });
  const { history, left } = historyOf(events, lines);
  if (left > 0) leftovers.note(`${left} old line(s) of its logs are too many to take along, and stay in their files.`);
  const artifact = leftovers.artifact();
  const artifacts = artifact === undefined ? task.artifacts : [...task.artifacts, artifact];
  return { task: { ...task, artifacts }, source: stem, history, notes: leftovers.notes };
}

interface DamagedTask {
  readonly snapshot: string | undefined;
  readonly events: readonly Fields[];
  readonly lines: readonly string[];
}

/** Of the torn snapshot as far as it goes, and of the last picture in the log what is missing there. */
function mended({ snapshot, events, lines }: DamagedTask, leftovers: Leftovers): Fields {
  if (snapshot !== undefined) leftovers.keepText('text', snapshot, 'The snapshot is broken');
  const torn = snapshot === undefined ? undefined : readTorn(snapshot);
  const recovered = recoverFields(events);
  if (recovered !== undefined && (torn === undefined || !isNewer(torn.fields, recovered))) {
    leftovers.note('It was put together from its last update in the log.');
    return { ...torn?.fields, ...recovered };
  }
  if (torn === undefined) {
    leftovers.note('Nothing holds a picture of the task; it is paused until somebody says what it is.');
    return fromLines(lines);
  }
  const { fields, last } = torn;
  const where = last === undefined ? 'What stands behind its end was left out.' : `It breaks off in ${last}.`;
  leftovers.note(`The snapshot was read as far as it goes. ${where}`);
  if (recovered === undefined) return { ...fromLines(lines), ...fields };
  // What breaks off in the middle is worth less than what is whole.
  const isCut = last !== undefined && Object.hasOwn(recovered, last);
  return { ...recovered, ...fields, ...(isCut ? { [last]: recovered[last] } : {}) };
}

/** The original writes the snapshot before the event: where it died in between, the torn one is the newest there is. */
function isNewer(torn: Fields, recovered: Fields): boolean {
  const [one, other] = [torn, recovered].map((fields) => toTime(fields['updated_at'])?.iso ?? '');
  return one !== undefined && one !== '' && one >= (other ?? '');
}

/** Whole numbers outside of texts, or in them: a sentence in a report need not be exact. */
function countLongNumbers(text: string): number {
  const numbers = text.match(/(?<=[:[,]\s*)-?\d{16,}(?=\s*[,\]}])/g) ?? [];
  return numbers.filter((number) => !Number.isSafeInteger(Number(number))).length;
}

function fromLines(lines: readonly string[]): Fields {
  const [, title] = lines.map((line) => /\] task created: (.+)$/.exec(line)).find((match) => match !== null) ?? [];
  return { desired_state: 'paused', ...compact({ title }) };
}

/** The stem itself where it may be, else the nearest name that may. */
function validId(stem: string, taken: ReadonlySet<string>): string {
  const near = taskIdPattern.test(stem)
    ? stem
    : stem
        .toLowerCase()
        .replaceAll(/[^a-z0-9._-]+/g, '-')
        .replace(/^[^a-z0-9]+/, '')
        .slice(0, 63) || 'imported';
  if (!taken.has(near)) return near;
  let number = 2;
  while (taken.has(`${near.slice(0, 50)}-${number}`)) number += 1;
  return `${near.slice(0, 50)}-${number}`;
}
