/**
 * A question to a person: recorded with the start of its step, waited for parked, answered once. The id of the wait is
 * made with it and recorded, so it is the same after every restart, and a link that somebody was sent stays good.
 */

import { compact, PerdureError, type HumanOptions, type Json, type WaitPurpose } from '@perdure/contract';
import { z } from 'zod';
import { never } from '../session/in-flight.ts';
import { jsonText } from '../record/json-text.ts';
import type { StartedStep, StepRecord } from '../record/record.ts';
import type { Scope } from './scope.ts';
import { doneStep, failedStep, newStep, writeDone, writeFailed } from './step-writes.ts';

export interface QuestionOptions {
  readonly newId: () => string;
  /** Default: `question`. */
  readonly purpose?: WaitPurpose;
  /**
   * What stops the whole run, at `needs_attention`, until the question is answered. Absent: the run waits, and other
   * branches go on.
   */
  readonly holdsRun?: PerdureError;
}

export const longestQuestion = 10_000;

export async function human<T>(scope: Scope, question: string, options: HumanOptions<T> & QuestionOptions): Promise<T> {
  const { gate, inFlight, parking } = scope.session;
  const problem = problemOf(question, options);
  if (problem !== undefined) {
    const message = `ctx.human("${options.key}"): ${problem}; correct it, then resume the run.`;
    gate.stopForAttention(new PerdureError('invalid_input', message));
    return await never();
  }
  const { key, schema, holdsRun } = options;
  // What holds the run is asked even when another such question has stopped it: one look, and a person can answer all
  // of them.
  const entry = scope.enter({ key, kind: 'human', evenWhenShut: holdsRun && 'if_attention' });
  if (entry.kind === 'blocked') return await never();
  let current: StepRecord = entry.kind === 'new' ? await inFlight.run(() => ask(scope, question, options)) : entry.step;
  while (current.status === 'started') {
    const asked = current as StartedStep<'human'>;
    const ended = await inFlight.run(() => recordAnswer(scope, asked, schema));
    if (ended !== undefined) {
      current = ended;
    } else if (holdsRun === undefined) {
      await parking.park(asked.key, { kind: 'human', wakeAt: asked.detail.expiresAt ?? null });
    } else {
      const { code, message, details } = holdsRun;
      gate.stopForAttention(new PerdureError(code, message, { details: { ...details, wait: asked.detail.wait } }));
      return await never();
    }
  }
  const answer = await scope.outcomeOf(current);
  return schema === undefined ? (answer as T) : schema.parse(answer);
}

/**
 * Ends a question that nobody has to answer any more: what it asked has been found out otherwise. False: it was
 * answered, and stands.
 */
export async function withdraw(scope: Scope, key: string): Promise<boolean> {
  const { session } = scope;
  const asked = openQuestion(scope, key);
  if (asked === undefined) return true;
  const end = doneStep(session, asked, { result: null, facts: { withdrawn: true } });
  const kept = await session.inFlight.run(() => session.record.writeUnlessAnswered(asked.detail.wait, ...end));
  return kept.status === 'done';
}

/** Whether a person has answered the question at `key`, recorded with its step or not yet. Within a call in flight. */
export async function hasAnswer(scope: Scope, key: string): Promise<boolean> {
  const { record } = scope.session;
  const asked = openQuestion(scope, key);
  if (asked === undefined) return record.find(scope.keyOf(key)) !== undefined;
  return (await record.read((journal) => journal.readAnswer(asked.detail.wait))) !== undefined;
}

function openQuestion(scope: Scope, key: string): StartedStep<'human'> | undefined {
  const step = scope.session.record.find(scope.keyOf(key));
  return step?.kind === 'human' && step.status === 'started' ? step : undefined;
}

function problemOf(question: string, { timeoutMs, context }: Omit<HumanOptions<never>, 'schema'>): string | undefined {
  if (typeof question !== 'string' || question.trim() === '' || question.length > longestQuestion) {
    return `the question is a text of 1 to ${longestQuestion} characters`;
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0 && Number.isFinite(timeoutMs)))
    return 'timeoutMs is a positive number';
  const shown = jsonText(context ?? null);
  if (shown.kind === 'not_json') return `what is shown to the person is not JSON (${shown.why})`;
  return undefined;
}

async function ask(
  scope: Scope,
  question: string,
  asking: HumanOptions<unknown> & QuestionOptions,
): Promise<StepRecord> {
  const { session } = scope;
  const { newId, purpose = 'question', schema, context, timeoutMs } = asking;
  const key = scope.keyOf(asking.key);
  const wait = newId();
  const expiresAt = timeoutMs === undefined ? undefined : session.clock.now() + timeoutMs;
  return await session.record.write(
    newStep(session, { kind: 'human', detail: compact({ wait, question, expiresAt }) }, { key }),
    { type: 'step.started', data: { key, kind: 'human', wait, question } },
    {
      wait: {
        id: wait,
        stepKey: key,
        purpose,
        question,
        context: context === undefined ? null : JSON.stringify(context),
        answerSchema: schema === undefined ? null : JSON.stringify(z.toJSONSchema(schema, { io: 'input' })),
        expiresAt: expiresAt ?? null,
      },
    },
  );
}

/** Records what was answered, or that nobody did in time; undefined while the question stands. */
async function recordAnswer(
  { session }: Scope,
  step: StartedStep<'human'>,
  schema: z.ZodType | undefined,
): Promise<StepRecord | undefined> {
  const { wait, question, expiresAt } = step.detail;
  const answered = await session.record.read((journal) => journal.readAnswer(wait));
  if (answered !== undefined) {
    const result = JSON.parse(answered.answer) as Json;
    // The server has held it against the JSON Schema, which cannot say all that a schema of zod can.
    const parsed = schema?.safeParse(result);
    if (parsed?.success === false) {
      const message = `The answer to "${question}" is not accepted: ${z.prettifyError(parsed.error)}; \`perdure runs retry\` asks again.`;
      return await writeFailed(session, step, { key: step.key, error: { code: 'invalid_input', message } });
    }
    const outcome = { result, facts: { answeredBy: answered.by } };
    return await writeDone(session, step, outcome, { consumedOrders: [`${wait}:resume`] });
  }
  if (expiresAt === undefined || session.clock.now() < expiresAt) return undefined;
  const message = `Nobody answered "${question}" in time; \`perdure runs retry\` asks again.`;
  const end = failedStep(session, step, { key: step.key, error: { code: 'timeout', message } });
  return await session.record.writeUnlessAnswered(wait, ...end);
}
