/**
 * The one way a step comes into being: passed over if recorded, else begun, worked, recorded. The rules P4 and P5 are enforced here, and
 * what a second commit of a key adopted (R3) is what the caller gets.
 */

import { createHash } from 'node:crypto';
import { canonicalJson, PerdureError, toErrorRecord, type ErrorRecord, type StepAttempt } from '@perdure/contract';
import { abandoned, never, type DriveSession } from './drive-session.ts';
import { startedStep } from './step-start.ts';
import type { CompositeStep, LeafResult, LeafStep, StepRecord, StepScope, StepWrite } from './ports.ts';

export function inputHash(input: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(input) ?? 'undefined')
    .digest('hex');
}

/** The error of a failed step, as the pipeline sees it: the same on the first pass and on every later one. */
export function errorOfStep(record: ErrorRecord, stepKey: string): PerdureError {
  return new PerdureError(record.code, record.message, { details: { stepKey, ...record.details } });
}

/** What was asked of a step, for comparison with its record. */
type Asked = Pick<LeafStep<unknown>, 'kind' | 'input'>;

export class SessionScope implements StepScope {
  readonly #session: DriveSession;
  readonly #prefix: string;

  constructor(session: DriveSession, prefix = '') {
    this.#session = session;
    this.#prefix = prefix;
  }

  get runId(): string {
    return this.#session.run.id;
  }

  get session(): DriveSession {
    return this.#session;
  }

  keyOf(key: string): string {
    return this.#prefix + key;
  }

  child(key: string): SessionScope {
    return new SessionScope(this.#session, `${this.keyOf(key)}/`);
  }

  showText(key: string, delta: string): void {
    this.#session.live.text(this.runId, this.keyOf(key), delta);
  }

  /** Claims the key and finds its record. `blocked`: the call may not be made at all, and the run stops. */
  enter(key: string, asked: Asked): StepRecord | 'blocked' | undefined {
    const session = this.#session;
    if (session.isClosed || !session.isUsableKey(key)) return 'blocked';
    const fullKey = this.keyOf(key);
    if (!session.claim(fullKey)) return 'blocked';
    const recorded = session.record.get(fullKey);
    const difference = recorded === undefined ? undefined : differenceOf(recorded, asked);
    if (difference === undefined) return recorded;
    session.stopForAttention(difference);
    return 'blocked';
  }

  async perform<T>(step: LeafStep<T>): Promise<T> {
    const session = this.#session;
    const found = this.enter(step.key, step);
    const key = this.keyOf(step.key);
    // Armed while passing over too, and when blocked: undoing replays the function to collect the closures.
    if (step.undo !== undefined) session.undos.set(key, step.undo);
    if (found === 'blocked') return await never();
    const isFinished = found !== undefined && found.status !== 'started';
    if (!isFinished && !session.mayBegin) return await never();
    const finished = isFinished
      ? found
      : await session.inFlight(() => workUntilSettled(session, step, { key, recorded: found }));
    if (finished.status === 'failed') throw errorOfStep(finished.error ?? unknownError, key);
    return (await session.resultOf(finished)) as T;
  }

  async compose<T>(step: CompositeStep, body: (scope: StepScope) => Promise<T>): Promise<T> {
    return await this.composeIn(step, () => body(this.child(step.key)));
  }

  /** A composite whose parts get their scopes from the caller: review rounds. */
  async composeIn<T>(step: CompositeStep, body: () => Promise<T>): Promise<T> {
    const session = this.#session;
    const found = this.enter(step.key, step);
    const key = this.keyOf(step.key);
    // One that was started is entered even when nothing new may begin: its parts decide for themselves, and show what they arm.
    if (found === 'blocked' || (found === undefined && !session.mayBegin)) return await never();
    const finished =
      found !== undefined && found.status !== 'started'
        ? await this.#passOver(found, body)
        : await this.#work(step, { started: found, body });
    if (finished.status === 'failed') throw errorOfStep(finished.error ?? unknownError, key);
    return (await session.resultOf(finished)) as T;
  }

  /** A finished composite is not entered again, unless something below it may have to be undone: its closures are in there. */
  async #passOver(finished: StepRecord, body: () => Promise<unknown>): Promise<StepRecord> {
    if (this.#session.hasArmedBelow(finished.key)) await settle(body);
    return finished;
  }

  async #work<T>(
    step: CompositeStep,
    { started, body }: { readonly started: StepRecord | undefined; readonly body: () => Promise<T> },
  ): Promise<StepRecord> {
    const session = this.#session;
    const key = this.keyOf(step.key);
    const current = started ?? (await session.inFlight(() => writeStart(session, step, { key, undoable: false })));
    const end = await settle(body);
    // A body that awaited something outside may end after its drive, even after its run.
    if (session.isClosed) return await never();
    return await session.inFlight(() =>
      end.kind === 'done'
        ? writeDone(session, current, { result: end.value })
        : writeFailed(session, current, errorWithKey(end.error, key)),
    );
  }
}

const unknownError: ErrorRecord = { code: 'step_failed', message: 'The step failed without an error.' };

/** An error out of a composite keeps the key of the part that failed: that is where `retry` goes on. */
function errorWithKey(error: unknown, key: string): ErrorRecord {
  const record = toErrorRecord(error, 'step_failed');
  return { ...record, details: { stepKey: key, ...record.details } };
}

