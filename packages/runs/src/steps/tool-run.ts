/** Runs a tool whose start is recorded, or finds out what became of a run that was interrupted (T1, T2). */

import {
  outcomeAnswerSchema,
  PerdureError,
  shortened,
  type ToolCall,
  type ToolResult,
  type Verification,
} from '@perdure/contract';
import { z } from 'zod';
import { placeOf } from '../record/author-error.ts';
import { hasAnswer, human, withdraw } from './human.ts';
import { never } from '../session/in-flight.ts';
import { jsonText } from '../record/json-text.ts';
import type { FinishedStep, StartedStep, StepRecord } from '../record/record.ts';
import type { Scope } from './scope.ts';
import { writeRetry } from './step-writes.ts';
import { failure, isOnce, messageOf, record, type AcceptedCall, type ToolFailure } from './tool-record.ts';

/** What is known of a call that was begun. */
type Outcome =
  | { readonly kind: 'known'; readonly result: ToolResult<unknown> | ToolFailure }
  /** `hasEnded`: it threw, so nothing of it is under way any more. */
  | { readonly kind: 'unknown'; readonly why: string; readonly hasEnded: boolean };

type Unknown = Extract<Outcome, { readonly kind: 'unknown' }>;

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
  await reportDefect(call, step, `it threw: ${message}${at(end.error)}`);
  if (mayRunOnce) return { kind: 'unknown', why: `it threw: ${message}`, hasEnded: true };
  return { kind: 'known', result: failure(message, placeOf(end.error)) };
}

function inTool<T>({ scope, tool }: AcceptedCall, { key }: StartedStep<'tool'>, work: () => T): T {
  return scope.session.occupiedBy(`in the tool "${tool.id}" of step "${key}"`, work);
}

function toolCall({ scope, deps }: AcceptedCall, { key }: StartedStep): ToolCall {
  const { runId, session } = scope;
  return {
    runId,
    idempotencyKey: `${runId}/${key}`,
    signal: session.gate.signal,
    workspace: () => deps.workspace(runId),
  };
}

/** Characters of a failure: it is read by a model, and kept with the step. */
const longestMessage = 10_000;

const resultSchema = z.union([
  z.object({ success: z.literal(true), data: z.unknown() }),
  z.object({ success: z.literal(false), errorMessage: z.string() }),
]);

/** What a call that may be made again has given: a result of no use is a failure like any other. */
function asKnown(outcome: Checked): Outcome {
  return outcome.kind === 'known' ? outcome : { kind: 'known', result: outcome.failure };
}

/**
 * `unknown`: it came back with nothing of use. It may well have had its effect by then, and who called it again would
 * have it twice.
 */
type Checked =
  | { readonly kind: 'known'; readonly result: ToolResult<unknown> }
  | (Unknown & { readonly failure: ToolFailure });

/** The result as the tool promises it; anything else says what is wrong with it. */
async function checked(call: AcceptedCall, step: StartedStep<'tool'>, result: unknown): Promise<Checked> {
  const unusable = async (why: string, message: string): Promise<Checked> => {
    await reportDefect(call, step, why);
    return { kind: 'unknown', why, hasEnded: true, failure: failure(message) };
  };
  const shaped = resultSchema.safeParse(result);
  if (!shaped.success) {
    return await unusable(
      'it returned neither { success: true, data } nor { success: false, errorMessage }',
      `The tool "${call.tool.id}" was called and returned no result; this is a mistake in the tool.`,
    );
  }
  if (!shaped.data.success) {
    return { kind: 'known', result: failure(shaped.data.errorMessage.slice(0, longestMessage)) };
  }
  const endless = await call.deps.trial?.(call.tool.output, shaped.data.data);
  if (endless !== undefined) {
    return await unusable(
      `its data cannot be held against its output schema: ${endless}`,
      `The tool "${call.tool.id}" was called, and its result is not accepted: ${endless}.`,
    );
  }
  const data = call.tool.output.safeParse(shaped.data.data);
  const json = data.success ? jsonText(data.data ?? null) : undefined;
  if (json?.kind === 'json') return { kind: 'known', result: { success: true, data: data.data } };
  const why =
    json === undefined
      ? `its data does not match its output schema: ${z.prettifyError(data.error as z.ZodError)}`
      : `its data is not JSON: ${json.why}`;
  return await unusable(
    why,
    `The tool "${call.tool.id}" was called and returned something unexpected; this is a mistake in the tool.`,
  );
}

