/** Others that speak Anthropic's messages: events, reasons and errors. */

import { completes, completesAfter, looksUp, odd, rejected } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import { anthropic as strict, invalid, thinkingBack } from '../strict/anthropic.ts';
import { bad, isGiven, listOf, messagesOf, textOf } from '../strict/request.ts';
import * as wire from '../wire/messages.ts';
import { done, namedEvents } from '../wire/sse.ts';

const docs = 'https://docs.anthropic.com/en/';

const withoutId = { type: 'tool_use', name: 'lookup', input: {} };

export const compatibleEvents = shapesOf('anthropic-compatible', 'messages', [
  {
    id: 'compatible-no-names',
    habit: 'Events have no names; only their data has a type.',
    source: `${docs}build-with-claude/streaming`,
    answers: [
      {
        body: namedEvents(wire.begin(), ...wire.text(0, goodText), wire.ending('end_turn'), wire.end).map((one) =>
          one.replace(/^event: .*\n/, ''),
        ),
      },
    ],
    expect: completes,
  },
  {
    id: 'compatible-names-alone',
    habit: 'Events have names; their data has no type.',
    source: `${docs}build-with-claude/streaming`,
    answers: [
      {
        body: namedEvents(wire.begin(), ...wire.text(0, goodText), wire.ending('end_turn'), wire.end).map((one) =>
          one.replace(/^(event: \w+\ndata: \{)"type":"\w+",?/, '$1'),
        ),
      },
    ],
    expect: completes,
  },
  {
    id: 'compatible-done-at-the-end',
    habit: 'The mark of the end of another format.',
    source: 'QuantumNous/new-api#1276',
    answers: [{ body: [...wire.fine.body, done] }],
    expect: completes,
  },
  {
    id: 'compatible-empty-ping',
    habit: 'A ping without data.',
    source: 'caozhiyuan/copilot-api#88',
    answers: [{ body: ['event: ping\ndata: ""\n\n', 'event: ping\ndata:\n\n', ...wire.fine.body] }],
    expect: completes,
  },
  {
    id: 'compatible-end-turn-with-calls',
    habit: 'A call, and `end_turn` as the reason.',
    source: 'BerriAI/litellm#12481',
    tools: ['lookup'],
    answers: [
      wire.stream(wire.begin(), ...wire.use(0, 'lookup', { city: 'Oslo' }), wire.ending('end_turn'), wire.end),
      wire.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'compatible-no-reason',
    habit: 'The reason to stop is null, and the message is over.',
    source: 'https://docs.ollama.com/api/anthropic-compatibility',
    answers: [wire.stream(wire.begin(), ...wire.text(0, goodText), wire.ending(null), wire.end)],
    expect: completes,
  },
  {
    id: 'compatible-reason-of-another-format',
    habit: 'The reason to stop is that of chat completions, for a limit that was met.',
    source: 'BerriAI/litellm#12481',
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.text(0, '{"verdict":"approved","note":"a first idea"}, or'),
        wire.ending('length'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'compatible-error-of-another-format',
    habit: 'Errors are in the form of chat completions.',
    source: 'borawong/AiMaMi#10',
    answers: [
      {
        status: 400,
        body: ['{"error":{"type":"invalid_request_error","message":"the model takes no images"},"type":"error"}'],
      },
    ],
    expect: rejected([/400|no images/], { requests: 3 }),
  },
  {
    id: 'compatible-error-after-start',
    habit: 'The message begins, then comes an error; the next is fine.',
    source: 'BerriAI/litellm#38610',
    answers: [
      {
        body: namedEvents(wire.begin(), {
          type: 'error',
          error: { type: 'api_error', message: 'fallback failed too' },
        }),
      },
      wire.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'compatible-plain-error-in-stream',
    habit: 'An error in the stream has no name and no type.',
    source: 'BerriAI/litellm#4562',
    answers: [
      { body: [...namedEvents(wire.begin()), 'data: {"error":{"message":"upstream 503","code":503}}\n\n'] },
      wire.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'compatible-signature-in-start',
    habit: 'The signature lies in the beginning of the thought.',
    source: 'lidge-jun/opencodex#620',
    tools: ['lookup'],
    rules: [thinkingBack({ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' })],
    answers: [
      wire.stream(
        wire.begin(),
        wire.blockStart(0, { type: 'thinking', thinking: '', signature: 'c2ln' }),
        wire.blockDelta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
        wire.blockStop(0),
        ...wire.use(1, 'lookup', { city: 'Oslo' }),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'compatible-ids-with-colons',
    habit: 'Ids of calls have signs that Bedrock behind it refuses.',
    source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html',
    tools: ['lookup'],
    rules: [
      (body) =>
        messagesOf(body)
          .flatMap(({ content }) => listOf(content))
          .some((block) => block['type'] === 'tool_use' && !/^[a-zA-Z0-9_-]+$/.test(textOf(block['id'])))
          ? invalid("messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'")
          : undefined,
    ],
    answers: [
      wire.stream(
        wire.begin(),
        ...wire.use(0, 'lookup', { city: 'Oslo' }, 'functions.lookup:0'),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({ requests: 3 }),
  },
  {
    id: 'compatible-call-without-id',
    habit: 'A call has no id.',
    source: 'https://docs.ollama.com/api/anthropic-compatibility',
    tools: ['lookup'],
    rules: [strict],
    answers: [
      wire.stream(
        wire.begin(),
        wire.blockStart(0, withoutId),
        wire.blockDelta(0, { type: 'input_json_delta', partial_json: '{"city":"Oslo"}' }),
        wire.blockStop(0),
        wire.ending('tool_use'),
        wire.end,
      ),
      wire.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'compatible-call-without-name',
    habit: 'A call names no tool.',
    source: `${docs}build-with-claude/streaming`,
    tools: ['lookup'],
    answers: [
      wire.stream(
        wire.begin(),
        wire.blockStart(0, { type: 'tool_use', id: 'toolu_01', input: {} }),
        wire.blockDelta(0, { type: 'input_json_delta', partial_json: '{}' }),
        wire.blockStop(0),
        wire.ending('tool_use'),
        wire.end,
      ),
    ],
    expect: odd(/name/),
  },
  {
    id: 'compatible-no-output-config',
    habit: 'It refuses what it does not know.',
    source: 'https://docs.z.ai/devpack/tool/claude',
    rules: [
      (body) =>
        isGiven(body['output_config']) ? bad('Unrecognized request argument supplied: output_config') : undefined,
    ],
    times: 2,
    answers: [wire.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'compatible-crlf',
    habit: 'Lines end in CR and LF.',
    source: 'https://html.spec.whatwg.org/multipage/server-sent-events.html',
    answers: [{ body: [wire.fine.body.join('').replaceAll('\n', '\r\n')] }],
    expect: completes,
  },
]);
