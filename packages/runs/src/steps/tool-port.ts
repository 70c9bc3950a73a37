/** What the worker can call for an agent or a pipeline: a function with an effect, or a question to a person. */

import type { ToolDefinition } from '@perdure/contract';
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

export interface FunctionTool extends ToolDefinition {
  readonly kind: 'function';
  /** Given where it is switched off: a sentence that says what switches it on. */
  readonly off?: string;
}

export type Tool = FunctionTool | QuestionTool;

/** A clause with file and line; undefined where no file of that name was refused. */
export type WhyLeftOut = (kind: 'pipeline' | 'tool', id: string) => string | undefined;

/**
 * Tries a schema of an author on a value where it can be stopped, before it is run where it cannot: its patterns may go
 * back for ever. Undefined where it comes to an end, whatever it finds; else a clause that says what does not.
 */
export type SchemaTrial = (schema: z.ZodType, value: unknown) => Promise<string | undefined>;
