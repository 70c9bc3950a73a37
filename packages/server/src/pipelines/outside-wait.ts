/** What waits for a child run and waits for a person share: a start that carries more than a step, and looks at what happens elsewhere. */

import type { StepKind } from '@perdure/contract';
import { abandoned, type DriveSession } from './drive-session.ts';
import type { StepWrite } from './ports.ts';

/** The start of a step that waits for somebody else. */
export function recordedAs(
  session: DriveSession,
  step: {
    readonly key: string;
    readonly kind: StepKind;
    readonly detail: Readonly<Record<string, unknown>>;
    readonly inputHash?: string;
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

/** Reads something that others write, within a call in flight; where that fails the drive is called again. */
export async function reread<T>(session: DriveSession, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    session.halt({ kind: 'broken', error });
    throw abandoned;
  }
}
