/** OpenAI's responses: what an answer is made of. */

import { completes, completesAfter, looksUp } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import { openaiResponses as strict, reasoningBack } from '../strict/openai-responses.ts';
import * as wire from '../wire/responses.ts';

const docs = 'https://platform.openai.com/docs/';
const looking = wire.callItem('lookup', { city: 'Oslo' });
const text = wire.messageItem(goodText);
const firstIdea = wire.messageItem('{"verdict":"approved","note":"a first idea"}');
const cutIdea = wire.messageItem('{"verdict":"approved","note":"a first idea"}, or');
const ended = (type: 'response.incomplete' | 'response.failed', output: readonly wire.Item[], more: wire.Item) => ({
  type,
  response: wire.response(type.slice('response.'.length), output, more),
});

export const openaiResponses = shapesOf('openai', 'responses', [
  {
    id: 'responses-plain',
    habit: 'Items that are added, filled and done, then the whole response.',
    source: `${docs}api-reference/responses-streaming`,
    rules: [strict],
    answers: [wire.fine],
    expect: { ...completes, refused: 0, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'responses-tool',
    habit: 'A call is an item with an id of its own and one for its result.',
    source: `${docs}guides/function-calling`,
    tools: ['lookup'],
    rules: [strict],
    answers: [wire.given(looking), wire.fine],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'responses-two-tools',
    habit: 'Two calls, whose pieces come by turns.',
    source: `${docs}guides/function-calling`,
    tools: ['lookup', 'now'],
    rules: [strict],
    answers: [
      (() => {
        const now = wire.callItem('now', {}, { id: 'fc_2', callId: 'call_y2' });
        const [one, two] = [wire.streamed(0, looking), wire.streamed(1, now)];
        const mixed = one.flatMap((event, at) => [event, ...(two[at] === undefined ? [] : [two[at]])]);
        return wire.stream(wire.created, ...mixed, wire.completed([looking, now]));
      })(),
      wire.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
      refused: 0,
    }),
  },
  {
    id: 'responses-reasoning-back',
    habit: 'The sealed thought before a call comes back with it.',
    source: '0xPlaygrounds/rig#751',
    tools: ['lookup'],
    rules: [strict, reasoningBack],
    answers: [wire.given(wire.reasoningItem(), looking), wire.fine],
    expect: looksUp({ refused: 0, sends: ['gAAAAA-sealed'] }),
  },
  {
    id: 'responses-reasoning-then-answer-again',
    habit: 'A thought before an answer that must be repaired comes back, or is left out, with what followed it.',
    source: 'vercel/ai#7099',
    rules: [strict, reasoningBack],
    answers: [wire.given(wire.reasoningItem(), wire.messageItem('That depends.')), wire.fine],
    expect: completesAfter(2, { refused: 0 }),
  },
  {
    id: 'responses-reasoning-each-round',
    habit: 'Two rounds of calls, each with a thought.',
    source: 'coder/xum#59',
    tools: ['lookup', 'now'],
    rules: [strict, reasoningBack],
    answers: [
      wire.given(wire.reasoningItem('rs_1'), looking),
      wire.given(
        wire.reasoningItem('rs_2', { encrypted_content: 'gAAAAA-second' }),
        wire.callItem('now', {}, { id: 'fc_2', callId: 'call_y2' }),
      ),
      wire.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
      requests: 3,
      refused: 0,
      sends: ['gAAAAA-second'],
    }),
  },
  {
    id: 'responses-one-thought-two-calls',
    habit: 'One thought before two calls.',
    source: 'TanStack/ai#1266',
    tools: ['lookup', 'now'],
    rules: [strict, reasoningBack],
    answers: [
      wire.given(wire.reasoningItem(), looking, wire.callItem('now', {}, { id: 'fc_2', callId: 'call_y2' })),
      wire.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
      refused: 0,
    }),
  },
  {
    id: 'responses-thoughts-are-no-answer',
    habit: 'The summary of a thought holds a draft.',
    source: `${docs}guides/reasoning`,
    answers: [
      wire.given(
        wire.reasoningItem('rs_1', {
          summary: [{ type: 'summary_text', text: '{"verdict":"rejected","note":"a first idea"}' }],
        }),
        text,
      ),
    ],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'responses-incomplete',
    habit: 'The limit is met after what looks like an answer.',
    source: `${docs}guides/reasoning`,
    rules: [strict],
    answers: [
      wire.stream(
        wire.created,
        ...wire.streamed(0, cutIdea),
        ended('response.incomplete', [cutIdea], { incomplete_details: { reason: 'max_output_tokens' } }),
      ),
      wire.fine,
    ],
    expect: completesAfter(2, { refused: 0, never: ['a first idea'] }),
  },
  {
    id: 'responses-filtered',
    habit: 'It is incomplete since the filter stopped it.',
    source: `${docs}api-reference/responses/object`,
    answers: [
      wire.stream(
        wire.created,
        ...wire.streamed(0, firstIdea),
        ended('response.incomplete', [], { incomplete_details: { reason: 'content_filter' } }),
      ),
    ],
    expect: {
      status: 'failed',
      requests: 1,
      error: { says: [/filter|withh/i], neverSays: [/not a JSON object/] },
      never: ['a first idea'],
    },
  },
  {
    id: 'responses-refusal',
    habit: 'The model declines in a part of its own.',
    source: `${docs}guides/structured-outputs`,
    answers: [
      wire.stream(
        wire.created,
        {
          type: 'response.output_item.added',
          output_index: 0,
          item: { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] },
        },
        {
          type: 'response.content_part.added',
          item_id: 'msg_1',
          output_index: 0,
          content_index: 0,
          part: { type: 'refusal', refusal: '' },
        },
        {
          type: 'response.refusal.delta',
          item_id: 'msg_1',
          output_index: 0,
          content_index: 0,
          delta: 'I cannot help with that.',
        },
        {
          type: 'response.refusal.done',
          item_id: 'msg_1',
          output_index: 0,
          content_index: 0,
          refusal: 'I cannot help with that.',
        },
        wire.completed([
          {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'refusal', refusal: 'I cannot help with that.' }],
          },
        ]),
      ),
    ],
    expect: { status: 'failed', requests: 1, error: { says: [/declin|refus/i], neverSays: [/not a JSON object/] } },
  },
]);
