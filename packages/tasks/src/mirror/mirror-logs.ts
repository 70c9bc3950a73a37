/** The two logs of a task's readable copy: how far they are, and how they grow. */

import { closeSync, fstatSync, futimesSync, readSync, writeFileSync } from 'node:fs';
import { openDraft, openPlainFile, type Draft } from '@perdure/home/files';
import type { TaskEvent } from '../core/events.ts';
import { renderLog, type PhaseState } from '../original/log-lines.ts';
import { secondsTime } from '../original/times.ts';

export interface LogPaths {
  readonly events: string;
  readonly progress: string;
}

/** The last event of logs that nobody else has written to. */
export interface CopyState {
  readonly seq: number;
  readonly type: string;
  readonly ts: string;
  readonly standing: PhaseState;
  readonly sizes: { readonly events: number; readonly progress: number };
}

/** Undefined where the logs are missing, or are not as we left them. */
export function mirroredUpTo(paths: LogPaths): CopyState | undefined {
  try {
    using events = openFile(paths.events, 'read');
    using progress = openFile(paths.progress, 'read');
    const [eventsStat, progressStat] = [fstatSync(events.fd), fstatSync(progress.fd)];
    const last = JSON.parse(lastLine(events.fd, eventsStat.size)) as Record<string, unknown>;
    const { seq, type, ts, phase, health } = last;
    if (typeof seq !== 'number' || typeof type !== 'string' || typeof ts !== 'string') return undefined;
    if (typeof phase !== 'string' || typeof health !== 'string') return undefined;
    const leftAt = Date.parse(ts);
    if (eventsStat.mtimeMs !== leftAt || progressStat.mtimeMs !== leftAt) return undefined;
    return {
      seq,
      type,
      ts,
      standing: { phase, health },
      sizes: { events: eventsStat.size, progress: progressStat.size },
    };
  } catch {
    // Not there, or its last line is torn.
    return undefined;
  }
}

/** Whether `event` is what the last line was made of: a database restored from a backup has another history. */
export function endsWith(mirrored: CopyState, event: TaskEvent): boolean {
  const type = event.type === 'noted' ? event.data.name : event.type;
  return event.seq === mirrored.seq && type === mirrored.type && secondsTime(event.at) === mirrored.ts;
}

export interface Growth {
  readonly taskId: string;
  /** Undefined: the logs are written anew. */
  readonly after: CopyState | undefined;
  readonly pages: AsyncIterable<readonly TaskEvent[]> | Iterable<readonly TaskEvent[]>;
}

/** Adds all pages; answers the number of the last event that the logs hold then. */
export async function growLogs(paths: LogPaths, { taskId, after, pages }: Growth): Promise<number> {
  const open = after === undefined ? openDraft : openToGrow;
  using events = open(paths.events);
  using progress = open(paths.progress);
  const sizes = { events: 0, progress: 0, ...after?.sizes };
  let standing = after?.standing ?? { phase: '', health: '' };
  let last = { seq: after?.seq ?? 0, ts: after?.ts ?? secondsTime(0) };
  for await (const page of pages) {
    const text = renderLog(taskId, page, standing);
    writeFileSync(events.fd, text.events);
    writeFileSync(progress.fd, text.progress);
    sizes.events += Buffer.byteLength(text.events);
    sizes.progress += Buffer.byteLength(text.progress);
    standing = text.standing;
    const { seq, at } = page.at(-1) ?? { seq: last.seq, at: Date.parse(last.ts) };
    last = { seq, ts: secondsTime(at) };
  }
  // Of another size: somebody wrote between our lines. The time of change stays wrong then, and the next write begins
  // anew.
  const isAlone = fstatSync(events.fd).size === sizes.events && fstatSync(progress.fd).size === sizes.progress;
  if (isAlone) {
    const time = Date.parse(last.ts) / 1000;
    futimesSync(events.fd, time, time);
    futimesSync(progress.fd, time, time);
  }
  progress.takeName();
  events.takeName();
  return last.seq;
}

const chunk = 16 * 1024;

/** Read from behind, since a log may be long. @throws where it does not end with a whole line. */
function lastLine(file: number, size: number): string {
  for (let length = Math.min(chunk, size); ; length = Math.min(length * 4, size)) {
    const buffer = Buffer.alloc(length);
    readSync(file, buffer, 0, length, size - length);
    if (buffer.at(-1) !== 0x0a) throw new Error('torn');
    const begin = buffer.lastIndexOf(0x0a, length - 2);
    if (begin >= 0 || length === size) return buffer.toString('utf8', begin + 1, length - 1);
  }
}

function openToGrow(path: string): Draft {
  const file = openFile(path, 'append');
  return { ...file, path, takeName: () => undefined };
}

function openFile(path: string, to: 'read' | 'append'): Disposable & { readonly fd: number } {
  const fd = openPlainFile(path, to);
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}
