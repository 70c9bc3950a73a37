/**
 * The authoring API: what a file in `pipelines/` or `tools/` imports. Types and two functions; nothing of the command
 * line loads here.
 */

export { definePipeline, defineTool, isPerdureError, PerdureError } from '@perdure/contract';
export type {
  AgentOptions,
  Budget,
  ChildRunOptions,
  DurableContext,
  ErrorCode,
  HumanOptions,
  Json,
  MapOptions,
  PipelineDefinition,
  RetryPolicy,
  ReviewAnswer,
  ReviewOptions,
  ReviewResult,
  ReviewRound,
  StepAttempt,
  ToolUndoAttempt,
  UndoAttempt,
  StepOptions,
  ToolCall,
  ToolDefinition,
  ToolEffect,
  ToolOptions,
  ToolResult,
  Verdict,
  Verification,
} from '@perdure/contract';
export { z } from 'zod';
