/** Others that speak Anthropic's messages: blocks and counts. */

import { completes, looksUp } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import { alternation, anthropic as strict, thinkingBack } from '../strict/anthropic.ts';
import * as wire from '../wire/messages.ts';

const draft = 'Perhaps {"verdict":"rejected","note":"a first idea"}?';
const docs = 'https://docs.anthropic.com/en/';

export const anthropicCompatible = shapesOf('anthropic-compatible', 'messages', [
  {
    id: 'compatible-think-tags',
    habit: 'Thoughts stand as tags in the text.',
    source: 'MiniMax-AI/MiniMax-M2.5#11',
    answers: [wire.said(`<think>${draft}</think>\n${goodText}`)],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'compatible-unsigned-thinking-back',
    habit: 'Thoughts without a signature must come back with their calls.',
    source: 'NousResearch/hermes-agent#17455',
    tools: ['lookup'],
    rules: [thinkingBack({ type: 'thinking', thinking: 'The weather decides.' })],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.thought(0, 'The weather decides.', ''),
        ...wire.use(1, 'lookup', { city: 'Oslo' }),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'compatible-roles-alternate',
    habit: 'Two messages of one role in a row are refused.',
    source: `${docs}api/messages`,
    tools: ['lookup'],
    rules: [strict, alternation],
    steer: 'Be brief.',
    answers: [wire.using('lookup', { city: 'Oslo' }), wire.said('not an answer'), wire.fine],
    expect: looksUp({ requests: 3, refused: 0, sends: ['Be brief.'] }),
  },
  {
    id: 'compatible-every-index-0',
    habit: 'Every block has the index 0.',
    source: 'https://platform.minimax.io/docs/api-reference/text-anthropic-api',
    tools: ['lookup', 'now'],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.text(0, 'I will look.'),
        ...wire.use(0, 'lookup', { city: 'Oslo' }, 'call_a'),
        ...wire.use(0, 'now', {}, 'call_b'),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
    }),
  },
  {
    id: 'compatible-no-block-start',
    habit: 'Text comes without the beginning of its block.',
    source: 'BerriAI/litellm#38606',
    answers: [
      wire.stream(
        wire.begin(),
        wire.blockDelta(0, { type: 'text_delta', text: goodText }),
        wire.ending('end_turn'),
        wire.end,
      ),
    ],
    expect: completes,
  },
  {
    id: 'compatible-no-block-stop',
    habit: 'Blocks never end.',
    source: 'BerriAI/litellm#38606',
    tools: ['lookup'],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.use(0, 'lookup', { city: 'Oslo' }).slice(0, -1),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'compatible-input-in-start',
    habit: 'The whole input lies in the beginning of its block, and no piece follows.',
    source: 'https://docs.z.ai/devpack/tool/claude',
    tools: ['lookup'],
    answers: [
      wire.stream(
        wire.begin(),
        wire.blockStart(0, { type: 'tool_use', id: 'call_a', name: 'lookup', input: { city: 'Oslo' } }),
        wire.blockStop(0),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'compatible-input-twice',
    habit: 'The whole input lies in the beginning of its block, and comes in pieces too.',
    source: 'https://docs.z.ai/devpack/tool/claude',
    tools: ['lookup'],
    answers: [
      wire.stream(
        wire.begin(),
        wire.blockStart(0, { type: 'tool_use', id: 'call_a', name: 'lookup', input: { city: 'Oslo' } }),
        wire.blockDelta(0, { type: 'input_json_delta', partial_json: '{"city":"Oslo"}' }),
        wire.blockStop(0),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'compatible-text-in-start',
    habit: 'The first words lie in the beginning of the block.',
    source: 'lidge-jun/opencodex#620',
    answers: [
      wire.stream(
        wire.begin(),
        wire.blockStart(0, { type: 'text', text: goodText.slice(0, 10) }),
        wire.blockDelta(0, { type: 'text_delta', text: goodText.slice(10) }),
        wire.blockStop(0),
        wire.ending('end_turn'),
        wire.end,
      ),
    ],
    expect: completes,
  },
  {
    id: 'compatible-no-usage',
    habit: 'No counts, neither at the beginning nor at the end.',
    source: 'https://docs.ollama.com/api/anthropic-compatibility',
    answers: [
      wire.stream(
        wire.begin({ usage: undefined }),
        ...wire.text(0, goodText),
        { ...wire.ending('end_turn'), usage: undefined },
        wire.end,
      ),
    ],
    expect: completes,
  },
  {
    id: 'compatible-usage-at-the-end',
    habit: 'Counts of the prompt are 0 at the beginning, and right at the end.',
    source: 'BerriAI/litellm#38606',
    answers: [
      wire.stream(
        wire.begin({ usage: { input_tokens: 0, output_tokens: 0 } }),
        ...wire.text(0, goodText),
        wire.ending('end_turn', { usage: { input_tokens: 11, output_tokens: 7 } }),
        wire.end,
      ),
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'compatible-usage-nulls',
    habit: 'Counts are null.',
    source: 'https://platform.minimax.io/docs/api-reference/text-anthropic-api',
    answers: [
      wire.stream(
        wire.begin({ usage: null }),
        ...wire.text(0, goodText),
        { ...wire.ending('end_turn'), usage: { output_tokens: null } },
        wire.end,
      ),
    ],
    expect: completes,
  },
]);
