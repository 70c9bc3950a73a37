/** Runs a tool whose start is recorded, or finds out what became of a run that was interrupted (T1, T2). */

import {
  outcomeAnswerSchema,
  PerdureError,
  type ToolCall,
  type ToolResult,
  type Verification,
} from '@perdure/contract';
import { z } from 'zod';
import { placeOf } from './author-error.ts';
import { abandoned, never } from './drive-session.ts';
import { hasAnswer, human, withdraw } from './human.ts';
import { jsonText } from './json-text.ts';
import type { StepRecord } from './ports.ts';
import type { SessionScope } from './step-scope.ts';
import { failure, isOnce, messageOf, record, type Call, type ToolFailure } from './tool-record.ts';

/** What is known of a call that was begun. */
type Outcome =
  | { readonly kind: 'known'; readonly result: ToolResult<unknown> | ToolFailure }
  /** `hasEnded`: it threw, so nothing of it is under way any more. */
  | { readonly kind: 'unknown'; readonly why: string; readonly hasEnded: boolean };

type Unknown = Extract<Outcome, { readonly kind: 'unknown' }>;

const interrupted: Unknown = { kind: 'unknown', why: 'it was interrupted', hasEnded: false };

interface Begun {
  readonly started: StepRecord;
  /** Whether an earlier drive began it and did not see its end. */
  readonly isInterrupted: boolean;
}

export async function runTool(call: Call, { started, isInterrupted }: Begun): Promise<StepRecord> {
  const { session } = call.scope;
  // What was promised when it began counts, not what its author says today.
  const mayRunOnce = isOnce(started) || call.tool.effect === 'once';
  let current = started;
  let outcome: Unknown | undefined = isInterrupted && mayRunOnce ? interrupted : undefined;
  for (;;) {
    const step = current;
    const known = outcome ?? (await session.inFlight(() => attemptAndRecord(call, step, { mayRunOnce })));
    if (known.kind === 'recorded') return known.step;
    const settled = await resolve(call, step, known);
    if (settled.kind === 'known') {
      return await session.inFlight(() => record(session, step, { request: call.request, result: settled.result }));
    }
    // While a person was asked, an order may have come.
    if (!session.mayBegin) return await never();
    current = await session.inFlight(() => beginAgain(call, step, settled.why));
    outcome = undefined;
  }
}

/** Until its result is on disk, a call that may run once must not be cut off. */
async function attemptAndRecord(
  call: Call,
  step: StepRecord,
  options: { readonly mayRunOnce: boolean },
): Promise<Unknown | { readonly kind: 'recorded'; readonly step: StepRecord }> {
  const { session } = call.scope;
  if (options.mayRunOnce) session.onceCalls += 1;
  try {
    const outcome = await attempt(call, step, options);
    if (outcome.kind === 'unknown') return outcome;
    return { kind: 'recorded', step: await record(session, step, { request: call.request, result: outcome.result }) };
  } finally {
    if (options.mayRunOnce) session.onceCalls -= 1;
  }
}

async function attempt(
  call: Call,
  step: StepRecord,
  { mayRunOnce }: { readonly mayRunOnce: boolean },
): Promise<Outcome> {
  const { session } = call.scope;
  const { tool, input } = call;
  try {
    const result: unknown = await session.patience.of(tool.run(input, toolCall(call)), abandoned);
    return { kind: 'known', result: await checked(call, step, result) };
  } catch (error) {
    if (error === abandoned || session.signal.aborted) throw abandoned;
    const message = messageOf(error);
    await reportDefect(call, step, `it threw: ${message}${at(error)}`);
    if (mayRunOnce) return { kind: 'unknown', why: `it threw: ${message}`, hasEnded: true };
    return { kind: 'known', result: failure(message, placeOf(error)) };
  }
}

function toolCall({ scope, key, deps }: Call): ToolCall {
  const { runId, session } = scope;
  return {
    runId,
    idempotencyKey: `${runId}/${key}`,
    signal: session.signal,
    workspace: () => deps.workspace(runId),
  };
}

/** Characters of a failure: it is read by a model, and kept with the step. */
const longestMessage = 10_000;

const resultSchema = z.union([
  z.object({ success: z.literal(true), data: z.unknown() }),
  z.object({ success: z.literal(false), errorMessage: z.string() }),
]);

