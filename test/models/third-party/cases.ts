/** What is tried with a server of others, once for each wire format. */

import type { Expectation, ToolName } from '../shape.ts';
import { completes, completesAfter, looksUp } from '../outcomes.ts';
import { goodText } from '../shape.ts';

export interface ThirdPartyCase {
  readonly name: string;
  readonly habit: string;
  readonly tools?: readonly ToolName[];
  /** In the form of aimock's fixtures, one for each turn. */
  readonly turns: readonly object[];
  readonly expect: Expectation;
}

const fine = { content: goodText };
const lookup = (city: string) => ({ name: 'lookup', arguments: JSON.stringify({ city }) });

export const cases: readonly ThirdPartyCase[] = [
  { name: 'answer', habit: 'It answers.', turns: [fine], expect: completes },
  {
    name: 'call',
    habit: 'It calls a tool, then answers.',
    tools: ['lookup'],
    turns: [{ toolCalls: [lookup('Oslo')] }, fine],
    expect: looksUp({ sends: [] }),
  },
  {
    name: 'two-calls',
    habit: 'It calls two tools in one turn.',
    tools: ['lookup', 'now'],
    turns: [{ toolCalls: [lookup('Oslo'), { name: 'now', arguments: '{}' }] }, fine],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
      sends: [],
    }),
  },
  {
    name: 'rounds',
    habit: 'It calls in two rounds, with words before.',
    tools: ['lookup'],
    turns: [{ content: 'I will look.', toolCalls: [lookup('Oslo')] }, { toolCalls: [lookup('Bergen')] }, fine],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['lookup', { city: 'Bergen' }],
      ],
      requests: 3,
      sends: [],
    }),
  },
  {
    name: 'thoughts',
    habit: 'It thinks before it answers.',
    turns: [{ content: goodText, reasoning: 'Perhaps {"verdict":"rejected","note":"a first idea"}?' }],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    name: 'thoughts-and-call',
    habit: 'It thinks before it calls.',
    tools: ['lookup'],
    turns: [{ toolCalls: [lookup('Oslo')], reasoning: 'The weather decides.' }, fine],
    expect: looksUp({ sends: [] }),
  },
  {
    name: 'prose',
    habit: 'It answers in words, and is told what is wanted.',
    turns: [{ content: 'I would say that it is fine.' }, fine],
    expect: completesAfter(2),
  },
  {
    name: 'fence',
    habit: 'It puts its answer into a fence.',
    turns: [{ content: `Here it is:\n\n\`\`\`json\n${goodText}\n\`\`\`` }],
    expect: completes,
  },
  {
    name: 'cut',
    habit: 'It meets its limit, and is told to be brief.',
    turns: [{ content: '{"verdict":"approved","note":"a first', finishReason: 'length' }, fine],
    expect: completesAfter(2, { never: ['a first'] }),
  },
  {
    name: 'key',
    habit: 'It does not accept the key.',
    turns: [
      { error: { message: 'Invalid API key', type: 'authentication_error', code: 'invalid_api_key' }, status: 401 },
    ],
    expect: { status: 'failed', requests: 1, error: { code: 'model_rejected', says: [/key/] } },
  },
];
