/** Gemini behind its OpenAI-compatible address, and behind gateways that imitate it. */

import { completes, completesAfter, looksUp, stops } from '../outcomes.ts';
import { goodText, shapesOf, type WireAnswer } from '../shape.ts';
import { invalid, noSchemaWithTools, schemaSubset, signatureBack } from '../strict/gemini.ts';
import { openaiChat } from '../strict/openai-chat.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const signature = 'CpUBAdHtim9signed==';
const signed = { extra_content: { google: { thought_signature: signature } } };
const call = (name: string, args: string, more: object = {}) => ({
  function: { name, arguments: args },
  type: 'function',
  ...more,
});
const asked = (...calls: readonly object[]) => chat.chunk({ role: 'assistant', tool_calls: calls });
const overloaded: WireAnswer = {
  status: 503,
  body: [
    JSON.stringify([
      { error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' } },
    ]),
  ],
};

export const gemini = shapesOf('gemini', 'chat', [
  {
    id: 'gemini-plain',
    habit: 'Each delta names the role; the last one has content and the reason to stop; no `[DONE]` is promised.',
    source: 'https://ai.google.dev/gemini-api/docs/openai',
    answers: [
      {
        body: events(
          chat.chunk({ content: goodText.slice(0, 9), role: 'assistant' }),
          chat.chunk({ content: goodText.slice(9), role: 'assistant' }, 'stop', { usage: chat.counts }),
        ),
      },
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'gemini-no-index',
    habit: 'A call comes whole and without an index.',
    source: 'THU-MAIC/OpenMAIC#1556',
    tools: ['lookup'],
    answers: [
      chat.stream(
        asked(call('lookup', '{"city":"Oslo"}', { id: 'function-call-1' })),
        chat.chunk({ role: 'assistant' }, 'tool_calls'),
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gemini-no-index-pieces',
    habit: 'Arguments in pieces without an index, and a stop instead of calls.',
    source: 'open-webui/computer#224',
    tools: ['lookup'],
    answers: [
      chat.stream(
        asked(call('lookup', '{"city":', { id: 'function-call-1' })),
        chat.chunk({ tool_calls: [{ function: { arguments: '"Oslo"}' } }] }),
        chat.stop,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gemini-two-calls-no-index',
    habit: 'Two calls of one turn, neither with an index.',
    source: 'AstrBotDevs/AstrBot#6661',
    tools: ['lookup', 'now'],
    answers: [
      chat.stream(
        asked(call('lookup', '{"city":"Oslo"}', { id: 'a1' })),
        asked(call('now', '{}', { id: 'b2' })),
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
    id: 'gemini-continued-empty-id',
    habit: 'Proxies send the rest of the arguments with id and type "".',
    source: 'AstrBotDevs/AstrBot#6692',
    tools: ['lookup'],
    answers: [
      chat.stream(
        asked(call('lookup', '', { id: 'a1' })),
        chat.chunk({ tool_calls: [{ id: '', type: '', function: { arguments: '{"city":"Oslo"}' } }] }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gemini-empty-id',
    habit: 'A whole answer whose call has the id "".',
    source: 'vercel/ai#6663',
    tools: ['lookup'],
    rules: [openaiChat],
    answers: [
      chat.document({ role: 'assistant', tool_calls: [call('lookup', '{"city":"Oslo"}', { id: '' })] }, 'tool_calls'),
      chat.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'gemini-signature',
    habit: 'The signature of a thought lies in the call and must come back with it.',
    source: 'langchain-ai/langchain#37347',
    tools: ['lookup'],
    rules: [signatureBack(signature)],
    answers: [chat.stream(asked(call('lookup', '{"city":"Oslo"}', { id: 'a1', ...signed })), chat.callsEnd), chat.fine],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'gemini-signature-first-of-two',
    habit: 'Of two calls only the first is signed.',
    source: 'https://ai.google.dev/gemini-api/docs/thought-signatures',
    tools: ['lookup', 'now'],
    rules: [signatureBack(signature)],
    answers: [
      chat.stream(
        asked(call('lookup', '{"city":"Oslo"}', { id: 'a1', ...signed }), call('now', '{}', { id: 'b2' })),
        chat.callsEnd,
      ),
      chat.fine,
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
    id: 'gemini-signature-every-turn',
    habit: 'Each turn has a signature, and all of them are wanted back.',
    source: 'huggingface/serge#25',
    tools: ['lookup', 'now'],
    rules: [signatureBack(signature)],
    answers: [
      chat.stream(asked(call('lookup', '{"city":"Oslo"}', { id: 'a1', ...signed })), chat.callsEnd),
      chat.stream(asked(call('now', '{}', { id: 'b2', ...signed })), chat.callsEnd),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
      requests: 3,
      refused: 0,
    }),
  },
  {
    id: 'gemini-signature-in-text-delta',
    habit: 'A delta with a signature and nothing else.',
    source: 'open-webui/computer#224',
    answers: [chat.stream(...chat.saying(goodText), chat.chunk({ role: 'assistant', ...signed }), chat.stop)],
    expect: completes,
  },
  {
    id: 'gemini-no-schema-with-tools',
    habit: 'A schema of the answer beside tools is refused; an error is a list.',
    source: 'googleapis/python-genai#867',
    tools: ['lookup'],
    rules: [noSchemaWithTools],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({ requests: 3 }),
  },
  {
    id: 'gemini-schema-subset',
    habit: 'A keyword that it does not know is refused as an unknown name.',
    source: 'GoogleCloudPlatform/vertex-ai-samples#3618',
    contract: 'bounded',
    rules: [schemaSubset],
    times: 2,
    answers: [chat.said('{"verdict":"approved","note":"fine","score":9}')],
    expect: { status: 'completed', output: { verdict: 'approved', note: 'fine', score: 9 }, requests: 3 },
  },
  {
    id: 'gemini-filtered',
    habit: 'A prompt that its filters stop ends in `content_filter`, without a word.',
    source: 'https://ai.google.dev/gemini-api/docs/safety-settings',
    answers: [chat.stream(chat.chunk({ role: 'assistant' }, 'content_filter'))],
    expect: { status: 'failed', requests: 1, error: { says: [/filter|withh/i], neverSays: [/not a JSON object/] } },
  },
  {
    id: 'gemini-overloaded',
    habit: '503 as a list of one error.',
    source: 'https://ai.google.dev/gemini-api/docs/troubleshooting',
    answers: [overloaded, chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'gemini-exhausted-minute',
    habit: '429 names the quota and when it is free again.',
    source: 'https://ai.google.dev/gemini-api/docs/rate-limits',
    answers: [
      {
        status: 429,
        headers: { 'content-type': 'application/json', 'retry-after': '0' },
        body: [
          JSON.stringify([
            {
              error: {
                code: 429,
                message: 'You exceeded your current quota. Please retry in 0.1s.',
                status: 'RESOURCE_EXHAUSTED',
                details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '0s' }],
              },
            },
          ]),
        ],
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'gemini-gateway-index-0',
    habit: 'A gateway in front of it gives every call the index 0, and each an id.',
    source: 'QuantumNous/new-api#2701',
    tools: ['lookup', 'now'],
    answers: [
      chat.stream(
        asked({ ...call('lookup', '{"city":"Oslo"}', { id: 'a1' }), index: 0 }),
        asked({ ...call('now', '{}', { id: 'b2' }), index: 0 }),
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
    id: 'gemini-malformed-call',
    habit: 'A call that the model wrote badly ends in a reason of its own, without text.',
    source: 'https://ai.google.dev/api/generate-content',
    tools: ['lookup'],
    answers: [
      chat.stream(chat.chunk({ role: 'assistant' }, 'function_call_filter: MALFORMED_FUNCTION_CALL')),
      chat.fine,
    ],
    expect: completesAfter(2, { calls: [] }),
  },
  {
    id: 'gemini-usage-without-output',
    habit: 'Of the counts that of the answer is missing where nothing but thought was counted.',
    source: 'https://ai.google.dev/gemini-api/docs/openai',
    answers: [
      chat.stream(...chat.saying(goodText), chat.chunk({}, 'stop', { usage: { prompt_tokens: 11, total_tokens: 18 } })),
    ],
    expect: completes,
  },
  {
    id: 'gemini-key',
    habit: 'A wrong key is a 400.',
    source: 'https://ai.google.dev/gemini-api/docs/troubleshooting',
    answers: [{ status: 400, body: [JSON.stringify(invalid('API key not valid. Please pass a valid API key.').body)] }],
    expect: stops([/key/i], { requests: 3 }),
  },
]);
