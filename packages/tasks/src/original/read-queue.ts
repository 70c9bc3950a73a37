/** The original's `interrupt-queue.json`: hand-overs that wait for somebody to take them up. */

import type { ResumeItem } from '../core/ports.ts';
import { parse } from './read-log.ts';
import { isObject, toLine, toText, toTime } from './values.ts';

export interface OriginalQueue {
  readonly items: readonly ResumeItem[];
  readonly notes: readonly string[];
}

/** A list of items, or an object that has one under `items`. */
export function readQueue(text: string): OriginalQueue {
  const value = parse(text);
  const list = isObject(value) ? value['items'] : value;
  if (!Array.isArray(list)) return { items: [], notes: ['It holds no queue that can be read and was left as it is.'] };
  const items: ResumeItem[] = [];
  const notes: string[] = [];
  for (const [index, entry] of (list as readonly unknown[]).entries()) {
    if (!isObject(entry)) {
      notes.push(`Item ${index + 1} is no object and was left where it is: ${toText(entry, 200)}`);
      continue;
    }
    const acceptance = toText(entry['acceptance'] ?? '', 5_000);
    const context = toText(entry['context'] ?? '', 20_000);
    items.push({
      id: toLine(entry['id'] ?? `imported-${index + 1}`, 200),
      taskId: typeof entry['task_id'] === 'string' && entry['task_id'] !== '' ? entry['task_id'] : null,
      title: toLine(entry['title'] ?? '', 200),
      context: acceptance === '' ? context : `${context}\nAcceptance: ${acceptance}`,
      source: toLine(entry['source'] ?? '', 200),
      session: toLine(entry['session'] ?? '', 200),
      createdAt: Date.parse(toTime(entry['created_at'])?.iso ?? '1970-01-01T00:00:00.000Z'),
    });
  }
  return { items, notes };
}
