/** T2: finds out what became of a call of which nobody knows whether it took effect. */

import { outcomeAnswerSchema, PerdureError, type Verification } from '@perdure/contract';
import { z } from 'zod';
import type { StartedStep, StepRecord } from '../record/record.ts';
import { hasAnswer, human, withdraw } from './human.ts';
import type { Scope } from './scope.ts';
import { inTool, placeText, reportDefect, toolCall, type Outcome, type Unknown } from './tool-code.ts';
import { failure, messageOf, type AcceptedCall } from './tool-record.ts';
import { lendTo } from './tool-secrets.ts';

export type Resolution = Extract<Outcome, { kind: 'known' }> | { readonly kind: 'run_again'; readonly why: string };

/** T2: what `verify` finds, else what a person says. */
export async function resolve(
  call: AcceptedCall,
  step: StartedStep<'tool'>,
  { why: known, hasEnded }: Unknown,
): Promise<Resolution> {
  const { tool, input, scope, request, deps } = call;
  const inside = scope.below(request.key);
  const question = questionOf(inside, step);
  // What a person has said counts before what a second look finds: it may be the opposite by now.
  const isAnswered = await scope.session.inFlight.run(() => hasAnswer(inside, question));
  let found: Found = isAnswered ? { outcome: 'unknown' } : await scope.session.inFlight.run(() => verified(call, step));
  if (found.outcome !== 'unknown' && !(await withdraw(inside, question))) found = { outcome: 'unknown' };
  const why = 'unseen' in found ? `${known}; whether it took effect could not be looked up: ${found.unseen}` : known;
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

/** `unseen`: why nobody could look, which somebody can mend; the next drive looks again. */
type Found = Verification<unknown> | { readonly outcome: 'unknown'; readonly unseen: string };

async function verified(call: AcceptedCall, step: StartedStep<'tool'>): Promise<Found> {
  if (call.tool.verify === undefined) return { outcome: 'unknown' };
  const lending = await lendTo(call, { stepKey: step.key, signal: call.scope.session.gate.signal });
  if (lending.kind === 'refused') return { outcome: 'unknown', unseen: lending.error.message.replace(/\.$/, '') };
  const { secrets } = lending;
  if (secrets === undefined) return await verifiedWith(call, step);
  try {
    return secrets.hide(await verifiedWith({ ...call, secrets }, step));
  } finally {
    secrets.end();
  }
}

async function verifiedWith(call: AcceptedCall, step: StartedStep<'tool'>): Promise<Verification<unknown>> {
  const { tool, input, scope, secrets } = call;
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
  await reportDefect(call, step, `verify threw: ${messageOf(end.error, secrets)}${placeText(end.error)}`);
  return { outcome: 'unknown' };
}
