/** A process of `writer.ts`, and what it told. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Acknowledged {
  readonly seq: number;
  readonly ms: number;
}

export interface Writer {
  readonly acknowledged: readonly Acknowledged[];
  /** Resolves when it is ready to begin, or has ended. */
  readonly ready: Promise<void>;
  readonly ended: Promise<unknown>;
  begin(): void;
  kill(): void;
  /** Resolves when it has told so many reports, or has ended. */
  told(count: number): Promise<void>;
}

export function startWriter(words: readonly string[]): Writer {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  // Where the bench is cut short.
  process.once('exit', kill);
  // It may be gone when it is told to begin.
  child.stdin.on('error', () => undefined);
  const ready = Promise.withResolvers<void>();
  const acknowledged: Acknowledged[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    if (line === 'ready') return ready.resolve();
    const [seq, ms] = line.split(' ').map(Number);
    // A line that a kill cut short was not told.
    if (seq === undefined || ms === undefined) return;
    acknowledged.push({ seq, ms });
    for (const { count, resolve } of waiting) if (acknowledged.length >= count) resolve();
  });
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).finally(() => process.off('exit', kill));
  return {
    acknowledged,
    ready: Promise.race([ready.promise, ended.then(() => undefined)]),
    ended,
    begin: () => void child.stdin.write('begin\n'),
    kill,
    told: async (count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ count, resolve });
      await Promise.race([promise, ended]);
    },
  };
}
