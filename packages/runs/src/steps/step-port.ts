/** What the rooms that build on steps are offered: agents perform turns and call tools without knowing of drives. */

import type { Json, PerdureError, StepAttempt, ToolResult, UndoAttempt, Usage } from '@perdure/contract';
import type { FactsOf, RunWait, Steer } from '../record/record.ts';

/**
 * Kinds of steps that do work of their own, and of those that are made of others. Each other kind has a room of its
 * own.
 */
export type LeafKind = 'step' | 'now' | 'turn' | 'agent';
export type CompositeKind = 'agent' | 'review' | 'map' | 'item';

/** A step that does work of its own. */
export interface LeafStep<T> {
  readonly key: string;
  readonly kind: LeafKind;
  /** If given, its hash is recorded and must match in later drives (P5). */
  readonly input?: unknown;
  /** Facts recorded with the start. Given: the start is committed before the work begins. */
  readonly startDetail?: FactsOf<LeafKind>;
  /**
   * What follows a failed attempt; absent: it is final. Asked within the step's work. Where it rejects, the record is
   * out of reach: the drive is called again (E3).
   */
  readonly whenFailed?: ((failure: FailedAttempt) => FailurePlan | Promise<FailurePlan>) | undefined;
  /** Armed by the start record, which is then committed before the work begins. */
  readonly undo?: ((result: T | undefined, attempt: UndoAttempt) => unknown) | undefined;
  readonly work: (attempt: StepAttempt) => Promise<LeafResult<T>>;
}

export interface FailedAttempt {
  readonly error: unknown;
  /** From 1; those that a person's `retry` has left behind do not count. */
  readonly attempt: number;
  /** When the step first waited for its model; absent: it has not. */
  readonly awaySince?: number;
}

export type FailurePlan =
  | { readonly kind: 'final'; readonly error?: unknown }
  /** `delayMs`: within this drive. */
  | { readonly kind: 'again'; readonly delayMs: number }
  /** Somebody has to mend something first: the run stops, the step is kept as it is. */
  | { readonly kind: 'stop'; readonly error: PerdureError }
  /** The run holds nothing until then. `isAttempt`: the model was asked; else the step only waits with others. */
  | { readonly kind: 'park'; readonly wait: RunWait; readonly isAttempt: boolean };

export interface LeafResult<T> {
  readonly result: T;
  /** Orders that this result has followed. */
  readonly consumedOrders?: readonly string[];
  /** Facts that its end adds. */
  readonly detail?: Partial<FactsOf<LeafKind>>;
  readonly usage?: Usage;
  /** Follows once the result is recorded; whatever comes of it, the result stands. */
  readonly onRecorded?: () => Promise<void>;
}

/** A step made of others; it holds nothing itself, so a pause inside it parks it too. */
export interface CompositeStep {
  readonly key: string;
  readonly kind: CompositeKind;
  readonly input?: unknown;
  readonly startDetail?: FactsOf<CompositeKind>;
  /** Asked before it begins or goes on, unfinished: what it cannot do without, and is gone. The run stops. */
  readonly lacks?: () => PerdureError | undefined;
}

/**
 * Where steps are recorded: the top of a run, or below a key. Promises of steps that cannot go on now stay pending
 * (P2).
 */
export interface StepScope {
  readonly runId: string;
  /** Full key of a step in this scope: `review/2/planner`. */
  keyOf(key: string): string;
  perform<T>(step: LeafStep<T>): Promise<T>;
  compose<T>(step: CompositeStep, body: (scope: StepScope) => Promise<T>): Promise<T>;
  /** The scope below a step of this one. */
  below(key: string): StepScope;
  /** Work between steps that takes time and is not recorded: the drive does not end before it has settled. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Calls a tool as a step; its failure is a value. */
  callTool(request: ToolRequest): Promise<CalledTool>;
  /**
   * Texts of people that the agent call of this scope has not been given yet, but those named. The turn that takes them
   * consumes them.
   */
  takeSteers(given: ReadonlySet<string>): readonly Steer[];
  /** Shows text of a turn in progress to watchers. */
  showText(key: string, delta: string): void;
}

/** A call of a tool, as an agent or a pipeline asks for it. */
export interface ToolRequest {
  readonly key: string;
  /** The agent that asks, if one does. */
  readonly agent?: string;
  readonly tool: string;
  readonly input: unknown;
  /** Why it is not called at all: recorded as its failure. */
  readonly refusal?: string;
  /**
   * Asked when the call would begin: what stops the run instead, until somebody decides. Steps up to `clearedSeq` were
   * seen by whoever let the run go on last.
   */
  readonly guard?: (call: { readonly callHash: string; readonly clearedSeq: number }) => PerdureError | undefined;
}

/**
 * A finished call. What it gave is read on demand: a wake passes over megabytes of output that nobody looks at again.
 */
export interface CalledTool {
  readonly seq: number;
  /** Same tool, same arguments: same hash. */
  readonly callHash: string;
  readonly resultHash: string;
  read(): Promise<ToolResult<Json>>;
}

/** Implemented by the agents room. Resolves to the validated output; rejects with a PerdureError. */
export interface AgentCaller {
  call(scope: StepScope, agent: string, input: unknown, key: string): Promise<Json>;
}
