/** The tool calls of one turn, as steps below it: `turn-2/http-get-1`. */

import { compact, namePattern } from '@perdure/contract';
import type { CalledTool, StepScope } from '@perdure/runs';
import { loopProblem } from './breaker.ts';
import type { ModelToolCall, ToolOffer } from '@perdure/models';
import type { AnsweredRequest } from './transcript.ts';

/** A tool as an agent is offered it. */
export interface OfferedTool extends ToolOffer {
  /** Whether calls of it may be made side by side: they change nothing, and nobody is asked. */
  readonly isParallel: boolean;
}

/** The finished calls of an agent call, oldest first. */
export type CalledTools = CalledTool[];

export interface ToolLoop {
  readonly agent: string;
  readonly tools: readonly OfferedTool[];
  /** Grows with each call. */
  readonly history: CalledTools;
}

/** Calls side by side: some start a process of their own. */
const maxTogether = 8;
/** Characters of a tool's name that are kept: it is the model's, whatever it may be. */
const longestName = 100;

/** Calls what the model asked for: side by side where nothing is changed, else one after the other. */
export async function callTools(
  scope: StepScope,
  requests: readonly ModelToolCall[],
  loop: ToolLoop,
): Promise<readonly AnsweredRequest[]> {
  const isParallel = requests.every(({ tool }) => loop.tools.find(({ id }) => id === tool)?.isParallel === true);
  const answered: AnsweredRequest[] = [];
  const batches = inBatches([...requests.entries()], isParallel ? maxTogether : 1);
  for (const batch of batches) {
    const calls = await Promise.all(batch.map(([index, request]) => callOne(scope, request, { index, loop })));
    loop.history.push(...calls.map(({ call }) => call));
    answered.push(...calls);
  }
  return answered;
}

async function callOne(
  scope: StepScope,
  request: ModelToolCall,
  { index, loop }: { readonly index: number; readonly loop: ToolLoop },
): Promise<AnsweredRequest> {
  const tool = request.tool.slice(0, longestName);
  const refusal = refusalOf(request, loop.tools);
  const call = await scope.callTool({
    // The name is the model's: whatever it is, the key must be one.
    key: `${namePattern.test(tool) ? tool : 'unknown-tool'}-${index + 1}`,
    agent: loop.agent,
    tool,
    input: 'malformed' in request ? request.malformed : request.arguments,
    ...compact({ refusal }),
    guard: (about) => loopProblem(loop.history, { ...about, tool }),
  });
  return { toolRequest: request.id, tool, call };
}

function inBatches<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

function refusalOf(request: ModelToolCall, tools: readonly ToolOffer[]): string | undefined {
  if (!tools.some(({ id }) => id === request.tool)) {
    const known = tools.map(({ id }) => id).join(', ');
    return `There is no tool "${request.tool.slice(0, longestName)}" for you; you have ${known === '' ? 'none' : known}.`;
  }
  return 'malformed' in request ? 'The arguments are not JSON; call again with a JSON object.' : undefined;
}
