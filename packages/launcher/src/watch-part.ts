/**
 * Asks a part again and again whether its loop still turns, over the channel to it, and kills one that does not answer
 * for too long (`part-patience.ts`): code that never gives the loop back would otherwise stop every run for ever. The
 * supervisor then sees an end like any other.
 */

import type { ChildProcess } from 'node:child_process';
import type { ChildMessage, LauncherMessage } from '@perdure/process';
import { askEveryMs, judgeSilence, noSilence } from './part-patience.ts';

export interface WatchPartOptions {
  /** Default: `askEveryMs`. */
  readonly everyMs?: number | undefined;
  /** Told just before it is killed: for how long it has not answered. */
  readonly onSilent: (silentMs: number) => void;
}

/** Ends with the child. */
export function watchPart(child: ChildProcess, { everyMs = askEveryMs, onSilent }: WatchPartOptions): void {
  let silence = noSilence;
  let isAnswered = false;
  let isOpen = false;
  child.on('message', (message) => {
    if ((message as Partial<ChildMessage> | null)?.type === 'awake') isAnswered = true;
  });
  const ask = (): void => {
    // One question at a time: what a part does not read piles up here.
    if (!child.connected || (isOpen && !isAnswered)) return;
    isOpen = true;
    isAnswered = false;
    // It may end in this moment.
    child.send({ type: 'awake?' } satisfies LauncherMessage, () => undefined);
  };
  const clock = setInterval(() => {
    const judged = judgeSilence(silence, isAnswered);
    silence = judged.silence;
    if (judged.verdict === 'leave') return ask();
    clearInterval(clock);
    onSilent(silence.missed * everyMs);
    child.kill('SIGKILL');
  }, everyMs);
  child.once('exit', () => clearInterval(clock));
  child.once('error', () => clearInterval(clock));
  ask();
}
