/**
 * What a pipeline is written with. Types only, and the two-line functions that give them their names: the behaviour
 * lives in the server's run core, the semantics (keys, passing over, parking, undo) in `docs/concepts/runs.md`.
 */

import type { z } from 'zod';
import type { GoalStatus, NextRole } from '../tasks/lane-status.ts';
import type { Json } from '../values/json.ts';

/** What `fn` of a step is given. */
export interface StepAttempt {
  /** 1 for the first attempt; grows with each retry. */
  readonly attempt: number;
  /** The same on every attempt, in every drive: give it to whatever accepts an idempotency key. */
  readonly idempotencyKey: string;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
}

/** What an undo is given. */
export interface UndoAttempt extends StepAttempt {
  /**
   * The idempotency key under which the effect was made: what the step's `fn`, or the tool's `run`, was given as its
   * own.
   */
  readonly effectKey: string;
}

/** What the undo of a tool call is given. */
export interface ToolUndoAttempt extends UndoAttempt {
  /** What the tool wants out of the vaults, by its names: lent for this try, as it was for the call. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface RetryPolicy {
  /**
   * Attempts in all, the first included. Default 1: retrying is a choice, since it repeats the effect. An error whose
   * code is one of ours and not retryable, like `invalid_input`, is not repeated.
   */
  readonly attempts: number;
  /** Wait before the second attempt, in milliseconds; doubles each time. Default 500. */
  readonly delayMs?: number;
  /** Upper bound of the wait, in milliseconds. Default 30,000. */
  readonly maxDelayMs?: number;
}

export interface StepOptions<T> {
  readonly retry?: RetryPolicy;
  /**
   * Takes the effect back when the run fails or is cancelled. Armed before `fn` runs, so it must tolerate an effect
   * that never happened: `result` is undefined when none was recorded. One that throws is tried three times.
   */
  readonly undo?: (result: T | undefined, attempt: UndoAttempt) => unknown;
  /**
   * If given, its hash is recorded, and a later drive with another input stops the run instead of reusing the result.
   */
  readonly input?: unknown;
}

export interface AgentOptions {
  /** Default: the agent's name. */
  readonly key?: string;
}

export interface ToolOptions<T> {
  readonly key: string;
  /** As in `StepOptions`: `result` is undefined where none was recorded. */
  readonly undo?: (result: T | undefined, attempt: ToolUndoAttempt) => unknown;
}

/** How much a run may use before somebody is asked. Checked before each model turn; a resume grants the same again. */
export interface Budget {
  /** Input and output tokens of all model turns, as the provider counts them. */
  readonly tokens?: number;
  /** Model turns. */
  readonly turns?: number;
  /** Minutes since the start, without those in which the run waited or was stopped. */
  readonly minutes?: number;
}

export interface ChildRunOptions<T> {
  readonly key: string;
  readonly undo?: (result: T | undefined, attempt: UndoAttempt) => unknown;
}

export interface HumanOptions<T> {
  readonly key: string;
  /** What the answer must be; what is given is checked against it before it is taken. Default: any JSON. */
  readonly schema?: z.ZodType<T>;
  /** What the person is to look at, as JSON. Never put a secret into it. */
  readonly context?: unknown;
  /** Milliseconds after which the question fails with the code `timeout`; default: it waits for ever. */
  readonly timeoutMs?: number;
}

export interface DelegateOptions<T> {
  readonly key: string;
  /** What the output of a return must be; it is checked against it before it is taken. Default: any JSON. */
  readonly schema?: z.ZodType<T>;
  /** Milliseconds after which nobody waits for it any more; default: it is waited for for ever. */
  readonly timeoutMs?: number;
  /** Id of the channel in which it is said; default: the one of the owner and the member alone. */
  readonly channel?: string;
}

/** The member says that its goal is reached. */
export interface DelegationDone<T> {
  readonly outcome: 'done';
  /** The handle of the member, or who has answered in its place. */
  readonly by: string;
  /** What it says about it. */
  readonly text: string;
  readonly output: T;
  /** Whose turn it is now. */
  readonly nextRole: NextRole;
}

/** The member has come to an end of what it can do. */
export interface DelegationNotDone {
  readonly outcome: 'not_done';
  readonly by: string;
  readonly text: string;
  readonly goalStatus: Exclude<GoalStatus, 'complete'>;
  readonly nextRole: NextRole;
}

/** What comes after that is recorded, and not applied. */
export interface DelegationTimedOut {
  readonly outcome: 'timed_out';
}

export type Delegated<T> = DelegationDone<T> | DelegationNotDone | DelegationTimedOut;

export interface MapOptions {
  readonly key: string;
  /** Items worked on at a time; default 5. */
  readonly concurrency?: number;
}

