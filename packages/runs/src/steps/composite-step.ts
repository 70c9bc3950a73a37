/** A step made of others; it holds nothing itself, so a pause inside it parks it too. */

import type { StepFacts } from '@perdure/contract';
import type { DriveSession } from '../session/drive-session.ts';
import { never } from '../session/in-flight.ts';
import { inputHash } from '../record/input-hash.ts';
import type { FinishedStep, StepRecord } from '../record/record.ts';
import type { Scope } from './scope.ts';
import { settle, type End } from '../record/settle.ts';
import { failureOfComposite } from '../record/step-failure.ts';
import type { CompositeKind, CompositeStep } from './step-port.ts';
import { newStep, writeDone, writeFailed, writeStart } from './step-writes.ts';

/**
 * `body` works in the scopes it is given. One that was begun is entered even when nothing new may begin: its parts
 * decide for themselves, and show what they arm.
 */
export async function compose<T>(scope: Scope, step: CompositeStep, body: () => Promise<T>): Promise<T> {
  const entry = scope.enter({ ...step, evenWhenShut: 'if_begun' });
  switch (entry.kind) {
    case 'blocked':
      return await never();
    case 'finished':
      // Not entered again, unless something below it may have to be undone: its closures are in there.
      if (scope.session.record.hasArmedBelow(entry.step.key)) await settle(body);
      return (await scope.outcomeOf(entry.step)) as T;
    case 'begun':
      return (await scope.outcomeOf(await work(scope, entry.step, body))) as T;
    case 'new':
      return (await scope.outcomeOf(await work(scope, await begin(scope, step), body))) as T;
    default:
      return entry satisfies never;
  }
}

async function begin(scope: Scope, step: CompositeStep): Promise<StepRecord> {
  const { session } = scope;
  const { kind, input, startDetail: detail = null } = step;
  const facts = { kind, detail } as StepFacts<CompositeKind>;
  const hash = input === undefined ? null : inputHash(input);
  return await session.inFlight.run(() =>
    writeStart(session, newStep(session, facts, { key: scope.keyOf(step.key), inputHash: hash })),
  );
}

/** What the record holds once `body` is through. */
async function work({ session }: Scope, begun: StepRecord, body: () => Promise<unknown>): Promise<FinishedStep> {
  const end = await settle(body);
  // A body that awaited something outside may end after its drive, even after its run.
  if (session.gate.isClosed) return await never();
  return await session.inFlight.run(() => record(session, begun, end));
}

async function record(session: DriveSession, begun: StepRecord, end: End<unknown>): Promise<FinishedStep> {
  if (begun.status !== 'started') return begun;
  return await (end.kind === 'done'
    ? writeDone(session, begun, { result: end.value })
    : writeFailed(session, begun, failureOfComposite(end.error, begun.key)));
}
