/** A task and its log in the files of the original, for its programs and for reading. */

import type { Task } from '@perdure/contract';
import type { TaskEvent } from '../core/events.ts';
import { isDeep, toJson } from './deep-json.ts';
import type { Bodies } from './lanes.ts';
import { renderLog } from './log-lines.ts';
import { originalSnapshot } from './snapshot.ts';

export interface OriginalFiles {
  /** `<id>.json` */
  readonly snapshot: string;
  /** `<id>.events.jsonl` */
  readonly events: string;
  /** `<id>.progress.log` */
  readonly progress: string;
}

/** The texts of its three files. `events` is the whole log. */
export function exportOriginal(task: Task, events: readonly TaskEvent[]): OriginalFiles {
  const { events: lines, progress } = renderLog(task.task_id, events, task);
  return { snapshot: snapshotText(task, bodiesIn(events)), events: lines, progress };
}

function bodiesIn(events: readonly TaskEvent[]): Bodies {
  return new Map(
    events.flatMap((event) => {
      const isReturn = event.type === 'subagent_return_ingested' || event.type === 'return_quarantined';
      return isReturn && event.data.body !== undefined ? [[event.seq, event.data.body] as const] : [];
    }),
  );
}

/**
 * Without bodies: what workers returned stands in the log alone. Indented, unless something in it is nested deeper than
 * the engine can indent.
 */
export function snapshotText(task: Task, bodies?: Bodies): string {
  const snapshot = originalSnapshot(task, bodies);
  return `${isDeep(snapshot) ? toJson(snapshot) : JSON.stringify(snapshot, null, 2)}\n`;
}
