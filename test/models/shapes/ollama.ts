/** Ollama's OpenAI-compatible address. */

import { completes, completesAfter, looksUp, rejected, stops } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const draft = '{"verdict":"approved","note":"a first idea"}';
const spoken = (...texts: readonly string[]) => texts.map((content) => chat.chunk({ role: 'assistant', content }));

export const ollama = shapesOf('ollama', 'chat', [
  {
    id: 'ollama-plain',
    habit: 'The role stands in every delta, and the reason to stop in one with empty content.',
    source: 'https://docs.ollama.com/api/openai-compatibility',
    answers: [
      chat.stream(
        ...spoken('{"verdict":"app', 'roved","note":"fine"}'),
        chat.chunk({ role: 'assistant', content: '' }, 'stop'),
        chat.usageChunk,
      ),
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'ollama-two-calls-index-0',
    habit: 'All calls of a turn have the index 0; each comes whole.',
    source: 'ollama/ollama#15457',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: '{"city":"Oslo"}' }),
        chat.callChunk({ index: 0, id: 'call_b', name: 'lookup', args: '{"city":"Bergen"}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['lookup', { city: 'Bergen' }],
      ],
      sends: ['rain in Oslo', 'rain in Bergen'],
    }),
  },
  {
    id: 'ollama-index-0-other-tool',
    habit: 'A call without arguments, then another of index 0 with some: they are not the arguments of the first.',
    source: 'vercel/ai#14277',
    tools: ['close-ticket', 'add-comment'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'close-ticket', args: '' }),
        chat.callChunk({ index: 0, id: 'call_b', name: 'add-comment', args: '{"comment":"for the team"}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['close-ticket', {}],
        ['add-comment', { comment: 'for the team' }],
      ],
      sends: [],
    }),
  },
  {
    id: 'ollama-two-calls-one-chunk',
    habit: 'Two calls of index 0 lie in one chunk.',
    source: 'ollama/ollama#15457',
    tools: ['lookup', 'now'],
    answers: [
      chat.stream(
        chat.callChunk(
          { index: 0, id: 'call_a', name: 'lookup', args: '{"city":"Oslo"}' },
          { index: 0, id: 'call_b', name: 'now', args: '{}' },
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
    }),
  },
  {
    id: 'ollama-calls-end-in-stop',
    habit: 'After calls it says that it stopped.',
    source: 'BerriAI/litellm#12481',
    tools: ['lookup'],
    answers: [chat.stream(...chat.called('lookup', { city: 'Oslo' }), chat.stop), chat.fine],
    expect: looksUp(),
  },
  {
    id: 'ollama-reasoning-field',
    habit: 'Thoughts come in `reasoning`, before the answer.',
    source: 'https://docs.ollama.com/capabilities/thinking',
    answers: [chat.stream(...chat.thinking(`Perhaps ${draft}?`, 'reasoning'), ...chat.saying(goodText), chat.stop)],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'ollama-think-draft-then-answer',
    habit: 'Thoughts stand in `<think>` in the content; a draft of the answer is among them.',
    source: 'langchain-ai/langchain#32120',
    answers: [chat.said(`<think>Perhaps ${draft}? No.</think>\n\n${goodText}`)],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'ollama-think-draft-then-prose',
    habit: 'A draft in `<think>`, and behind it prose that says otherwise: there is no answer yet.',
    source: 'msu-denver/bili-core#289',
    answers: [chat.said(`<think>Perhaps ${draft}? No, it cannot pass.</think> I cannot approve this.`), chat.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'ollama-think-cut',
    habit: 'The limit is met in the middle of a thought.',
    source: 'garrytan/gbrain#2559',
    answers: [chat.stream(...chat.saying(`<think>Perhaps ${draft}? But then`), chat.chunk({}, 'length')), chat.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'ollama-think-without-end',
    habit: 'A thought that never ends, and a stop all the same.',
    source: 'langchain-ai/langchain#35530',
    answers: [chat.said(`<think>Perhaps ${draft}? Let me see.`), chat.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'ollama-think-braces',
    habit: 'Braces in a thought, and an answer without a fence.',
    source: 'admonstrator/zettelrobbe#74',
    answers: [chat.said(`<think>It wants {verdict, note}. {{So}} be it.</think>${goodText}`)],
    expect: completes,
  },
  {
    id: 'ollama-think-end-only',
    habit: 'The prompt has opened the thought: the content holds its end alone.',
    source: 'https://huggingface.co/Qwen/Qwen3-235B-A22B-Thinking-2507',
    answers: [chat.said(`Perhaps ${draft}? Better not.\n</think>\n\n${goodText}`)],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'ollama-think-in-pieces',
    habit: 'The marks of a thought are cut into pieces.',
    source: 'https://docs.ollama.com/capabilities/thinking',
    answers: [chat.stream(...spoken('<th', 'ink', '>', draft, '</', 'think', '>', goodText), chat.stop)],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'ollama-schema-forbids-calls',
    habit: 'Asked for an answer of a form it cannot call tools: it makes up what they would have told it.',
    source: 'ollama/ollama#11037',
    tools: ['lookup'],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    constrained: chat.said('{"verdict":"rejected","note":"invented"}'),
    expect: looksUp({ never: ['invented'] }),
  },
  {
    id: 'ollama-empty-null',
    habit: 'Content null and a stop: there is no answer.',
    source: 'ollama/ollama#13371',
    answers: [chat.document({ role: 'assistant', content: null }), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'ollama-model-missing',
    habit: 'A model that was never pulled is a 404 that says so.',
    source: 'https://docs.ollama.com/api/errors',
    answers: [chat.refused(404, { message: 'model "qwen3:8b" not found, try pulling it first', type: 'api_error' })],
    expect: stops([/404|not found/i], { requests: 2 }),
  },
  {
    id: 'ollama-error-text',
    habit: 'An error is a text, not an object.',
    source: 'https://docs.ollama.com/api/errors',
    answers: [{ status: 404, body: ['{"error":"model \\"qwen3:8b\\" not found"}'] }],
    expect: stops([/404|not found/i], { requests: 2 }),
  },
  {
    id: 'ollama-error-in-stream',
    habit: 'It fails in the middle, in a stream that began well; the next try is fine.',
    source: 'https://docs.ollama.com/api/errors',
    answers: [
      {
        body: events(...chat.saying('{"verdict":"app'), {
          error: 'an error was encountered while running the model: unexpected EOF',
        }),
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'ollama-no-tools',
    habit: 'A model without tools refuses them, by its name.',
    source: 'https://docs.ollama.com/capabilities/tool-calling',
    tools: ['lookup'],
    answers: [
      chat.refused(400, { message: 'registry.ollama.ai/library/gemma3:4b does not support tools', type: 'api_error' }),
    ],
    expect: rejected([/tools/], { requests: 3, calls: [] }),
  },
  {
    id: 'ollama-ps-away',
    habit: 'Its runner was killed: 500 for a while, then it is back.',
    source: 'https://docs.ollama.com/api/errors',
    answers: [
      chat.refused(500, { message: 'llama runner process has terminated: exit status 2', type: 'api_error' }),
      chat.fine,
    ],
    expect: completesAfter(3),
  },
]);
