/** Writes a project for the product: an agent for each shape, the tools they are offered, and a pipeline that asks. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelOf } from './player.ts';
import { contracts, type ContractName, type Shape, type ToolName } from './shape.ts';

/** Where an agent of the shape finds its model. */
export type ServerOf = (shape: Shape) => string;

const pipeline = `import { definePipeline, z } from 'perdure';

export default definePipeline({
  id: 'ask',
  description: 'Asks agents, one after the other, and gives the last answer.',
  input: z.strictObject({ agents: z.array(z.string()) }),
  output: z.unknown(),
  async run(ctx, { agents }) {
    let answer: unknown = null;
    for (const [at, agent] of agents.entries()) {
      answer = await ctx.agent(agent, { text: 'Is it fine?' }, { key: \`ask-\${at + 1}\` });
    }
    return answer;
  },
});
`;

interface ToolText {
  readonly effect: 'pure' | 'once';
  readonly input: string;
  readonly data: string;
}

const tools: Readonly<Record<ToolName, ToolText>> = {
  lookup: { effect: 'pure', input: '{ city: z.string() }', data: "'rain in ' + input.city" },
  now: { effect: 'pure', input: '{}', data: "'noon, ' + Object.keys(input).length" },
  'add-comment': { effect: 'once', input: '{ comment: z.string() }', data: 'input.comment' },
  'close-ticket': { effect: 'once', input: '{ comment: z.string().optional() }', data: "input.comment ?? 'closed'" },
};

const toolFile = (id: string, { effect, input, data }: ToolText): string => `import { defineTool, z } from 'perdure';

export default defineTool({
  id: '${id}',
  description: 'What ${id} is for.',
  input: z.object(${input}),
  output: z.object({ said: z.string() }),
  effect: '${effect}',
  run: async (input) => ({ success: true, data: { said: ${data} } }),
${effect === 'once' ? "  verify: async () => ({ outcome: 'not_done' }),\n" : ''}});
`;

/** Whom a run of the shape calls, in this order. */
export function agentsOf({ id, times = 1, second }: Shape): readonly string[] {
  return [...Array.from({ length: times }, () => id), ...(second === undefined ? [] : [secondOf(id)])];
}

const secondOf = (id: string): string => `${id}-second`;

interface AgentText {
  readonly name: string;
  readonly contract: ContractName;
  readonly server: string;
}

function agentFile(shape: Shape, { name, contract, server }: AgentText): string {
  const { tools: offered = [] } = shape;
  return `---
name: ${name}
description: Plays a shape.
model: ${server}/${modelOf(shape)}
tools: [${offered.join(', ')}]
---

## Role

You judge.

## Tools

Those that are offered.

## Inputs

A text.

## Goal

A verdict.

## Output Contract

\`\`\`json
${JSON.stringify(contracts[contract], null, 2)}
\`\`\`

## Quality Standards

Be right.

## Guardrails

None.

## Self-Validation

Read it again.
`;
}

/** Writes `agents/`, `tools/` and `pipelines/` into the folder. */
export function writeProject(folder: string, shapes: readonly Shape[], serverOf: ServerOf): void {
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('pipelines/ask.ts', pipeline);
  for (const [id, text] of Object.entries(tools)) write(`tools/${id}.ts`, toolFile(id, text));
  for (const shape of shapes) {
    const { id, contract = 'verdict', second } = shape;
    const server = serverOf(shape);
    write(`agents/${id}/AGENT.md`, agentFile(shape, { name: id, contract, server }));
    if (second === undefined) continue;
    const name = secondOf(id);
    write(`agents/${name}/AGENT.md`, agentFile(shape, { name, contract: second, server }));
  }
}
