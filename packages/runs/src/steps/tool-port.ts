/** What the worker can call for an agent or a pipeline: a function with an effect, or a question to a person. */

import type { PerdureError, ToolDefinition, WantedSecret } from '@perdure/contract';
import type { z } from 'zod';

/** What is asked of a person. */
export interface ToolQuestion {
  readonly question: string;
  /** The answers to choose from; absent: any text. */
  readonly choices?: readonly string[];
}

/** Parks the run instead of running: no function could hold a call open for days. */
export interface QuestionTool {
  readonly kind: 'question';
  readonly id: string;
  readonly description: string;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly toQuestion: (input: unknown) => ToolQuestion;
}

export interface FunctionTool extends Omit<ToolDefinition, 'secrets'> {
  readonly kind: 'function';
  /** What each call needs out of the vaults; absent: nothing. */
  readonly wants?: readonly WantedSecret[];
  /** Of the code that is run: another one was granted nothing. */
  readonly fingerprint?: string;
  /** Given where it is switched off: a sentence that says what switches it on. */
  readonly off?: string;
}

export type Tool = FunctionTool | QuestionTool;

/** Secrets of one call. They are in memory, and nothing that is recorded may hold one. */
export interface LentSecrets {
  readonly values: Readonly<Record<string, string>>;
  /** A text, or JSON, without any of them: each is replaced by its name, in whatever form it is found. */
  readonly hide: <T>(value: T) => T;
  /** The call is over, and so is the lease. */
  end(): void;
}

export interface LendRequest {
  readonly tool: string;
  readonly fingerprint: string;
  readonly wanted: readonly WantedSecret[];
  readonly runId: string;
  readonly stepKey: string;
  /** Aborted by a cancel: nobody waits for an answer any more. */
  readonly signal: AbortSignal;
}

/** Refused: somebody has to mend something; the sentence says what. Never rejects. */
export type Lend = (
  request: LendRequest,
) => Promise<
  { readonly kind: 'lent'; readonly secrets: LentSecrets } | { readonly kind: 'refused'; readonly error: PerdureError }
>;

/** A clause with file and line; undefined where no file of that name was refused. */
export type WhyLeftOut = (kind: 'pipeline' | 'tool', id: string) => string | undefined;

/**
 * Tries a schema of an author on a value where it can be stopped, before it is run where it cannot: its patterns may go
 * back for ever. Undefined where it comes to an end, whatever it finds; else a clause that says what does not.
 */
export type SchemaTrial = (schema: z.ZodType, value: unknown) => Promise<string | undefined>;
