/** The shape of a tool: its arguments are parsed at the edge. */

import { z } from 'zod';
import { isHuman, nameless } from '../core/actors.ts';
import type { ToolHost } from './host.ts';
import { refused, type ToolResult } from './result.ts';

/** In which list a tool is: each holds the ones before. */
export type Tier = 'core' | 'standard' | 'all';

export interface ToolDescription {
  readonly name: string;
  readonly title: string;
  readonly tier: Tier;
  readonly description: string;
  readonly annotations: Readonly<Record<string, boolean>>;
}

export interface Tool extends ToolDescription {
  readonly input: z.ZodObject;
  run(given: unknown, host: ToolHost, signal: AbortSignal): Promise<ToolResult>;
}

/** Adds to the record of the task and does nothing else. */
export const records = { readOnlyHint: false, destructiveHint: false, openWorldHint: false } as const;
export const reads = { readOnlyHint: true, destructiveHint: false, openWorldHint: false } as const;

/** Who, what and when, in every call that writes. */
export const namedFields = {
  task_id: z.string().max(63).describe('Which task'),
  lease: z.string().max(200).optional().describe('Token from perdure_create or perdure_continue'),
  revision: z.int().min(1).optional().describe('Refuse if the task is at another revision than this one you saw'),
};

/** How a caller names itself. */
export const agentName = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => !isHuman(name) && name !== nameless, 'an agent does not call itself a person, or nobody');

export function defineTool<Input extends z.ZodObject>(
  tool: ToolDescription & {
    readonly input: Input;
    readonly call: (given: z.output<Input>, host: ToolHost, signal: AbortSignal) => Promise<ToolResult>;
  },
): Tool {
  const { call, ...described } = tool;
  const { input } = tool;
  return {
    ...described,
    async run(given, host, signal) {
      const parsed = input.safeParse(given);
      if (parsed.success) return await call(parsed.data, host, signal);
      const [issue] = parsed.error.issues;
      const where = issue === undefined || issue.path.length === 0 ? 'The arguments' : issue.path.join('.');
      const message = `${where}: ${issue?.message ?? 'not valid'}; correct it and call again.`;
      return refused({ kind: 'refused', code: 'invalid_input', message });
    },
  };
}
