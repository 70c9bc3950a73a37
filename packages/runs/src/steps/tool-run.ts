/** Runs a tool whose start is recorded, or has it found out what became of a run that was interrupted (T1, T2). */

import { placeOf } from '../record/author-error.ts';
import type { FinishedStep, StartedStep, StepRecord } from '../record/record.ts';
import { never } from '../session/in-flight.ts';
import { writeRetry } from './step-writes.ts';
import { inTool, placeText, reportDefect, toolCall, type Outcome, type Unknown } from './tool-code.ts';
import { resolve } from './tool-outcome.ts';
import { failure, isOnce, messageOf, record, type AcceptedCall } from './tool-record.ts';
import { asKnown, checked } from './tool-result.ts';

const interrupted: Unknown = { kind: 'unknown', why: 'it was interrupted', hasEnded: false };

interface CallStart {
  readonly started: StepRecord;
  /** Whether an earlier drive began it and did not see its end. */
  readonly isInterrupted: boolean;
}

export async function runTool(call: AcceptedCall, { started, isInterrupted }: CallStart): Promise<FinishedStep> {
  const { gate, inFlight } = call.scope.session;
  let current = started;
  for (let isFirst = true; current.status === 'started'; isFirst = false) {
    const step = current as StartedStep<'tool'>;
    // What was promised when it began counts, not what its author says today.
    const mayRunOnce = isOnce(step) || call.tool.effect === 'once';
    const outcome =
      isFirst && isInterrupted && mayRunOnce
        ? interrupted
        : await inFlight.run(() => attemptAndRecord(call, step, { mayRunOnce }));
    if (outcome.kind === 'recorded') return outcome.step;
    const settled = await resolve(call, step, outcome);
    if (settled.kind === 'known') {
      return await inFlight.run(() =>
        record(call.scope.session, step, { request: call.request, result: settled.result }),
      );
    }
    // While a person was asked, an order may have come.
    if (!gate.isOpen) return await never();
    const error = { code: 'outcome_unknown', message: settled.why } as const;
    current = await inFlight.run(() => writeRetry(call.scope.session, step, { error, delayMs: 0 }));
  }
  return current;
}

/** Until its result is on disk, a call that may run once must not be cut off. */
async function attemptAndRecord(
  call: AcceptedCall,
  step: StartedStep<'tool'>,
  options: { readonly mayRunOnce: boolean },
): Promise<Unknown | { readonly kind: 'recorded'; readonly step: FinishedStep }> {
  const { session } = call.scope;
  const work = async () => {
    const outcome = await attempt(call, step, options);
    if (outcome.kind === 'unknown') return outcome;
    const { result } = outcome;
    return { kind: 'recorded', step: await record(session, step, { request: call.request, result }) } as const;
  };
  return options.mayRunOnce ? await session.inFlight.once(work) : await work();
}

async function attempt(
  call: AcceptedCall,
  step: StartedStep<'tool'>,
  { mayRunOnce }: { readonly mayRunOnce: boolean },
): Promise<Outcome> {
  const { session } = call.scope;
  const { tool, input } = call;
  const end = await session.inFlight.settle(async () =>
    checked(call, step, await inTool(call, step, () => tool.run(input, toolCall(call, step)))),
  );
  if (end.kind === 'done') return mayRunOnce ? end.value : asKnown(end.value);
  const message = messageOf(end.error);
  await reportDefect(call, step, `it threw: ${message}${placeText(end.error)}`);
  if (mayRunOnce) return { kind: 'unknown', why: `it threw: ${message}`, hasEnded: true };
  return { kind: 'known', result: failure(message, placeOf(end.error)) };
}
