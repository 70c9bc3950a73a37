/** Anthropic's own messages: what an answer is made of. */

import { completesAfter, completes, looksUp } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import { alternation, anthropic as strict, thinkingBack } from '../strict/anthropic.ts';
import * as wire from '../wire/messages.ts';

const docs = 'https://docs.anthropic.com/en/';
const draft = 'Perhaps {"verdict":"rejected","note":"a first idea"}?';
const signature = 'c2lnbmF0dXJl';

const sealed = { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix' };

export const anthropic = shapesOf('anthropic', 'messages', [
  {
    id: 'anthropic-plain',
    habit: 'Events with names, blocks that begin and end, a ping, counts at the beginning and at the end.',
    source: `${docs}build-with-claude/streaming`,
    rules: [strict],
    answers: [wire.fine],
    expect: { ...completes, refused: 0, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'anthropic-tool',
    habit: 'Text, then a call whose input comes as pieces of JSON.',
    source: `${docs}agents-and-tools/tool-use/overview`,
    tools: ['lookup'],
    rules: [strict],
    answers: [wire.using('lookup', { city: 'Oslo' }), wire.fine],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'anthropic-two-tools',
    habit: 'Two calls of one turn: their results belong in one message.',
    source: `${docs}agents-and-tools/tool-use/implement-tool-use`,
    tools: ['lookup', 'now'],
    rules: [strict],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.use(0, 'lookup', { city: 'Oslo' }),
        ...wire.use(1, 'now', {}, 'toolu_02'),
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
      refused: 0,
    }),
  },
  {
    id: 'anthropic-tool-without-input',
    habit: 'A tool without parameters has an empty input and one empty piece.',
    source: `${docs}build-with-claude/streaming`,
    tools: ['now'],
    rules: [strict],
    answers: [
      wire.stream(
        wire.begin(),
        wire.blockStart(0, { type: 'tool_use', id: 'toolu_01', name: 'now', input: {} }),
        wire.blockDelta(0, { type: 'input_json_delta', partial_json: '' }),
        wire.blockStop(0),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({ calls: [['now', {}]], refused: 0, sends: ['noon'] }),
  },
  {
    id: 'anthropic-thinking-back',
    habit: 'A thought before a call comes back as it was, with its signature.',
    source: `${docs}build-with-claude/extended-thinking`,
    tools: ['lookup'],
    rules: [strict, thinkingBack({ type: 'thinking', thinking: draft, signature })],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.thought(0, draft),
        ...wire.text(1, 'I will look.'),
        ...wire.use(2, 'lookup', { city: 'Oslo' }),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({ refused: 0, never: ['a first idea'] }),
  },
  {
    id: 'anthropic-redacted-thinking-back',
    habit: 'A sealed thought comes back too.',
    source: `${docs}build-with-claude/extended-thinking`,
    tools: ['lookup'],
    rules: [strict, thinkingBack({ type: 'thinking', thinking: 'Hm.', signature }, sealed)],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.thought(0, 'Hm.'),
        ...wire.redacted(1, sealed.data),
        ...wire.use(2, 'lookup', { city: 'Oslo' }),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'anthropic-thinking-then-answer',
    habit: 'A thought, then the answer.',
    source: `${docs}build-with-claude/extended-thinking`,
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.thought(0, draft),
        ...wire.text(1, goodText),
        wire.ending('end_turn'),
        wire.end,
      ),
    ],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'anthropic-thinking-without-text',
    habit: 'Thoughts may be left out of the stream: only their signature comes.',
    source: `${docs}build-with-claude/extended-thinking`,
    tools: ['lookup'],
    rules: [strict, thinkingBack({ type: 'thinking', thinking: '', signature })],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.thought(0, ''),
        ...wire.use(1, 'lookup', { city: 'Oslo' }),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'anthropic-unknown-events',
    habit: 'New events, blocks and deltas may come at any time.',
    source: `${docs}build-with-claude/streaming`,
    answers: [
      wire.stream(
        wire.begin(),
        { type: 'content_block_meta', index: 0 },
        wire.blockStart(0, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }),
        wire.blockDelta(0, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
        wire.blockStop(0),
        wire.blockStart(1, { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }),
        wire.blockStop(1),
        wire.blockStart(2, { type: 'text', text: '', citations: [] }),
        wire.blockDelta(2, { type: 'citations_delta', citation: { cited_text: '{"verdict":"rejected"}' } }),
        wire.blockDelta(2, { type: 'text_delta', text: goodText }),
        wire.blockStop(2),
        wire.ending('end_turn'),
        wire.end,
      ),
    ],
    expect: { ...completes, never: ['rejected'] },
  },
  {
    id: 'anthropic-answer-in-two-blocks',
    habit: 'The text is spread over two blocks.',
    source: `${docs}build-with-claude/citations`,
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.text(0, goodText.slice(0, 15)),
        ...wire.text(1, goodText.slice(15)),
        wire.ending('end_turn'),
        wire.end,
      ),
    ],
    expect: completes,
  },
  {
    id: 'anthropic-refusal',
    habit: 'It declines: the reason to stop is `refusal`.',
    source: `${docs}test-and-evaluate/strengthen-guardrails/handle-streaming-refusals`,
    answers: [wire.stream(wire.begin(), ...wire.text(0, 'I cannot help with that.'), wire.ending('refusal'), wire.end)],
    expect: { status: 'failed', requests: 1, error: { says: [/declin|refus/i], neverSays: [/not a JSON object/] } },
  },
  {
    id: 'anthropic-max-tokens',
    habit: 'The limit is met after what looks like an answer.',
    source: `${docs}build-with-claude/handling-stop-reasons`,
    rules: [strict],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.text(0, '{"verdict":"approved","note":"a first idea"}, or'),
        wire.ending('max_tokens'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: completesAfter(2, { refused: 0, never: ['a first idea'] }),
  },
  {
    id: 'anthropic-call-cut',
    habit: 'The limit is met in the middle of a call that acts.',
    source: `${docs}build-with-claude/handling-stop-reasons`,
    tools: ['add-comment'],
    rules: [strict],
    answers: [
      wire.stream(
        wire.begin(),
        wire.blockStart(0, { type: 'tool_use', id: 'toolu_01', name: 'add-comment', input: {} }),
        wire.blockDelta(0, { type: 'input_json_delta', partial_json: '{"comment":"All is we' }),
        wire.blockStop(0),
        wire.ending('max_tokens'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: completesAfter(2, { refused: 0, calls: [] }),
  },
  {
    id: 'anthropic-context-full',
    habit: 'The context is full in the middle of the answer.',
    source: `${docs}build-with-claude/handling-stop-reasons`,
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.text(0, '{"verdict":"approved","note":"a first idea"}, or'),
        wire.ending('model_context_window_exceeded'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'anthropic-empty-answer',
    habit: 'No block at all, and the turn is over: nothing empty may go back.',
    source: `${docs}build-with-claude/handling-stop-reasons`,
    rules: [strict, alternation],
    answers: [wire.stream(wire.begin(), wire.ending('end_turn'), wire.end), wire.fine],
    expect: completesAfter(2, { refused: 0 }),
  },
  {
    id: 'anthropic-blank-answer',
    habit: 'White space alone is an answer without text, and may not go back either.',
    source: 'anthropics/claude-code#23440',
    rules: [strict, alternation],
    answers: [wire.said('\n\n'), wire.fine],
    expect: completesAfter(2, { refused: 0 }),
  },
  {
    id: 'anthropic-blank-before-call',
    habit: 'White space before a call may not go back.',
    source: 'anthropics/anthropic-sdk-python#461',
    tools: ['lookup'],
    rules: [strict],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.text(0, '\n'),
        ...wire.use(1, 'lookup', { city: 'Oslo' }),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
]);
