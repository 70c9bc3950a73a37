/**
 * Following a run to where it stops: its end, or a decision that somebody has to make. Used by `run`, `runs watch` and
 * the demo.
 */

import { compact, type ErrorCode, isSettled, PerdureError, type Run } from '@perdure/contract';
import type { Client, LinkState, WatchItem } from '@perdure/sdk';
import { say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { errorSentence } from '../text/error-sentence.ts';
import { readRun } from './read.ts';

export interface FollowOptions {
  readonly show: (item: WatchItem) => void | Promise<void>;
  /** Told when the server goes away, and when it is back. */
  readonly link?: (state: LinkState) => void;
  /** Stops following; the run goes on. */
  readonly signal: AbortSignal;
}

/** The run as it stands when it ended, needs attention, or following was stopped. */
export async function followRun(client: Client, id: string, options: FollowOptions): Promise<Run> {
  const { show, link, signal } = options;
  try {
    for await (const item of client.watchRun(id, { signal, ...compact({ onLink: link }) })) {
      await show(item);
      // The record may hold an older stop that somebody has already resolved: only the present status counts.
      if (item.type === 'event' && item.event.type === 'run.needs_attention') {
        const run = await readRun(client, id);
        if (run.status === 'needs_attention') return run;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return readRun(client, id);
}

/** Whether nothing more happens to this run by itself. */
export function hasStopped(run: Run): boolean {
  return isSettled(run.status);
}

/** Why a run that stopped did not complete, as an error to throw; undefined for every other run. */
export function stopOf(run: Run): PerdureError | undefined {
  const stop = stops[run.status];
  if (stop === undefined) return undefined;
  const why = run.error === undefined ? '.' : `: ${errorSentence(run.error)}`;
  return new PerdureError(stop.code, `Run ${run.id} ${stop.verb}${why}`, {
    details: compact({ runId: run.id, cause: run.error }),
  });
}

const stops: Readonly<Partial<Record<Run['status'], { readonly code: ErrorCode; readonly verb: string }>>> = {
  failed: { code: 'run_failed', verb: 'failed' },
  cancelled: { code: 'run_cancelled', verb: 'was cancelled' },
  needs_attention: { code: 'needs_attention', verb: 'needs attention' },
};

/** What shells expect of a program that Ctrl-C ended. */
const interruptedExitCode = 130;

/** Says that the run goes on, and with which command to follow it; the exit code. */
export function leaveRunning(rim: Rim, run: Run, homeFlag: string): number {
  say(rim, `Stopped watching; the run goes on. Follow it with \`perdure runs watch ${run.id}${homeFlag}\`.`);
  return interruptedExitCode;
}
