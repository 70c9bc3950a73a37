/** OpenAI's responses, and others that speak them: failures, and how an answer ends. */

import { completes, completesAfter, looksUp, rejected, stops } from '../outcomes.ts';
import { good, goodText, shapesOf, type Rule } from '../shape.ts';
import { openaiResponses as strict } from '../strict/openai-responses.ts';
import { bad, isGiven } from '../strict/request.ts';
import * as wire from '../wire/responses.ts';
import { done, namedEvents } from '../wire/sse.ts';

const docs = 'https://platform.openai.com/docs/';
const looking = wire.callItem('lookup', { city: 'Oslo' });
const text = wire.messageItem(goodText);
const firstIdea = wire.messageItem('{"verdict":"approved","note":"a first idea"}');
const ended = (type: 'response.incomplete' | 'response.failed', output: readonly wire.Item[], more: wire.Item) => ({
  type,
  response: wire.response(type.slice('response.'.length), output, more),
});
const noFormat: Rule = (body) =>
  isGiven(body['text']) && isGiven(body['text']['format']) && body['text']['format']['type'] === 'json_schema'
    ? bad("Invalid parameter: 'text.format' of type 'json_schema' is not supported with this model.", {
        param: 'text.format',
      })
    : undefined;

const noInclude: Rule = (body) =>
  body['include'] === undefined
    ? undefined
    : bad('Encrypted content is not supported with this model.', { param: 'include', code: 'unsupported_value' });

