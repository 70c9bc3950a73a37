/** Checks as a person at a shell runs them: with the shell's environment, until Ctrl-C. */

import { randomUUID } from 'node:crypto';
import { PerdureError, type Evidence } from '@perdure/contract';
import { createEvidenceRunner, touchedText, type EvidenceDeps } from '@perdure/tasks';
import { interruptOf } from '../cli/interrupt.ts';
import type { CommonOptions } from '../cli/options.ts';
import { warn } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import type { OpenTasks } from './open-tasks.ts';

/** These tasks with checks. Apart from opening them, for most commands run none. */
export function withChecks(rim: Rim, tasks: OpenTasks): OpenTasks & EvidenceDeps {
  const options = { env: rim.env, exclude: [tasks.place.paths.root], now: tasks.now, newId: randomUUID };
  const runner = createEvidenceRunner(options);
  return {
    ...tasks,
    evidence: {
      look: (files) => runner.look(files),
      compare: (task) => runner.compare(task),
      async run(check) {
        using interrupt = interruptOf(rim);
        const { signal } = interrupt;
        try {
          return await createEvidenceRunner({ ...options, signal }).run(check);
        } catch (error) {
          if (!signal.aborted) throw error;
          throw new PerdureError('timeout', 'The check was interrupted and nothing was recorded; run it again.');
        }
      },
    },
  };
}

export interface CheckRun {
  readonly timedOut: boolean;
  readonly changedSubject: boolean;
  readonly evidence: Pick<Evidence, 'files_touched'>;
}

/** `timeout` in seconds. */
export function warnOfRun(
  rim: Rim,
  options: CommonOptions & { readonly timeout: number },
  { timedOut, changedSubject, evidence }: CheckRun,
): void {
  if (timedOut) warn(rim, options, `The check was ended after ${options.timeout} s; --timeout gives it more.`);
  if (!changedSubject) return;
  const why = `Files changed while the check ran, so it does not count${touchedText(evidence)}.`;
  warn(rim, options, `${why} Is what it writes ignored by git? --paths names the files that it is about.`);
}
