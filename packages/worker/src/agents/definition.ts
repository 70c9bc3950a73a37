/**
 * What an agent is once its `AGENT.md` has been read: data. Nothing here knows files or runs.
 */

import type { JsonSchema } from '@perdure/models';

/** The sections of an `AGENT.md`, in the order in which the model reads them. Each is required. */
export const sectionNames = [
  'Role',
  'Tools',
  'Inputs',
  'Goal',
  'Output Contract',
  'Quality Standards',
  'Guardrails',
  'Self-Validation',
] as const;
export type SectionName = (typeof sectionNames)[number];

export interface AgentDefinition {
  readonly name: string;
  readonly description: string;
  /** Absent: the model the worker was configured with. */
  readonly model?: string;
  readonly temperature?: number;
  readonly tools: readonly string[];
  /** Model turns one call may take, repairs included. */
  readonly maxTurns: number;
  /** What the model is told: the same text for the same file. */
  readonly instructions: string;
  /** The schema of the Output Contract, draft 2020-12. */
  readonly output: JsonSchema;
  /** SHA-256 over the files of the agent's folder. */
  readonly hash: string;
}
