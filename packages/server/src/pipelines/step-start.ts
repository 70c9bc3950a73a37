/** How every step begins, as it is recorded. */

import type { StepKind } from '@perdure/contract';
import type { DriveSession } from './drive-session.ts';
import type { StepWrite } from './ports.ts';

/** A step that begins now, next in the order of the run. */
export function startedStep(
  session: DriveSession,
  step: {
    readonly key: string;
    readonly kind: StepKind;
    readonly detail: Readonly<Record<string, unknown>> | null;
    readonly inputHash?: string | null;
    readonly undoable?: boolean;
  },
): StepWrite {
  return {
    inputHash: null,
    undoable: false,
    ...step,
    seq: session.takeSeq(),
    status: 'started',
    attempt: 1,
    result: null,
    error: null,
    startedAt: session.clock.now(),
    endedAt: null,
  };
}
