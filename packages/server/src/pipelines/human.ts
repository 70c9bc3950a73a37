/**
 * A question to a person: recorded with the start of its step, waited for parked, answered once. The id of the wait is made with it and
 * recorded, so it is the same after every restart, and a link that somebody was sent stays good.
 */

import { PerdureError, type ErrorRecord, type HumanOptions, type Json, type WaitPurpose } from '@perdure/contract';
import { z } from 'zod';
import { never } from './drive-session.ts';
import { jsonText } from './json-text.ts';
import { startedStep } from './step-start.ts';
import type { StepRecord } from './ports.ts';
import type { SessionScope } from './step-scope.ts';
import { errorOfStep, writeDone, writeFailed } from './step-writes.ts';

export interface Asking {
  readonly newId: () => string;
  /** Default: `question`. */
  readonly purpose?: WaitPurpose;
  /** What stops the whole run, at `needs_attention`, until the question is answered. Absent: the run waits, and other branches go on. */
  readonly holdsRun?: PerdureError;
}

const longestQuestion = 10_000;

export async function human<T>(scope: SessionScope, question: string, options: HumanOptions<T> & Asking): Promise<T> {
  const { session } = scope;
  const problem = problemOf(question, options);
  if (problem !== undefined) {
    session.stopForAttention(
      new PerdureError('invalid_input', `ctx.human("${options.key}"): ${problem}; correct it, then resume the run.`),
    );
    return await never();
  }
  const key = scope.keyOf(options.key);
  const found = scope.enter(options.key, { kind: 'human' });
  const isFinished = found !== undefined && found !== 'blocked' && found.status !== 'started';
  // What holds the run is asked even when another such question has stopped it: one look, and a person can answer all of them.
  const mayAsk = session.mayBegin || (options.holdsRun !== undefined && session.haltReason?.kind === 'attention');
  if (found === 'blocked' || (!isFinished && !mayAsk)) return await never();
  let current = found ?? (await session.inFlight(() => ask(scope, question, { ...options, key })));
  while (current.status === 'started') {
    const step = current;
    const ended = await session.inFlight(() => recordAnswer(scope, step, options.schema));
    if (ended !== undefined) {
      current = ended;
    } else if (options.holdsRun === undefined) {
      await session.park(key, { kind: 'human', wakeAt: expiryOf(step) });
    } else {
      const { code, message, details } = options.holdsRun;
      session.stopForAttention(
        new PerdureError(code, message, { details: { ...details, wait: step.detail?.['wait'] } }),
      );
      return await never();
    }
  }
  if (current.status === 'failed')
    throw errorOfStep(current.error ?? { code: 'timeout', message: 'Nobody answered.' }, key);
  const answer = await session.resultOf(current);
  return options.schema === undefined ? (answer as T) : options.schema.parse(answer);
}

/** Ends a question that nobody has to answer any more: what it asked has been found out otherwise. False: it was answered, and stands. */
export async function withdraw(scope: SessionScope, key: string): Promise<boolean> {
  const { session } = scope;
  const asked = session.record.get(scope.keyOf(key));
  if (asked?.status !== 'started') return true;
  const outcome = { result: null, detail: { withdrawn: true } };
  const unlessAnswered = waitOf(asked);
  return (await session.inFlight(() => writeDone(session, asked, outcome, { unlessAnswered }))).status === 'done';
}

/** Whether a person has answered the question at `key`, recorded with its step or not yet. Within a call in flight. */
export async function hasAnswer(scope: SessionScope, key: string): Promise<boolean> {
  const { session } = scope;
  const asked = session.record.get(scope.keyOf(key));
  if (asked?.status !== 'started') return asked !== undefined;
  return (await session.read(() => session.journal.readAnswer(waitOf(asked)))) !== undefined;
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

async function ask(scope: SessionScope, question: string, asking: HumanOptions<unknown> & Asking): Promise<StepRecord> {
  const { session } = scope;
  const { key, newId, purpose = 'question', schema, context, timeoutMs } = asking;
  const waitId = newId();
  const expiresAt = timeoutMs === undefined ? null : session.clock.now() + timeoutMs;
  return await session.writeStep(
    startedStep(session, {
      key,
      kind: 'human',
      detail: { wait: waitId, question, ...(expiresAt === null ? {} : { expiresAt }) },
    }),
    { type: 'step.started', data: { key, kind: 'human', wait: waitId, question } },
    {
      wait: {
        id: waitId,
        stepKey: key,
        purpose,
        question,
        context: context === undefined ? null : JSON.stringify(context),
        answerSchema: schema === undefined ? null : JSON.stringify(z.toJSONSchema(schema, { io: 'input' })),
        expiresAt,
      },
    },
  );
}

/** Records what was answered, or that nobody did in time; undefined while the question stands. */
async function recordAnswer(
  scope: SessionScope,
  step: StepRecord,
  schema: z.ZodType | undefined,
): Promise<StepRecord | undefined> {
  const { session } = scope;
  const answered = await session.read(() => session.journal.readAnswer(waitOf(step)));
  if (answered !== undefined) {
    // The server has held it against the JSON Schema, which cannot say all that a schema of zod can.
    const parsed = schema?.safeParse(JSON.parse(answered.answer));
    if (parsed?.success === false) {
      return await writeFailed(session, step, {
        code: 'invalid_input',
        message: `The answer to "${String(step.detail?.['question'])}" is not accepted: ${z.prettifyError(parsed.error)}; \`perdure runs retry\` asks again.`,
      });
    }
    return await writeDone(session, step, {
      result: JSON.parse(answered.answer) as Json,
      detail: { answeredBy: answered.by },
      consumedOrders: [`${waitOf(step)}:resume`],
    });
  }
  const expiresAt = expiryOf(step);
  if (expiresAt === null || session.clock.now() < expiresAt) return undefined;
  const error: ErrorRecord = {
    code: 'timeout',
    message: `Nobody answered "${String(step.detail?.['question'])}" in time; \`perdure runs retry\` asks again.`,
  };
  return await writeFailed(session, step, error, { unlessAnswered: waitOf(step) });
}

function waitOf(step: StepRecord): string {
  return String(step.detail?.['wait']);
}

function expiryOf(step: StepRecord): number | null {
  const expiresAt = step.detail?.['expiresAt'];
  return typeof expiresAt === 'number' ? expiresAt : null;
}