function differenceOf(recorded: StepRecord, asked: Asked): PerdureError | undefined {
  const before = { kind: recorded.kind, inputHash: recorded.inputHash };
  const now = { kind: asked.kind, inputHash: asked.input === undefined ? null : inputHash(asked.input) };
  const part =
    before.kind !== now.kind
      ? `was recorded as "${before.kind}" and is "${now.kind}" now`
      : before.inputHash !== null && now.inputHash !== null && before.inputHash !== now.inputHash
        ? 'was recorded with another input'
        : undefined;
  if (part === undefined) return undefined;
  return new PerdureError(
    'record_differs',
    `Step "${recorded.key}" ${part}; put the code back, or give the changed call a new key, then resume the run.`,
    { details: { key: recorded.key, recorded: before, now } },
  );
}

type End<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly error: unknown };

async function settle<T>(work: () => Promise<T>): Promise<End<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** The step that failed is this one, whatever step (of another run, even) the error was born in: that is where `retry` goes on. */
function errorOfWork(error: unknown, stepKey: string): ErrorRecord {
  const record = toErrorRecord(error, 'step_failed');
  return record.details?.['stepKey'] === undefined ? record : { ...record, details: { ...record.details, stepKey } };
}

interface Place {
  readonly key: string;
  readonly recorded: StepRecord | undefined;
}

/** Attempts until the step is done, or failed for good; returns what the record holds then. */
async function workUntilSettled<T>(session: DriveSession, step: LeafStep<T>, place: Place): Promise<StepRecord> {
  const { key } = place;
  let current =
    place.recorded ??
    (step.startDetail !== undefined || step.undo !== undefined
      ? await writeStart(session, step, { key, undoable: step.undo !== undefined })
      : newStep(session, step, { key, undoable: false }));
  for (;;) {
    if (current.status !== 'started') return current;
    const attempt: StepAttempt = {
      attempt: current.attempt,
      idempotencyKey: `${session.run.id}/${key}`,
      signal: session.signal,
    };
    const end = await settle(() => step.work(attempt));
    if (end.kind === 'done') return await writeDone(session, current, end.value);
    // What an abort broke off is neither done nor failed.
    if (session.signal.aborted) throw abandoned;
    const delayMs = step.retry?.(end.error, current.attempt - attemptsBefore(current));
    if (delayMs === undefined) return await writeFailed(session, current, errorOfWork(end.error, key));
    current = await writeRetry(session, current, { error: end.error, delayMs });
    await session.delay(delayMs);
    if (!session.mayBegin) throw abandoned;
  }
}

/** Attempts that a person's `retry` has left behind: the policy counts from there. */
function attemptsBefore(step: StepRecord): number {
  const before = step.detail?.['attemptsBefore'];
  return typeof before === 'number' ? before : 0;
}

function newStep(
  session: DriveSession,
  step: LeafStep<never> | CompositeStep | LeafStep<unknown>,
  options: { readonly key: string; readonly undoable: boolean },
): StepRecord {
  const started = startedStep(session, {
    key: options.key,
    kind: step.kind,
    inputHash: step.input === undefined ? null : inputHash(step.input),
    detail: step.startDetail ?? null,
    undoable: options.undoable,
  });
  return { ...started, resultBlob: null };
}

export async function writeStart(
  session: DriveSession,
  step: Parameters<typeof newStep>[1],
  options: Parameters<typeof newStep>[2],
): Promise<StepRecord> {
  const started = newStep(session, step, options);
  return await session.writeStep(started, { type: 'step.started', data: { key: started.key, kind: started.kind } });
}

async function writeRetry(
  session: DriveSession,
  step: StepRecord,
  failure: { readonly error: unknown; readonly delayMs: number },
): Promise<StepRecord> {
  const { key, kind, attempt } = step;
  const error = toErrorRecord(failure.error, 'step_failed');
  return await session.writeStep(
    { ...step, attempt: attempt + 1, error },
    { type: 'step.retrying', data: { key, kind, attempt, error, delayMs: Math.round(failure.delayMs) } },
  );
}

export async function writeDone(
  session: DriveSession,
  step: StepRecord,
  outcome: LeafResult<unknown>,
): Promise<StepRecord> {
  const endedAt = session.clock.now();
  const result = resultJson(outcome.result);
  if (result.kind === 'not_json') {
    return await writeFailed(session, step, {
      code: 'step_failed',
      message: `The result of step "${step.key}" is not JSON (${result.why}); return plain data.`,
    });
  }
  const usage = outcome.usage === undefined ? {} : { usage: outcome.usage };
  const facts = { ...step.detail, ...outcome.detail, ...usage };
  const detail = Object.keys(facts).length === 0 ? null : facts;
  const write: StepWrite = { ...step, status: 'done', result: result.text, error: null, detail, endedAt, ...usage };
  return await session.writeStep(write, {
    type: 'step.done',
    data: { key: step.key, kind: step.kind, ms: endedAt - step.startedAt, ...usage },
  });
}

export async function writeFailed(session: DriveSession, step: StepRecord, error: ErrorRecord): Promise<StepRecord> {
  return await session.writeStep(
    { ...step, status: 'failed', error, endedAt: session.clock.now() },
    { type: 'step.failed', data: { key: step.key, kind: step.kind, error } },
  );
}

/** Nothing at all is a result too: its text is null. */
function resultJson(
  value: unknown,
): { readonly kind: 'json'; readonly text: string | null } | { readonly kind: 'not_json'; readonly why: string } {
  if (value === undefined) return { kind: 'json', text: null };
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? { kind: 'not_json', why: `a ${typeof value}` } : { kind: 'json', text };
  } catch (error) {
    return { kind: 'not_json', why: error instanceof Error ? error.message : String(error) };
  }
}
