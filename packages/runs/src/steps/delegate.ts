/**
 * Something that a member of a family is to do: recorded with the start of its step, as a question is, and waited for
 * parked. The record is the outbox: whoever has the hub finds it there, says it once under the id of the wait, and
 * answers the wait with what comes back. So a drive knows nothing of the hub, and no process has to live between the
 * one and the other.
 */

import {
  compact,
  delegationAnswerSchema,
  handlePattern,
  handleRule,
  PerdureError,
  type DelegateOptions,
  type Delegated,
} from '@perdure/contract';
import { z } from 'zod';
import { inputHash } from '../record/input-hash.ts';
import type { StartedStep, StepRecord } from '../record/record.ts';
import { never } from '../session/in-flight.ts';
import type { Scope } from './scope.ts';
import { doneStep, newStep, writeDone, writeFailed } from './step-writes.ts';

export interface Delegation<T> extends DelegateOptions<T> {
  readonly handle: string;
  readonly brief: string;
}

/** With the form of a return it is one message. */
const longestBrief = 6_000;
const longestSchema = 2_000;

const schemaText = (schema: z.ZodType): string => JSON.stringify(z.toJSONSchema(schema, { io: 'input' }));

type Asked = Omit<Delegation<unknown>, 'schema'>;

export async function delegate<T>(
  scope: Scope,
  asked: Delegation<T>,
  { newId }: { readonly newId: () => string },
): Promise<Delegated<T>> {
  const { gate, inFlight, parking } = scope.session;
  const problem = problemOf(asked);
  if (problem !== undefined) {
    const message = `ctx.delegate("${asked.key}"): ${problem}; correct it, then resume the run.`;
    gate.stopForAttention(new PerdureError('invalid_input', message));
    return await never();
  }
  const entry = scope.enter({ key: asked.key, kind: 'delegate', input: inputOf(asked) });
  if (entry.kind === 'blocked') return await never();
  let current: StepRecord = entry.kind === 'new' ? await inFlight.run(() => begin(scope, asked, newId)) : entry.step;
  while (current.status === 'started') {
    const begun = current as StartedStep<'delegate'>;
    const ended = await inFlight.run(() => recordEnd(scope, begun, asked.schema));
    if (ended !== undefined) current = ended;
    else await parking.park(begun.key, { kind: 'member', wakeAt: begun.detail.expiresAt ?? null });
  }
  const end = (await scope.outcomeOf(current)) as unknown as Delegated<T>;
  if (asked.schema === undefined || end.outcome !== 'done') return end;
  return { ...end, output: asked.schema.parse(end.output) };
}

const handleOf = (handle: string): string => handle.replace(/^@/, '');

/** What is hashed (P5). */
const inputOf = ({ handle, brief, channel }: Asked) => ({
  to: handleOf(handle),
  brief,
  ...compact({ channel }),
});

function problemOf({ handle, brief, timeoutMs, channel, schema }: Delegation<unknown>): string | undefined {
  if (typeof handle !== 'string' || !handlePattern.test(handleOf(handle)))
    return `no member has this name: ${handleRule}`;
  if (typeof brief !== 'string' || brief.trim() === '' || brief.length > longestBrief) {
    return `the brief is a text of 1 to ${longestBrief} characters; put what is longer into a file and name it`;
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0 && Number.isFinite(timeoutMs)))
    return 'timeoutMs is a positive number';
  if (schema !== undefined && schemaText(schema).length > longestSchema) {
    return `the schema has over ${longestSchema} characters as JSON Schema, and a member is told all of it; ask for less`;
  }
  if (channel !== undefined && (typeof channel !== 'string' || channel === '')) return 'channel is the id of one';
  return undefined;
}

async function begin(scope: Scope, asked: Delegation<unknown>, newId: () => string): Promise<StepRecord> {
  const { session } = scope;
  const { brief, channel, schema, timeoutMs } = asked;
  const key = scope.keyOf(asked.key);
  const to = handleOf(asked.handle);
  const wait = newId();
  const expiresAt = timeoutMs === undefined ? undefined : session.clock.now() + timeoutMs;
  const answerSchema = z.toJSONSchema(delegationAnswerSchema(schema), { io: 'input' });
  return await session.record.write(
    newStep(
      session,
      { kind: 'delegate', detail: compact({ wait, to, expiresAt }) },
      { key, inputHash: inputHash(inputOf(asked)) },
    ),
    { type: 'step.started', data: { key, kind: 'delegate', wait, to } },
    {
      wait: {
        id: wait,
        stepKey: key,
        purpose: 'delegation',
        question: brief,
        context: JSON.stringify(compact({ to, channel })),
        answerSchema: JSON.stringify(answerSchema),
        expiresAt: expiresAt ?? null,
      },
    },
  );
}

/** Records what was returned, or that nothing was in time; undefined while it is waited for. */
async function recordEnd(
  { session }: Scope,
  step: StartedStep<'delegate'>,
  schema: z.ZodType | undefined,
): Promise<StepRecord | undefined> {
  const { key, detail } = step;
  const { wait, to, expiresAt } = detail;
  const answered = await session.record.read((journal) => journal.readAnswer(wait));
  if (answered === undefined) {
    if (expiresAt === undefined || session.clock.now() < expiresAt) return undefined;
    // What comes in the last moment counts: then the step stands as it is, and is looked at again.
    return await session.record.writeUnlessAnswered(
      wait,
      ...doneStep(session, step, { result: { outcome: 'timed_out' } }),
    );
  }
  const { by } = answered;
  // It was held against the JSON Schema, which cannot say all that a schema of zod can.
  const given: unknown = JSON.parse(answered.answer);
  const parsed = delegationAnswerSchema(schema).safeParse(given);
  if (!parsed.success) {
    const message = `What ${by} returned is not accepted: ${z.prettifyError(parsed.error)}; \`perdure runs retry\` delegates it again.`;
    return await writeFailed(session, step, { key, error: { code: 'invalid_input', message } });
  }
  const facts = { answeredBy: by };
  switch (parsed.data.outcome) {
    case 'undeliverable': {
      const message = `Nobody could be told what was delegated to ${to}: ${parsed.data.reason}`;
      return await writeFailed(session, step, { key, error: { code: 'not_found', message } });
    }
    case 'done': {
      const { text, next_role: nextRole } = parsed.data;
      // As it was given: the schema is applied again wherever it is handed out.
      const output = (given as { readonly output?: unknown }).output ?? null;
      return await writeDone(session, step, { result: { outcome: 'done', by, text, output, nextRole }, facts });
    }
    case 'not_done': {
      const { text, next_role: nextRole, goal_status: goalStatus } = parsed.data;
      return await writeDone(session, step, { result: { outcome: 'not_done', by, text, goalStatus, nextRole }, facts });
    }
    default:
      return parsed.data satisfies never;
  }
}
