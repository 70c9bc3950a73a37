/**
 * What the worker has loaded and publishes; the server validates and lists against it and loads no user code itself.
 */

import { z } from 'zod';
import { modelServerEntrySchema } from '../models/schema.ts';
import { nameSchema } from '../values/ids.ts';
import { toolEffects } from './tools.ts';

const jsonSchema = z.record(z.string(), z.unknown());

export const pipelineEntrySchema = z.object({
  id: nameSchema,
  description: z.string(),
  /** `shipped` with the product, or from the `project` folder. */
  origin: z.enum(['shipped', 'project']),
  input: jsonSchema,
  output: jsonSchema,
  /** SHA-256 of the file. */
  hash: z.string(),
});
export type PipelineEntry = z.infer<typeof pipelineEntrySchema>;

export const agentEntrySchema = z.object({
  name: nameSchema,
  description: z.string(),
  origin: z.enum(['shipped', 'project']),
  model: z.string().optional(),
  tools: z.array(z.string()),
  /** JSON Schema (2020-12) of the Output Contract. */
  output: jsonSchema,
  /** SHA-256 over the files of the agent's folder. */
  hash: z.string(),
});
export type AgentEntry = z.infer<typeof agentEntrySchema>;

export const toolEntrySchema = z.object({
  id: nameSchema,
  description: z.string(),
  origin: z.enum(['shipped', 'project']),
  effect: z.enum(toolEffects),
  /** Whether a person must approve each call. */
  confirm: z.boolean(),
  /** Whether the tool can tell, after an interruption, if a call took effect. */
  verifies: z.boolean(),
  /** False for one that ships switched off; then `remedy` says how to switch it on. */
  enabled: z.boolean(),
  remedy: z.string().optional(),
  input: jsonSchema,
  output: jsonSchema,
  /** What it asks the vaults for with each call; absent: nothing. */
  secrets: z.array(z.object({ name: z.string(), reference: z.string() })).optional(),
  /** SHA-256 of the file; for a shipped tool, of its name and the version of Perdure. */
  hash: z.string(),
});
export type ToolEntry = z.infer<typeof toolEntrySchema>;

/** A definition that could not be loaded: shown, never silently left out. */
export const definitionProblemSchema = z.object({
  kind: z.enum(['agent', 'pipeline', 'tool']),
  file: z.string(),
  line: z.int().optional(),
  message: z.string(),
});
export type DefinitionProblem = z.infer<typeof definitionProblemSchema>;

/** Of what: an agent is called like its folder, all else like its file. */
export function idOfProblem({ kind, file }: Pick<DefinitionProblem, 'kind' | 'file'>): string {
  const [name = '', folder = ''] = file.split(/[/\\]/).toReversed();
  return kind === 'agent' && name === 'AGENT.md' ? folder : name.replace(/\.[^.]*$/, '');
}

/** `file:line: message`, without a point at its end. */
export function problemText({ file, line, message }: Omit<DefinitionProblem, 'kind'>): string {
  const place = line === undefined ? file : `${file}:${line}`;
  // Some messages begin with the place already.
  return (message.startsWith(file) ? message : `${place}: ${message}`).replace(/\.$/, '');
}

/** What was taken, and may not be what its author thinks: told by `check` and in the log of the worker. */
export interface DefinitionNote extends DefinitionProblem {
  /** `warning`: it may do harm; `note`: something in it has no effect. */
  readonly severity: 'note' | 'warning';
}

export const catalogueSchema = z.object({
  pipelines: z.array(pipelineEntrySchema),
  agents: z.array(agentEntrySchema),
  tools: z.array(toolEntrySchema),
  modelServers: z.array(modelServerEntrySchema),
  problems: z.array(definitionProblemSchema),
});
export type Catalogue = z.infer<typeof catalogueSchema>;