export const responsesFailures = shapesOf('openai', 'responses', [
  {
    id: 'responses-failed',
    habit: 'It fails in the end; the next try is fine.',
    source: 'langchain-ai/langchain#39041',
    answers: [
      wire.stream(
        wire.created,
        ...wire.streamed(0, firstIdea).slice(0, 3),
        ended('response.failed', [], {
          error: { code: 'server_error', message: 'The model failed to generate a response.' },
        }),
      ),
      wire.fine,
    ],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'responses-rate-limit-in-stream',
    habit: 'An error and a failure tell of the limit of a minute; the next try is fine.',
    source: 'vercel/ai#6534',
    answers: [
      wire.stream(
        wire.created,
        {
          type: 'error',
          error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'Rate limit reached', param: null },
        },
        ended('response.failed', [], { error: { code: 'rate_limit_exceeded', message: 'Rate limit reached' } }),
      ),
      wire.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'responses-overloaded-in-stream',
    habit: 'An error in the old form, its fields beside the type.',
    source: 'lsdefine/GenericAgent#753',
    answers: [
      wire.stream(wire.created, {
        type: 'error',
        code: 'server_error',
        message: 'Our servers are currently overloaded. Please try again later.',
        param: null,
      }),
      wire.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'responses-context-in-stream',
    habit: 'A prompt beyond the context fails in the stream.',
    source: 'BerriAI/litellm#29223',
    answers: [
      wire.stream(
        wire.created,
        ended('response.failed', [], {
          error: {
            code: 'context_length_exceeded',
            message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
          },
        }),
      ),
    ],
    expect: rejected([/context/i], { requests: 2 }),
  },
  {
    id: 'responses-no-quota',
    habit: '429 that no waiting mends.',
    source: `${docs}guides/error-codes`,
    answers: [
      {
        status: 429,
        body: [
          '{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}',
        ],
      },
    ],
    expect: stops([/quota|credit|billing/i]),
  },
  {
    id: 'responses-optional-property',
    habit: 'A strict form wants every property required; a contract need not be so.',
    source: `${docs}guides/structured-outputs`,
    contract: 'loose',
    rules: [strict],
    times: 2,
    answers: [wire.said('{"verdict":"approved"}')],
    expect: { status: 'completed', output: { verdict: 'approved' }, requests: 3 },
  },
  {
    id: 'responses-no-format',
    habit: 'A model that takes no form of the answer.',
    source: `${docs}guides/structured-outputs`,
    rules: [noFormat],
    times: 2,
    answers: [wire.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'responses-no-sealed-thoughts',
    habit: 'A model that does not think refuses to be asked for sealed thoughts.',
    source: `${docs}api-reference/responses/create`,
    rules: [noInclude],
    answers: [wire.fine],
    expect: completesAfter(2),
  },
  {
    id: 'responses-empty-output-at-the-end',
    habit: 'Items came in the stream; the response at the end has none.',
    source: 'https://lmstudio.ai/docs/developer/openai-compat/responses',
    answers: [wire.stream(wire.created, ...wire.streamed(0, text), wire.completed([]))],
    expect: completes,
  },
  {
    id: 'responses-only-at-the-end',
    habit: 'Nothing comes but the response at the end.',
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    answers: [wire.stream(wire.created, wire.completed([text]))],
    expect: completes,
  },
  {
    id: 'responses-call-only-at-the-end',
    habit: 'A call lies in the response at the end alone.',
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    tools: ['lookup'],
    answers: [wire.stream(wire.created, wire.completed([looking])), wire.fine],
    expect: looksUp(),
  },
  {
    id: 'responses-only-items-done',
    habit: 'Items come whole, without their pieces.',
    source: 'https://docs.ollama.com/api/openai-compatibility',
    tools: ['lookup'],
    answers: [
      wire.stream(wire.created, wire.itemDone(0, looking), wire.completed([looking])),
      wire.stream(wire.created, wire.itemDone(0, text), wire.completed([text])),
    ],
    expect: looksUp(),
  },
  {
    id: 'responses-unknown-events',
    habit: 'New events and items may come at any time.',
    source: `${docs}api-reference/responses-streaming`,
    answers: [
      wire.stream(
        wire.created,
        { type: 'response.queued', response: wire.response('queued', []) },
        { type: 'keepalive' },
        wire.itemDone(0, { id: 'ws_1', type: 'web_search_call', status: 'completed' }),
        { type: 'response.web_search_call.completed', item_id: 'ws_1', output_index: 0 },
        ...wire.streamed(1, text),
        {
          type: 'response.output_text.annotation.added',
          item_id: 'msg_1',
          output_index: 1,
          content_index: 0,
          annotation: {},
        },
        wire.completed([{ id: 'ws_1', type: 'web_search_call', status: 'completed' }, text]),
      ),
    ],
    expect: completes,
  },
  {
    id: 'responses-raw-reasoning',
    habit: 'Open models think aloud, in events of their own.',
    source: 'vllm-project/vllm#38190',
    answers: [
      wire.stream(
        wire.created,
        {
          type: 'response.reasoning_text.delta',
          item_id: 'rs_1',
          output_index: 0,
          content_index: 0,
          delta: '{"verdict":"rejected","note":"a first idea"}',
        },
        {
          type: 'response.reasoning_text.done',
          item_id: 'rs_1',
          output_index: 0,
          content_index: 0,
          text: '{"verdict":"rejected","note":"a first idea"}',
        },
        ...wire.streamed(1, text),
        wire.completed([text]),
      ),
    ],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'responses-no-names',
    habit: 'Events have no names; a mark of another format ends them.',
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    answers: [{ body: [...wire.fine.body.map((one) => String(one).replace(/^event: .*\n/, '')), done] }],
    expect: completes,
  },
  {
    id: 'responses-ends-in-the-middle',
    habit: 'The stream ends before the response is complete; the next is whole.',
    source: 'diegosouzapw/OmniRoute#8210',
    answers: [{ body: namedEvents(wire.created, ...wire.streamed(0, firstIdea)) }, wire.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'responses-call-cut',
    habit: 'The stream ends in the middle of a call that acts.',
    source: 'CommandCodeAI/command-code#785',
    tools: ['add-comment'],
    answers: [
      {
        body: namedEvents(
          wire.created,
          ...wire.streamed(0, wire.callItem('add-comment', { comment: 'All is well' })).slice(0, 4),
        ),
        end: 'broken',
      },
      wire.fine,
    ],
    expect: completesAfter(2, { calls: [] }),
  },
  {
    id: 'responses-open-after-the-end',
    habit: 'After the response nobody hangs up.',
    source: `${docs}api-reference/responses-streaming`,
    answers: [{ ...wire.fine, end: 'open' }],
    expect: completes,
  },
  {
    id: 'responses-whole-document',
    habit: 'A whole response where a stream was asked for.',
    source: `${docs}api-reference/responses/object`,
    answers: [wire.document([wire.reasoningItem(), text])],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'responses-empty',
    habit: 'It thinks and says nothing.',
    source: `${docs}guides/reasoning`,
    rules: [strict],
    answers: [wire.given(wire.reasoningItem()), wire.fine],
    expect: completesAfter(2, { refused: 0 }),
  },
  {
    id: 'responses-person-speaks',
    habit: 'What a person says in the middle of the work reaches the model.',
    source: `${docs}guides/conversation-state`,
    tools: ['lookup'],
    rules: [strict],
    steer: 'Think of the ferry.',
    answers: [wire.given(looking), wire.fine],
    expect: looksUp({ refused: 0, sends: ['Think of the ferry.'] }),
  },
  {
    id: 'responses-last-turn',
    habit: 'More rounds than an agent has turns: in the last one it must answer.',
    source: `${docs}guides/function-calling`,
    tools: ['lookup'],
    rules: [strict],
    answers: [
      ...Array.from({ length: 7 }, (_, at) =>
        wire.given(wire.callItem('lookup', { city: `Town ${at}` }, { id: `fc_${at}`, callId: `call_${at}` })),
      ),
      wire.fine,
    ],
    expect: { status: 'completed', output: good, requests: 8, refused: 0 },
  },
]);
