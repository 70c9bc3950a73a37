/** Where an answer ends, and what the connection does then. */

import { completes, completesAfter } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import * as chat from '../wire/chat.ts';
import { done, events } from '../wire/sse.ts';

const reference = 'https://platform.openai.com/docs/api-reference/chat-streaming';
const spoken = [chat.opening, ...chat.saying(goodText)];
const whole = [...events(...spoken, chat.stop, chat.usageChunk), done].join('');
const begun = events(...chat.saying('{"verdict":"approved","note":"a first idea"'));
const counted = { inputTokens: 11, outputTokens: 7 };

export const gatewayEndings = shapesOf('gateway', 'chat', [
  {
    id: 'gateway-no-done',
    habit: 'The mark of the end is missing.',
    source: 'CommandCodeAI/command-code#785',
    answers: [{ body: events(...spoken, chat.stop) }],
    expect: completes,
  },
  {
    id: 'gateway-done-in-small-letters',
    habit: 'The mark of the end in small letters.',
    source: reference,
    answers: [{ body: [...events(...spoken, chat.stop), 'data: [done]\n\n'] }],
    expect: completes,
  },
  {
    id: 'gateway-done-without-finish',
    habit: 'The mark of the end, and no reason to stop before it.',
    source: 'pydantic/pydantic-ai#5170',
    answers: [chat.stream(...spoken)],
    expect: completes,
  },
  {
    id: 'gateway-empty-finish',
    habit: 'The reason to stop is an empty text, then the mark of the end.',
    source: reference,
    answers: [chat.stream(...spoken, chat.chunk({}, ''))],
    expect: completes,
  },
  {
    id: 'gateway-open-after-done',
    habit: 'After the mark of the end nobody hangs up.',
    source: 'agentscope-ai/agentscope-java#2073',
    answers: [{ ...chat.fine, end: 'open' }],
    expect: { ...completes, usage: counted },
  },
  {
    id: 'gateway-open-after-finish',
    habit: 'After the reason to stop comes nothing, and nobody hangs up.',
    source: 'earendil-works/pi#7954',
    answers: [{ body: events(...spoken, chat.stop), end: 'open' }],
    expect: completes,
  },
  {
    id: 'gateway-torn-after-done',
    habit: 'After the mark of the end the connection is torn.',
    source: 'earendil-works/pi#2468',
    answers: [{ ...chat.fine, end: 'broken' }],
    expect: completes,
  },
  {
    id: 'gateway-torn-after-finish',
    habit: 'After the reason to stop the connection is torn.',
    source: 'earendil-works/pi#2468',
    answers: [{ body: events(...spoken, chat.stop), end: 'broken' }],
    expect: completes,
  },
  {
    id: 'gateway-torn-in-the-middle',
    habit: 'The connection is torn in the middle of an answer; the next is whole.',
    source: 'anomalyco/opencode#39968',
    answers: [{ body: begun, end: 'broken' }, chat.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'gateway-ends-in-the-middle',
    habit: 'The connection ends in order in the middle of an answer; the next is whole.',
    source: 'anomalyco/opencode#39968',
    answers: [{ body: begun }, chat.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'gateway-ends-before-the-last-brace',
    habit: 'All but the reason to stop has come: that it is whole, nobody has said.',
    source: 'anomalyco/opencode#39968',
    answers: [{ body: events(...chat.saying('{"verdict":"approved","note":"a first idea"}')) }, chat.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'gateway-ends-in-a-call',
    habit: 'The connection ends in the middle of a call that acts.',
    source: 'CommandCodeAI/command-code#785',
    tools: ['add-comment'],
    answers: [
      {
        body: events(
          chat.callChunk({ index: 0, id: 'call_a', name: 'add-comment', args: '{"comment":"All is well"}' }),
        ),
      },
      chat.fine,
    ],
    expect: completesAfter(2, { calls: [] }),
  },
  {
    id: 'gateway-always-cut',
    habit: 'The connection ends in the middle of every answer.',
    source: 'anomalyco/opencode#39968',
    answers: [{ body: begun }],
    expect: { status: 'failed', requests: 5, error: { code: 'model_unavailable' }, never: ['a first idea'] },
  },
  {
    id: 'gateway-refuses-connections',
    habit: 'The connection is closed before a word; the next is taken.',
    source: 'https://nodejs.org/api/errors.html',
    answers: [{ body: [], end: 'broken' }, chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'gateway-finish-twice',
    habit: 'The reason to stop comes twice.',
    source: reference,
    answers: [chat.stream(...spoken, chat.stop, chat.stop)],
    expect: completes,
  },
  {
    id: 'gateway-finish-then-empty-deltas',
    habit: 'Deltas without content behind the reason to stop.',
    source: 'langchain-ai/langchain#32414',
    answers: [chat.stream(...spoken, chat.stop, chat.chunk({ content: '' }), chat.chunk({}))],
    expect: completes,
  },
  {
    id: 'gateway-garbage-after-done',
    habit: 'Something else behind the mark of the end.',
    source: reference,
    answers: [{ body: [whole, 'data: {"not": json\n\n<html>'] }],
    expect: completes,
  },
  {
    id: 'gateway-error-after-finish',
    habit: 'An error behind a whole answer takes nothing from it.',
    source: reference,
    answers: [chat.stream(...spoken, chat.stop, { error: { message: 'usage not available', code: 500 } })],
    expect: completes,
  },
  {
    id: 'gateway-silent-before-first-byte',
    habit: 'It takes the request and says nothing.',
    source: 'ollama/ollama-js#72',
    impatient: true,
    answers: [{ body: [], end: 'open' }, chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'gateway-silent-in-the-middle',
    habit: 'It begins an answer and falls silent.',
    source: 'joshuaswarren/remnic#2148',
    impatient: true,
    answers: [{ body: begun, end: 'open' }, chat.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'gateway-silent-for-ever',
    habit: 'It never says a word.',
    source: 'openclaw/openclaw#69390',
    impatient: true,
    answers: [{ body: [], end: 'open' }],
    expect: { status: 'waiting', requests: 5 },
  },
]);
