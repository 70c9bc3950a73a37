/** Runs checks and looks at their files for the desk: what it needs besides the check itself is settled once. */

import type { Task } from '@perdure/contract';
import { runCheck, type Check } from './evidence.ts';
import type { Environment } from './secrets.ts';
import { compareEvidence } from './compare.ts';
import { subjectOf, type SubjectOptions } from './subject.ts';

export interface RunnerOptions extends Pick<Check, 'now' | 'newId'> {
  /** That of the commands. */
  readonly env: Environment;
  /** Absolute folders that no check is about: the state root. */
  readonly exclude: readonly string[];
  /** Ends a check that runs. */
  readonly signal?: AbortSignal;
}

/** What the desk asks for as its `EvidenceRunner`. */
export function createEvidenceRunner({ signal, ...options }: RunnerOptions) {
  return {
    run: (check: Pick<Check, 'command' | 'cwd' | 'paths' | 'timeoutMs'>) =>
      runCheck(signal === undefined ? { ...check, ...options } : { ...check, ...options, signal }),
    look: (files: Pick<SubjectOptions, 'cwd' | 'paths'>) => subjectOf({ ...files, ...options }),
    compare: (task: Task) => compareEvidence(task, options),
  };
}
