/** Reasons, items and errors at the edges of messages and responses. */

import { completes, completesAfter, looksUp, rejected, stops } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { invalid } from '../strict/anthropic.ts';
import { bad, listOf, messagesOf } from '../strict/request.ts';
import * as messages from '../wire/messages.ts';
import * as responses from '../wire/responses.ts';
import { namedEvents } from '../wire/sse.ts';

const docs = 'https://docs.anthropic.com/en/';
const platform = 'https://platform.openai.com/docs/';

const noThoughts: Rule = (body) =>
  messagesOf(body)
    .flatMap(({ content }) => listOf(content))
    .some(({ type }) => type === 'thinking')
    ? invalid("messages.1.content.0: Input tag 'thinking' found using 'type' does not match any of the expected tags")
    : undefined;

export const messagesEdges = shapesOf('anthropic', 'messages', [
  {
    id: 'edge-messages-stop-sequence',
    habit: 'A text to stop at was met.',
    source: `${docs}build-with-claude/handling-stop-reasons`,
    answers: [
      messages.stream(messages.begin(), ...messages.text(0, goodText), messages.ending('stop_sequence'), messages.end),
    ],
    expect: completes,
  },
  {
    id: 'edge-messages-ping-within',
    habit: 'Pings between the pieces of a call.',
    source: `${docs}build-with-claude/streaming`,
    tools: ['lookup'],
    answers: [
      messages.stream(
        messages.begin(),
        ...messages.use(0, 'lookup', { city: 'Oslo' }).flatMap((one) => [one, messages.ping]),
        messages.ending('tool_use'),
        messages.end,
      ),
      messages.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'edge-messages-no-reason-event',
    habit: 'The message stops without the event that says why.',
    source: 'https://docs.ollama.com/api/anthropic-compatibility',
    answers: [messages.stream(messages.begin(), ...messages.text(0, goodText), messages.end)],
    expect: completes,
  },
  {
    id: 'edge-messages-invalid-in-stream',
    habit: 'A request is refused in the stream.',
    source: `${docs}api/errors`,
    answers: [
      {
        body: namedEvents(messages.begin(), {
          type: 'error',
          error: { type: 'invalid_request_error', message: 'the model takes no images' },
        }),
      },
    ],
    expect: rejected([/invalid_request_error|no images/], { requests: 3 }),
  },
  {
    id: 'edge-messages-too-large',
    habit: 'A request beyond its size.',
    source: `${docs}api/errors`,
    answers: [messages.failed(413, 'request_too_large', 'Request exceeds the maximum allowed number of bytes.')],
    expect: rejected([/413|too large|request_too_large/]),
  },
  {
    id: 'edge-messages-no-model',
    habit: 'There is no such model.',
    source: `${docs}api/errors`,
    answers: [messages.failed(404, 'not_found_error', 'model: claude-x')],
    expect: stops([/404|not_found/], { requests: 2 }),
  },
  {
    id: 'edge-messages-permission',
    habit: 'The key may not use the model.',
    source: `${docs}api/errors`,
    answers: [
      messages.failed(403, 'permission_error', 'Your API key does not have permission to use the specified resource.'),
    ],
    expect: stops([/key|permission/]),
  },
  {
    id: 'edge-messages-thoughts-not-taken-back',
    habit: 'It gives thoughts, and refuses to have them back.',
    source: 'lidge-jun/opencodex#620',
    tools: ['lookup'],
    rules: [noThoughts],
    answers: [
      messages.stream(
        messages.begin(),
        ...messages.thought(0, 'Hm.', ''),
        ...messages.use(1, 'lookup', { city: 'Oslo' }),
        messages.ending('tool_use'),
        messages.end,
      ),
      messages.fine,
    ],
    expect: looksUp({ requests: 3, refused: 1 }),
  },
  {
    id: 'edge-messages-input-text',
    habit: 'The whole input is a text of JSON.',
    source: 'https://docs.z.ai/devpack/tool/claude',
    tools: ['lookup'],
    answers: [
      messages.stream(
        messages.begin(),
        messages.blockStart(0, { type: 'tool_use', id: 'toolu_01', name: 'lookup', input: '{"city":"Oslo"}' }),
        messages.blockStop(0),
        messages.ending('tool_use'),
        messages.end,
      ),
      messages.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'edge-messages-whole-call',
    habit: 'A whole message with a call where a stream was asked for.',
    source: `${docs}api/messages`,
    tools: ['lookup'],
    answers: [
      messages.document(
        [
          { type: 'text', text: 'I will look.' },
          { type: 'tool_use', id: 'toolu_01', name: 'lookup', input: { city: 'Oslo' } },
        ],
        'tool_use',
      ),
      messages.fine,
    ],
    expect: looksUp(),
  },
]);

export const responsesEdges = shapesOf('openai', 'responses', [
  {
    id: 'edge-responses-arguments-object',
    habit: 'The arguments of a call are an object.',
    source: 'https://lmstudio.ai/docs/developer/openai-compat/responses',
    tools: ['lookup'],
    answers: [
      (() => {
        const item = { ...responses.callItem('lookup', {}), arguments: { city: 'Oslo' } };
        return responses.stream(responses.created, responses.itemDone(0, item), responses.completed([item]));
      })(),
      responses.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'edge-responses-item-twice',
    habit: 'An item is done twice.',
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    tools: ['lookup'],
    answers: [
      (() => {
        const item = responses.callItem('lookup', { city: 'Oslo' });
        return responses.stream(
          responses.created,
          ...responses.streamed(0, item),
          responses.itemDone(0, item),
          responses.completed([item]),
        );
      })(),
      responses.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'edge-responses-no-created',
    habit: 'The first event is text.',
    source: 'https://docs.ollama.com/api/openai-compatibility',
    answers: [
      responses.stream(
        ...responses.streamed(0, responses.messageItem(goodText)),
        responses.completed([responses.messageItem(goodText)]),
      ),
    ],
    expect: completes,
  },
  {
    id: 'edge-responses-two-messages',
    habit: 'Words for the person, then the answer, as two messages.',
    source: `${platform}guides/latest-model`,
    answers: [
      responses.given(
        { ...responses.messageItem('I will look at it now.', 'msg_0'), phase: 'commentary' },
        { ...responses.messageItem(goodText), phase: 'final_answer' },
      ),
    ],
    expect: completes,
  },
  {
    id: 'edge-responses-cut-without-why',
    habit: 'It is incomplete, and does not say why.',
    source: `${platform}api-reference/responses/object`,
    answers: [
      responses.stream(
        responses.created,
        ...responses.streamed(0, responses.messageItem('{"verdict":"approved","note":"a first idea"}, or')),
        { type: 'response.incomplete', response: responses.response('incomplete', []) },
      ),
      responses.fine,
    ],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'edge-responses-temperature',
    habit: 'It takes no temperature, and nobody asked for one.',
    source: `${platform}guides/reasoning`,
    rules: [
      (body) =>
        body['temperature'] === undefined
          ? undefined
          : bad("Unsupported parameter: 'temperature' is not supported with this model.", { param: 'temperature' }),
    ],
    answers: [responses.fine],
    expect: { ...completes, refused: 0 },
  },
  {
    id: 'edge-responses-whole-call',
    habit: 'A whole response with a call where a stream was asked for.',
    source: `${platform}api-reference/responses/object`,
    tools: ['lookup'],
    answers: [responses.document([responses.callItem('lookup', { city: 'Oslo' })]), responses.fine],
    expect: looksUp(),
  },
  {
    id: 'edge-responses-failed-document',
    habit: 'A whole response that failed.',
    source: `${platform}api-reference/responses/object`,
    answers: [
      {
        headers: { 'content-type': 'application/json' },
        body: [
          JSON.stringify(
            responses.response('failed', [], { error: { code: 'server_error', message: 'Something went wrong.' } }),
          ),
        ],
      },
      responses.fine,
    ],
    expect: completesAfter(2),
  },
]);
