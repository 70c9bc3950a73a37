/**
 * The one way a step comes into being: passed over if recorded, else begun, worked, recorded. The rules P4 and P5 are enforced here, and
 * what a second commit of a key adopted (R3) is what the caller gets.
 */

import { PerdureError, type ErrorRecord, type StepAttempt } from '@perdure/contract';
import { authorError } from './author-error.ts';
import { abandoned, never, type DriveSession } from './drive-session.ts';
import { errorOfStep, inputHash, newStep, writeDone, writeFailed, writeRetry, writeStart } from './step-writes.ts';
import type { CalledTool, CompositeStep, LeafStep, Steer, StepRecord, StepScope, ToolRequest } from './ports.ts';
import { callTool } from './tool-call.ts';
import type { ToolDeps } from './tool-record.ts';

/** What was asked of a step, for comparison with its record. */
type Asked = Pick<LeafStep<unknown>, 'kind' | 'input'>;

export class SessionScope implements StepScope {
  readonly #session: DriveSession;
  readonly #tools: ToolDeps;
  /** Key of the step below which this scope lies, with a slash; empty at the top. */
  readonly #prefix: string;

  constructor(session: DriveSession, options: { readonly tools: ToolDeps; readonly prefix?: string }) {
    this.#session = session;
    this.#tools = options.tools;
    this.#prefix = options.prefix ?? '';
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

  below(key: string): SessionScope {
    return new SessionScope(this.#session, { tools: this.#tools, prefix: `${this.keyOf(key)}/` });
  }

  callTool(request: ToolRequest): Promise<CalledTool> {
    return callTool(this, request, this.#tools);
  }

  takeSteers(given: ReadonlySet<string>): readonly Steer[] {
    const key = this.#prefix.slice(0, -1);
    const startedAt = this.#session.record.get(key)?.startedAt ?? this.#session.clock.now();
    return this.#session.steers.take({ key, startedAt }, given);
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
    const stop = found === undefined && step.kind === 'turn' ? session.meter.problem(session.clock.now()) : undefined;
    if (stop !== undefined) {
      session.stopForAttention(stop);
      return await never();
    }
    const finished = isFinished
      ? found
      : await session.inFlight(() => workUntilSettled(session, step, { key, recorded: found }));
    if (finished.status === 'failed') throw errorOfStep(finished.error ?? unknownError, key);
    return (await session.resultOf(finished)) as T;
  }

  async compose<T>(step: CompositeStep, body: (scope: StepScope) => Promise<T>): Promise<T> {
    return await this.composeIn(step, () => body(this.below(step.key)));
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
  const record = authorError(error, 'step_failed');
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
  const record = authorError(error, 'step_failed');
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
    const end = await settle(() => session.patience.of(step.work(attempt), abandoned));
    if (end.kind === 'failed' && end.error === abandoned) throw abandoned;
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
