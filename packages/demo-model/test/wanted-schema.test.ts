import { expect, test } from 'vitest';
import { ask, start, textOf, withSchema } from './talk.ts';

const schemaOf = (name: string) => ({
  type: 'object',
  additionalProperties: false,
  required: [name],
  properties: { [name]: { type: 'boolean' } },
});
const pretty = (name: string) => JSON.stringify(schemaOf(name), null, 2);
const contract = `# Role\nYou decide.\n\n## Output Contract\n\nOne object:\n\n\`\`\`json\n${pretty('contract')}\n\`\`\`\n\n## Guardrails\nNone.`;
const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

async function answerTo(instructions: string, more: object = {}): Promise<string> {
  await using model = await start();
  const messages = [
    { role: 'system', content: instructions },
    { role: 'user', content: 'Is it so?' },
  ];
  return textOf(await ask(model, { messages, ...more }));
}

test.for<[string, string, object, string]>([
  ['the fence of the Output Contract', contract, { tools }, 'contract'],
  ['one line behind "JSON schema:"', `${contract}\n\nJSON schema:\n${JSON.stringify(schemaOf('line'))}`, {}, 'line'],
  ['lines behind "JSON schema:"', `Decide.\n\nJSON schema:\n${pretty('lines')}\nAnswer with JSON.`, {}, 'lines'],
  ['response_format, whatever the words say', contract, withSchema(schemaOf('field')), 'field'],
])('the wanted shape is found in %s', async ([, instructions, more, name]) => {
  expect(JSON.parse(await answerTo(instructions, more))).toEqual({ [name]: expect.any(Boolean) });
});

test.for<[string, string]>([
  ['another section', `## Inputs\n\`\`\`json\n${pretty('input')}\n\`\`\``],
  ['a section behind the contract', `## Output Contract\nProse.\n\n## Example\n\`\`\`json\n${pretty('late')}\n\`\`\``],
  ['what is not JSON', '## Output Contract\n```json\n{ not json }\n```'],
])('no shape is taken from %s', async ([, instructions]) => {
  expect(await answerTo(instructions)).toContain('You asked about');
});