/** The result as the tool promises it; anything else is a failure that says so, since the call itself is over. */
async function checked(call: Call, step: StepRecord, result: unknown): Promise<ToolResult<unknown>> {
  const shaped = resultSchema.safeParse(result);
  if (!shaped.success) {
    await reportDefect(call, step, 'it returned neither { success: true, data } nor { success: false, errorMessage }');
    return failure(`The tool "${call.tool.id}" was called and returned no result; this is a mistake in the tool.`);
  }
  if (!shaped.data.success) return failure(shaped.data.errorMessage.slice(0, longestMessage));
  const data = call.tool.output.safeParse(shaped.data.data);
  const json = data.success ? jsonText(data.data ?? null) : undefined;
  if (json?.kind === 'json') return { success: true, data: data.data };
  const why =
    json === undefined
      ? `its data does not match its output schema: ${z.prettifyError(data.error as z.ZodError)}`
      : `its data is not JSON: ${json.why}`;
  await reportDefect(call, step, why);
  return failure(
    `The tool "${call.tool.id}" was called and returned something unexpected; this is a mistake in the tool.`,
  );
}

function at(error: unknown): string {
  const place = placeOf(error);
  return place === undefined ? '' : ` (at ${place})`;
}

async function reportDefect({ scope, tool }: Call, step: StepRecord, message: string): Promise<void> {
  await scope.session.commit({
    events: [{ type: 'tool.defect', data: { key: step.key, tool: tool.id, message: message.slice(0, 2_000) } }],
  });
}

type Resolution = Extract<Outcome, { kind: 'known' }> | { readonly kind: 'run_again'; readonly why: string };

/** T2: what `verify` finds, else what a person says. */
async function resolve(call: Call, step: StepRecord, { why, hasEnded }: Unknown): Promise<Resolution> {
  const { tool, input, scope, request, deps } = call;
  const inside = scope.below(request.key);
  const question = questionOf(inside, step);
  // What a person has said counts before what a second look finds: it may be the opposite by now.
  const isAnswered = await scope.session.inFlight(() => hasAnswer(inside, question));
  let found: Verification<unknown> = isAnswered
    ? { outcome: 'unknown' }
    : await scope.session.inFlight(() => verified(call, step));
  if (found.outcome !== 'unknown' && !(await withdraw(inside, question))) found = { outcome: 'unknown' };
  if (found.outcome === 'done') return { kind: 'known', result: { success: true, data: found.data } };
  if (found.outcome === 'not_done') {
    // A call that threw and had no effect has failed: to run it again by itself would be a loop.
    return hasEnded
      ? { kind: 'known', result: failure(`The call had no effect: ${why}.`) }
      : { kind: 'run_again', why: `${why}; it had no effect` };
  }
  const answer = await human(scope.below(request.key), `Did the call of "${tool.id}" take effect?`, {
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
function questionOf(inside: SessionScope, step: StepRecord): string {
  let key = `outcome-${step.attempt}`;
  while (inside.session.record.get(inside.keyOf(key))?.detail?.['withdrawn'] === true) key += '-again';
  return key;
}

/** The result that a person gives must be one that the tool could have given. */
function answerSchemaFor(output: z.ZodType) {
  const [done, ...others] = outcomeAnswerSchema.options;
  return z.discriminatedUnion('decision', [done.extend({ result: output }), ...others]);
}

async function verified(call: Call, step: StepRecord): Promise<Verification<unknown>> {
  const { tool, input, scope } = call;
  if (tool.verify === undefined) return { outcome: 'unknown' };
  try {
    const found = await scope.session.patience.of(tool.verify(input, toolCall(call)), abandoned);
    if (found.outcome !== 'done') return found;
    return { outcome: 'done', data: tool.output.parse(found.data) };
  } catch (error) {
    if (error === abandoned || scope.session.signal.aborted) throw abandoned;
    await reportDefect(call, step, `verify threw: ${messageOf(error)}${at(error)}`);
    return { outcome: 'unknown' };
  }
}

/** The next attempt, committed before it runs. */
async function beginAgain({ scope }: Call, step: StepRecord, why: string): Promise<StepRecord> {
  const { key, kind, attempt: attemptBefore } = step;
  const error = { code: 'outcome_unknown', message: why } as const;
  const { resultBlob: _none, ...write } = step;
  return await scope.session.writeStep(
    { ...write, attempt: attemptBefore + 1, error },
    { type: 'step.retrying', data: { key, kind, attempt: attemptBefore, error, delayMs: 0 } },
  );
}
