/** Mistral. */

import { completes, completesAfter, looksUp, stops } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import { mistral as rules } from '../strict/mistral.ts';
import * as chat from '../wire/chat.ts';

const draft = 'Perhaps {"verdict":"rejected","note":"a first idea"}?';
const text = (words: string) => ({ type: 'text', text: words });
const call = (id: unknown, name: string, args: string, more: object = {}) => ({
  id,
  function: { name, arguments: args },
  ...more,
});
const looking = chat.stream(
  chat.chunk(
    { role: 'assistant', content: '', tool_calls: [call('D681PevKs', 'lookup', '{"city": "Oslo"}', { index: 0 })] },
    'tool_calls',
    { usage: chat.counts },
  ),
);

export const mistral = shapesOf('mistral', 'chat', [
  {
    id: 'mistral-plain',
    habit: 'Counts lie in the chunk with the reason to stop; nothing that is not documented is taken.',
    source: 'https://docs.mistral.ai/api',
    rules: [rules],
    times: 2,
    answers: [chat.stream(chat.opening, ...chat.saying(goodText), { ...chat.stop, usage: chat.counts })],
    // What it does not know is left out at once, and from then on.
    expect: completesAfter(4),
  },
  {
    id: 'mistral-whole-call',
    habit: 'A call comes whole in one chunk, with the reason to stop; ids are of nine letters and digits.',
    source: 'https://docs.mistral.ai/capabilities/function_calling',
    tools: ['lookup'],
    rules: [rules],
    answers: [looking, chat.fine],
    expect: looksUp({ requests: 4 }),
  },
  {
    id: 'mistral-person-after-tool',
    habit: 'What a person says cannot follow the result of a tool.',
    source: 'NousResearch/hermes-agent#20154',
    tools: ['lookup'],
    rules: [rules],
    steer: 'Be brief about Oslo.',
    answers: [looking, chat.fine],
    expect: looksUp({ requests: 4, sends: ['rain in Oslo', 'Be brief about Oslo.'] }),
  },
  {
    id: 'mistral-ids-of-another-form',
    habit: 'A server gives ids of another form than the template of the model takes back.',
    source: 'jundot/omlx#1997',
    tools: ['lookup', 'now'],
    rules: [rules],
    answers: [
      chat.stream(
        chat.callChunk(
          { index: 0, id: 'call_49c89af0', name: 'lookup', args: '{"city":"Oslo"}' },
          { index: 1, id: 'call_49c89af1', name: 'now', args: '{}' },
        ),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
      requests: 5,
    }),
  },
  {
    id: 'mistral-id-null-text',
    habit: 'The id of a call is the text "null".',
    source: 'langchain-ai/langchain#24668',
    tools: ['lookup', 'now'],
    rules: [rules],
    answers: [
      chat.stream(
        chat.chunk(
          {
            role: 'assistant',
            content: '',
            tool_calls: [call('null', 'lookup', '{"city":"Oslo"}'), call('null', 'now', '{}')],
          },
          'tool_calls',
        ),
      ),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
      requests: 5,
    }),
  },
  {
    id: 'mistral-content-parts',
    habit: 'Content is a list of parts; thoughts are among them.',
    source: 'BerriAI/litellm#16272',
    answers: [
      chat.stream(
        chat.opening,
        chat.chunk({ content: [{ type: 'thinking', thinking: [text(draft)] }] }),
        chat.chunk({ content: [{ type: 'thinking', thinking: [text(' No.')], closed: true }] }),
        chat.chunk({ content: [text(goodText.slice(0, 12))] }),
        chat.chunk({ content: [text(goodText.slice(12))] }),
        chat.stop,
      ),
    ],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'mistral-parts-then-text',
    habit: 'Thoughts are parts, the answer is text.',
    source: 'vercel/ai#8072',
    answers: [
      chat.stream(
        chat.opening,
        chat.chunk({ content: [{ type: 'thinking', thinking: [text(draft)] }] }),
        ...chat.saying(goodText),
        chat.stop,
      ),
    ],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'mistral-thought-as-text',
    habit: 'The thought of a part is a text, not a list.',
    source: 'agentjido/req_llm#742',
    answers: [
      chat.stream(
        chat.chunk({ content: [{ type: 'thinking', thinking: draft }] }),
        ...chat.saying(goodText),
        chat.stop,
      ),
    ],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'mistral-whole-parts',
    habit: 'A whole answer whose content is parts, with a reference among them.',
    source: 'symfony/ai#2422',
    answers: [
      chat.document({
        role: 'assistant',
        content: [text('{"verdict":"approved",'), { type: 'reference', reference_ids: [1] }, text('"note":"fine"}')],
      }),
    ],
    expect: completes,
  },
  {
    id: 'mistral-think-marks',
    habit: 'Without a parser thoughts stand between `[THINK]` and `[/THINK]`.',
    source: 'waybarrios/vllm-mlx#599',
    answers: [chat.said(`[THINK]${draft}[/THINK]${goodText}`)],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'mistral-calls-as-text',
    habit: 'The mark of a call is text.',
    source: 'https://github.com/mistralai/mistral-common/blob/main/docs/usage/tools.md',
    tools: ['lookup'],
    contract: 'named',
    answers: [chat.said('[TOOL_CALLS]lookup[ARGS]{"name": "Oslo"}'), chat.said('{"name":"Ada"}')],
    expect: { status: 'completed', output: { name: 'Ada' }, requests: 2 },
  },
  {
    id: 'mistral-model-length',
    habit: 'The limit of the context ends an answer as `model_length`.',
    source: 'https://docs.mistral.ai/api',
    answers: [
      chat.stream(...chat.saying('{"verdict":"approved","note":"a first idea"} and'), chat.chunk({}, 'model_length')),
      chat.fine,
    ],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'mistral-ends-in-error',
    habit: 'The reason to stop is `error`.',
    source: 'https://docs.mistral.ai/api',
    answers: [chat.stream(...chat.saying('{"verdict":"re'), chat.chunk({}, 'error')), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'mistral-key',
    habit: 'A wrong key is a message without an error around it.',
    source: 'https://docs.mistral.ai/api',
    answers: [{ status: 401, body: ['{"message":"Unauthorized","request_id":"c1"}'] }],
    expect: stops([/key/i]),
  },
]);
