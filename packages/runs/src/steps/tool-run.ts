/** Runs a tool, its start recorded before, or has it found out what became of a run that was interrupted (T1, T2). */

import { placeOf } from '../record/author-error.ts';
import type { FinishedStep, StartedStep, StepRecord } from '../record/record.ts';
import { never } from '../session/in-flight.ts';
import { writeRetry } from './step-writes.ts';
import { inTool, placeText, reportDefect, toolCall, type Outcome, type Unknown } from './tool-code.ts';
import { resolve } from './tool-outcome.ts';
import { failure, hidden, isOnce, messageOf, record, type AcceptedCall } from './tool-record.ts';
import { asKnown, checked } from './tool-result.ts';
import { withSecrets } from './tool-secrets.ts';

const interrupted: Unknown = { kind: 'unknown', why: 'it was interrupted', hasEnded: false };

export type CallBegin =
  /** Commits its start; what the tool needs was had before. */
  | { readonly kind: 'new'; readonly start: () => Promise<StepRecord> }
  /** An earlier drive began it and did not see its end. */
  | { readonly kind: 'interrupted'; readonly step: StartedStep<'tool'> };

export async function runTool(call: AcceptedCall, begin: CallBegin): Promise<FinishedStep> {
  const { gate, inFlight } = call.scope.session;
  let next = begin;
  for (let isFirst = true; ; isFirst = false) {
    const now = next;
    const tried =
      isFirst && now.kind === 'interrupted' && mayRunOnce(call, now.step)
        ? { step: now.step, outcome: interrupted }
        : await inFlight.run(() => attemptAndRecord(call, now));
    if ('recorded' in tried) return tried.recorded;
    const { step, outcome } = tried;
    const settled = await resolve(call, step, outcome);
    if (settled.kind === 'known') {
      return await inFlight.run(() =>
        record(call.scope.session, step, { request: call.request, result: settled.result }),
      );
    }
    // While a person was asked, an order may have come.
    if (!gate.isOpen) return await never();
    const error = { code: 'outcome_unknown', message: settled.why } as const;
    const current = await inFlight.run(() => writeRetry(call.scope.session, step, { error, delayMs: 0 }));
    if (current.status !== 'started') return current;
    next = { kind: 'interrupted', step: current as StartedStep<'tool'> };
  }
}

/** What was promised when it began counts, not what its author says today. */
function mayRunOnce({ tool }: AcceptedCall, step: StartedStep<'tool'>): boolean {
  return isOnce(step) || tool.effect === 'once';
}

type Tried = { readonly recorded: FinishedStep } | { readonly step: StartedStep<'tool'>; readonly outcome: Unknown };

async function attemptAndRecord(given: AcceptedCall, begin: CallBegin): Promise<Tried> {
  const { session } = given.scope;
  const stepKey = begin.kind === 'new' ? given.scope.keyOf(given.request.key) : begin.step.key;
  return await withSecrets(given, stepKey, async (call) => {
    const begun = begin.kind === 'new' ? await begin.start() : begin.step;
    if (begun.status !== 'started') return { recorded: begun };
    const step = begun as StartedStep<'tool'>;
    const isDelicate = mayRunOnce(call, step);
    const work = async (): Promise<Tried> => {
      const outcome = await attempt(call, step, { mayRunOnce: isDelicate });
      if (outcome.kind === 'unknown') return { step, outcome };
      const { result } = outcome;
      return { recorded: await record(session, step, { request: call.request, result }) };
    };
    // Until its result is on disk, a call that may run once must not be cut off.
    return isDelicate ? await session.inFlight.once(work) : await work();
  });
}

async function attempt(
  call: AcceptedCall,
  step: StartedStep<'tool'>,
  options: { readonly mayRunOnce: boolean },
): Promise<Outcome> {
  const { session } = call.scope;
  const { tool, input, secrets } = call;
  const end = await session.inFlight.settle(async () =>
    checked(call, step, await inTool(call, step, () => tool.run(input, toolCall(call, step)))),
  );
  if (end.kind === 'done') return options.mayRunOnce ? end.value : asKnown(end.value);
  const message = messageOf(end.error, secrets);
  await reportDefect(call, step, `it threw: ${message}${placeText(end.error)}`);
  if (options.mayRunOnce) return { kind: 'unknown', why: `it threw: ${message}`, hasEnded: true };
  return { kind: 'known', result: failure(message, hidden(secrets, placeOf(end.error))) };
}
