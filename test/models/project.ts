/** Writes a project for the product: an agent for each shape, the tools they are offered, and a pipeline that asks. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelOf } from './player.ts';
import { contracts, type Shape, type ToolName } from './shape.ts';

/** Where an agent of the shape finds its model. */
export type ServerOf = (shape: Shape) => string;

const pipeline = `import { definePipeline, z } from 'perdure';

export default definePipeline({
  id: 'ask',
  description: 'Asks an agent, one time after the other, and gives its last answer.',
  input: z.strictObject({ agent: z.string(), times: z.int() }),
  output: z.unknown(),
  async run(ctx, { agent, times }) {
    let answer: unknown = null;
    for (let n = 1; n <= times; n += 1) answer = await ctx.agent(agent, { text: 'Is it fine?' }, { key: \`ask-\${n}\` });
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

function agentFile(shape: Shape, server: string): string {
  const { id, contract = 'verdict', tools: offered = [] } = shape;
  return `---
name: ${id}
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
  for (const shape of shapes) write(`agents/${shape.id}/AGENT.md`, agentFile(shape, serverOf(shape)));
}