export type Verdict = 'approved' | 'changes_requested';

/** What a reviewer must answer at least; its other fields are kept. */
export interface ReviewAnswer {
  readonly verdict: Verdict;
  /** What must change; handed to `redo`. */
  readonly feedback: string;
}

export interface ReviewOptions<T> {
  readonly key: string;
  /** `none` approves at once; `agent` asks `reviewer`; `human` asks a person and waits, parked. */
  readonly by: 'none' | 'agent' | 'human';
  /** Name of the reviewing agent; required with `by: "agent"`. */
  readonly reviewer?: string;
  /** What a person is asked; default `Do you approve this?`. From the second round on the last feedback follows. */
  readonly question?: string;
  /** What the reviewer is given, or the person is shown; default `{ subject }`. */
  readonly present?: (subject: T) => unknown;
  /** How often a rejected subject may be redone. */
  readonly maxRounds: number;
  readonly redo: (review: ReviewAnswer & Record<string, unknown>, ctx: DurableContext, subject: T) => Promise<T>;
  readonly onExhausted: 'fail' | 'return';
}

export interface ReviewRound {
  readonly round: number;
  readonly verdict: Verdict;
  /** The reviewer's whole answer; null with `by: "none"`. */
  readonly review: Json;
  /** Key of the reviewing agent call or question, in this run; absent with `by: "none"`. */
  readonly stepKey?: string;
}

export interface ReviewResult<T> {
  readonly subject: T;
  readonly verdict: Verdict;
  readonly rounds: readonly ReviewRound[];
}

/**
 * The durable context. Every call with a key is recorded under it before the next one starts; in a later drive it
 * returns what was recorded without acting again. Await outside work only inside `step`.
 */
export interface DurableContext {
  readonly runId: string;
  /** One durable step; the result must be JSON. */
  step<T>(key: string, fn: (attempt: StepAttempt) => T | Promise<T>, options?: StepOptions<T>): Promise<T>;
  /** Calls an agent; returns its output, validated against its Output Contract. */
  agent<T = Json>(name: string, input: unknown, options?: AgentOptions): Promise<T>;
  /**
   * Calls a tool; returns its data. A failure is thrown, with the code `tool_failed`. What an interruption does depends
   * on the tool's effect; one with `confirm` waits, parked, until a person has approved the call.
   */
  tool<T = Json>(id: string, input: unknown, options: ToolOptions<T>): Promise<T>;
  review<T>(subject: T, options: ReviewOptions<T>): Promise<ReviewResult<T>>;
  /** Asks a person and waits, parked, for the answer: minutes or weeks. `perdure waits` lists what is asked. */
  human<T = Json>(question: string, options: HumanOptions<T>): Promise<T>;
  /**
   * Gives something to do to a member of a family and waits, parked, for what it returns. It is told once, whatever
   * dies meanwhile, and told where nobody waits any more.
   */
  delegate<T = Json>(handle: string, brief: string, options: DelegateOptions<T>): Promise<Delegated<T>>;
  /**
   * Does `fn` for each item, several at a time, each in a scope of its own (`<key>/0`, `<key>/1`, …). Results are in
   * the order of the items. One that fails stops none of the others; when all are through, the first failure is thrown,
   * and a `retry` of the run does the failed items again and no other. The number of items must be the same in every
   * drive.
   */
  map<T, R>(
    items: readonly T[],
    fn: (item: T, ctx: DurableContext, index: number) => R | Promise<R>,
    options: MapOptions,
  ): Promise<R[]>;
  /** Starts another pipeline as a run of its own and waits, parked, for its output. */
  run<T = Json>(pipelineId: string, input: unknown, options: ChildRunOptions<T>): Promise<T>;
  /** Waits, parked, for `ms` milliseconds: seconds or months alike. */
  sleep(key: string, ms: number): Promise<void>;
  /** Milliseconds since the epoch, the same in every drive. */
  now(key: string): Promise<number>;
  /** A UUID derived from run and key: the same in every drive, and in a fork the same as in the run it comes from. */
  uuid(key: string): string;
  /** Written once, as an event of the run. Never put a secret into it. */
  log(message: string, fields?: Record<string, unknown>): void;
}

export interface PipelineDefinition<I = unknown, O = unknown> {
  readonly id: string;
  readonly description: string;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  /** Wins over the budget that is configured for all runs; a run started with a budget of its own has that one. */
  readonly budget?: Budget;
  run(ctx: DurableContext, input: I): Promise<O>;
}

/** Marks and types a pipeline; the default export of a file in `pipelines/`. */
export function definePipeline<I, O>(definition: PipelineDefinition<I, O>): PipelineDefinition<I, O> {
  return definition;
}
