/**
 * The authoring API: what a file in `pipelines/` imports. Types and one function; nothing of the command line loads here.
 */

export { definePipeline, isPerdureError, PerdureError } from '@perdure/contract';
export type {
  AgentOptions,
  ChildRunOptions,
  DurableContext,
  ErrorCode,
  Json,
  PipelineDefinition,
  RetryPolicy,
  ReviewAnswer,
  ReviewOptions,
  ReviewResult,
  ReviewRound,
  StepAttempt,
  StepOptions,
  Verdict,
} from '@perdure/contract';
export { z } from 'zod';
