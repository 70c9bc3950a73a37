/**
 * What a worker has to tell and has not told yet. Text of one step is joined for a while, commits of one run in the
 * same turn of the event loop are one line, and a commit never overtakes the text that came before it.
 */

import { encodeLine } from './wire.ts';

export interface Outbox {
  committed(runId: string): void;
  text(runId: string, key: string, delta: string): void;
  close(): void;
}

/** `write` is given whole lines. */
export function createOutbox(write: (lines: string) => void, coalesceMs: number): Outbox {
  const texts = new Map<string, Map<string, string>>();
  const commits = new Set<string>();
  let textTimer: NodeJS.Timeout | undefined;
  let commitTimer: NodeJS.Immediate | undefined;

  const takeText = (runId: string): string => {
    const byKey = texts.get(runId) ?? new Map<string, string>();
    texts.delete(runId);
    return [...byKey].map(([key, delta]) => encodeLine({ runId, signal: { type: 'text', key, delta } })).join('');
  };
  const flushTexts = (): void => {
    textTimer = undefined;
    write([...texts.keys()].map(takeText).join(''));
  };
  const flushCommits = (): void => {
    commitTimer = undefined;
    const lines = [...commits].map((runId) => takeText(runId) + encodeLine({ runId, signal: { type: 'committed' } }));
    commits.clear();
    write(lines.join(''));
  };

  return {
    committed(runId) {
      commits.add(runId);
      commitTimer ??= setImmediate(flushCommits);
    },
    text(runId, key, delta) {
      const byKey = texts.get(runId) ?? new Map<string, string>();
      texts.set(runId, byKey.set(key, (byKey.get(key) ?? '') + delta));
      textTimer ??= setTimeout(flushTexts, coalesceMs).unref();
    },
    close() {
      clearTimeout(textTimer);
      clearImmediate(commitTimer);
    },
  };
}
