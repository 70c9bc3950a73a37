/**
 * What an import could not place as it was. Nothing is thrown away: it goes into an artifact of the task, and a
 * sentence says so.
 */

import { compact } from '@perdure/contract';
import { isDeep, toJson } from './deep-json.ts';

/** How much of it a task can carry; the rest stays in its file. */
const largest = 256 * 1024;
const largestPart = largest / 8;
export interface Leftovers {
  /** Under the name it had there; `why` completes "<name> …". */
  keep(name: string, value: unknown, why: string): void;
  keepText(kind: 'text' | 'lines', text: string, why: string): void;
  note(message: string): void;
  readonly notes: readonly string[];
  /** Undefined where everything found its place. */
  artifact(): Readonly<Record<string, unknown>> | undefined;
}

/** `source` is the name under which the original kept the task. */
export function createLeftovers(source: string): Leftovers {
  const notes: string[] = [];
  const fields = new Map<string, unknown>();
  const texts = { text: [] as string[], lines: [] as string[] };
  let room = largest;
  const fit = (text: string): string => {
    // One that does not fit must not take the room of all the others.
    const kept = text.length <= room ? text : text.slice(0, Math.min(room, largestPart));
    room -= kept.length;
    return kept;
  };
  return {
    notes,
    note: (message) => notes.push(message),
    keep(name, value, why) {
      const text = toJson(value);
      const kept = fit(text);
      const isWhole = kept.length === text.length;
      fields.set(name, isWhole && !isDeep(value) ? value : kept);
      notes.push(`${name} ${why}; ${where(isWhole)}`);
    },
    keepText(kind, text, why) {
      const kept = fit(text);
      texts[kind].push(kept);
      notes.push(`${why}; ${where(kept.length === text.length)}`);
    },
    artifact() {
      if (fields.size === 0 && texts.text.length === 0 && texts.lines.length === 0) return undefined;
      return {
        kind: 'imported',
        source,
        ...compact({ fields: fields.size === 0 ? undefined : Object.fromEntries(fields) }),
        ...Object.fromEntries(Object.entries(texts).filter(([, kept]) => kept.length > 0)),
      };
    },
  };
}

function where(isWhole: boolean): string {
  return isWhole
    ? 'it is kept as it was in the artifact `imported`.'
    : 'it is too large for the artifact `imported`, and stays whole in its file.';
}