function at(error: unknown): string {
  const place = placeOf(error);
  return place === undefined ? '' : ` (at ${place})`;
}

async function reportDefect({ scope, tool }: AcceptedCall, step: StartedStep<'tool'>, message: string): Promise<void> {
  await scope.session.record.commit({
    events: [{ type: 'tool.defect', data: { key: step.key, tool: tool.id, message: shortened(message, 2_000) } }],
  });
}

type Resolution = Extract<Outcome, { kind: 'known' }> | { readonly kind: 'run_again'; readonly why: string };

/** T2: what `verify` finds, else what a person says. */
async function resolve(call: AcceptedCall, step: StartedStep<'tool'>, { why, hasEnded }: Unknown): Promise<Resolution> {
  const { tool, input, scope, request, deps } = call;
  const inside = scope.below(request.key);
  const question = questionOf(inside, step);
  // What a person has said counts before what a second look finds: it may be the opposite by now.
  const isAnswered = await scope.session.inFlight.run(() => hasAnswer(inside, question));
  let found: Verification<unknown> = isAnswered
    ? { outcome: 'unknown' }
    : await scope.session.inFlight.run(() => verified(call, step));
  if (found.outcome !== 'unknown' && !(await withdraw(inside, question))) found = { outcome: 'unknown' };
  if (found.outcome === 'done') return { kind: 'known', result: { success: true, data: found.data } };
  if (found.outcome === 'not_done') {
    // A call that threw and had no effect has failed: to run it again by itself would be a loop.
    return hasEnded
      ? { kind: 'known', result: failure(`The call had no effect: ${why}.`) }
      : { kind: 'run_again', why: `${why}; it had no effect` };
  }
  const answer = await human(inside, `Did the call of "${tool.id}" take effect?`, {
    key: question,
    schema: answerSchemaFor(tool.output),
    purpose: 'outcome',
    context: {
      tool: tool.id,
      arguments: request.input ?? input,
      why,
      stepKey: step.key,
      idempotencyKey: `${scope.runId}/${step.key}`,
    },
    newId: deps.newId,
    holdsRun: new PerdureError(
      'outcome_unknown',
      `Nobody knows whether the call of "${tool.id}" at "${step.key}" took effect: ${why}; find out, then answer the question (\`perdure waits\`).`,
      { details: { stepKey: step.key, tool: tool.id } },
    ),
  });
  switch (answer.decision) {
    case 'done':
      return { kind: 'known', result: { success: true, data: answer.result } };
    case 'run_again':
      return { kind: 'run_again', why: `${why}; a person wants it run again` };
    case 'fail':
      return { kind: 'known', result: failure(answer.reason ?? 'A person decided that this call has failed.') };
    default:
      return answer satisfies never;
  }
}

/** One that was withdrawn just before a crash is asked anew, under another key. */
function questionOf(inside: Scope, step: StartedStep<'tool'>): string {
  let key = `outcome-${step.attempt}`;
  while (isWithdrawn(inside.session.record.find(inside.keyOf(key)))) key += '-again';
  return key;
}

function isWithdrawn(question: StepRecord | undefined): boolean {
  return question?.kind === 'human' && question.detail.withdrawn === true;
}

/** The result that a person gives must be one that the tool could have given. */
function answerSchemaFor(output: z.ZodType) {
  const [done, ...others] = outcomeAnswerSchema.options;
  return z.discriminatedUnion('decision', [done.extend({ result: output }), ...others]);
}

async function verified(call: AcceptedCall, step: StartedStep<'tool'>): Promise<Verification<unknown>> {
  const { tool, input, scope } = call;
  const end = await scope.session.inFlight.settle(async (): Promise<Verification<unknown>> => {
    const found = (await inTool(call, step, () => tool.verify?.(input, toolCall(call, step)))) ?? {
      outcome: 'unknown',
    };
    if (found.outcome !== 'done') return found;
    const endless = await call.deps.trial?.(tool.output, found.data);
    if (endless !== undefined) throw new Error(endless);
    return { outcome: 'done', data: tool.output.parse(found.data) };
  });
  if (end.kind === 'done') return end.value;
  await reportDefect(call, step, `verify threw: ${messageOf(end.error)}${at(end.error)}`);
  return { outcome: 'unknown' };
}
