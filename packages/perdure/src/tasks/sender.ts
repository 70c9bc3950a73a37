/** What sends reports from a command: with the shell's environment, and for as long as the command may take. */

import { join } from 'node:path';
import { appendLine, readInstance, rootSecret } from '@perdure/home';
import { sendReports, type SendDeps, type TaskStore } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { warn } from '../cli/output.ts';
import type { Place } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { messageOf } from '@perdure/contract';
import { reportPolicy } from './policy.ts';

interface SendPlace {
  readonly place: Place;
  readonly store: TaskStore;
  readonly timeoutMs: number;
  readonly print?: ((line: string) => void) | undefined;
}

export async function sendDeps(rim: Rim, { place, store, timeoutMs, print }: SendPlace): Promise<SendDeps> {
  const { createSender } = await import('@perdure/tasks/reporting');
  const { paths } = place;
  return {
    store,
    now: () => rim.now(),
    policy: await reportPolicy(rim, place),
    sender: createSender({
      now: () => rim.now(),
      env: rim.env,
      timeoutMs,
      readSecret: (name) => rootSecret(paths, rim.env, name),
      log: (line) => appendLine(join(paths.logs, 'reports.log'), line),
      print,
    }),
  };
}

/** An attempt that takes longer is given up. OpenClaw takes half of it on a machine that is busy. */
export const attemptMs = 60_000;

/**
 * Has what a command reports of a task sent, unless `perdure up` does it: by a process of its own, since nobody waits
 * for a chat. Whatever comes of it, the command has done what it was called for.
 */
export async function deliverNow(
  rim: Rim,
  options: CommonOptions,
  { taskId, ...where }: Pick<SendPlace, 'place' | 'store'> & { readonly taskId: string },
): Promise<void> {
  try {
    const { paths } = where.place;
    if (readInstance(paths).kind === 'running') return;
    if (rim.background !== undefined) return rim.background(['task', 'tick', '--waiting', '--home', paths.root]);
    const sent = await sendReports(await sendDeps(rim, { ...where, timeoutMs: attemptMs }), { taskId });
    for (const { number, state, problem } of sent) {
      if (problem === undefined) continue;
      const end = state === 'failed' ? 'it is sent again later' : `it is ${state}`;
      warn(
        rim,
        options,
        `Report ${number} of task ${taskId} was not sent (${problem}); ${end}: \`perdure task deliveries ${taskId}\`.`,
      );
    }
  } catch (error) {
    warn(
      rim,
      options,
      `What task ${taskId} has to report was not sent (${messageOf(error)}); \`perdure task tick\` sends it.`,
    );
  }
}
