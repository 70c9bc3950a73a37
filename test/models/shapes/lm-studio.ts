/** LM Studio. */

import { completes, completesAfter, looksUp, odd } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { bad, callsOf, messagesOf } from '../strict/request.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const idsNeeded: Rule = (body) =>
  messagesOf(body).some(
    (message) => message['tool_call_id'] === '' || callsOf(message).some(({ id }) => id === '' || id === undefined),
  )
    ? { status: 400, body: { error: "Invalid 'messages' in payload." } }
    : undefined;

const schemaOnly: Rule = (body) =>
  (body['response_format'] as { type?: string } | undefined)?.type === 'json_object'
    ? bad("'response_format.type' must be 'json_schema' or 'text'")
    : undefined;

export const lmStudio = shapesOf('lm-studio', 'chat', [
  {
    id: 'lm-studio-plain',
    habit: 'Documented form, without counts.',
    source: 'https://lmstudio.ai/docs/developer/openai-compat',
    rules: [schemaOnly],
    answers: [chat.stream(chat.opening, ...chat.saying(goodText), chat.stop)],
    expect: completes,
  },
  {
    id: 'lm-studio-empty-tool-calls',
    habit: 'An empty list of calls is always there.',
    source: 'lmstudio-ai/lmstudio-bug-tracker#1318',
    answers: [
      chat.stream(
        ...chat.saying(goodText).map((one) => ({
          ...one,
          choices: [
            {
              index: 0,
              delta: {
                content: (one['choices'] as [{ delta: { content: string } }])[0].delta.content,
                tool_calls: [],
              },
              finish_reason: null,
            },
          ],
        })),
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'lm-studio-empty-names',
    habit: 'Later pieces of a call have the name "".',
    source: 'lmstudio-ai/lmstudio-bug-tracker#649',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: '193629320', name: 'lookup', args: '' }),
        chat.callChunk({ index: 0, name: '', args: '{"city":' }),
        chat.callChunk({ index: 0, name: '', args: '"Oslo"}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'lm-studio-call-without-function',
    habit: 'An entry among the calls names no function at all.',
    source: 'lmstudio-ai/lmstudio-bug-tracker#830',
    tools: ['lookup'],
    answers: [chat.stream(chat.chunk({ tool_calls: [{ index: 0, id: '', type: 'function' }] }), chat.callsEnd)],
    expect: odd(/name|function/),
  },
  {
    id: 'lm-studio-missing-id',
    habit: 'It gives calls without an id, and refuses to have them back without.',
    source: 'nugget/thane-ai-agent#1396',
    tools: ['lookup'],
    rules: [idsNeeded],
    answers: [
      chat.stream(chat.callChunk({ index: 0, id: '', name: 'lookup', args: '{"city":"Oslo"}' }), chat.callsEnd),
      chat.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'lm-studio-tool-request-text',
    habit: 'A call in the tags of its default prompt stays text.',
    source: 'https://lmstudio.ai/docs/developer/openai-compat/tools',
    tools: ['lookup'],
    contract: 'named',
    answers: [
      chat.said('[TOOL_REQUEST]{"name":"lookup","arguments":{"city":"Oslo"}}[END_TOOL_REQUEST]'),
      chat.said('{"name":"Ada"}'),
    ],
    expect: { status: 'completed', output: { name: 'Ada' }, requests: 2 },
  },
  {
    id: 'lm-studio-error-event',
    habit: 'An error is an event of that name in the stream; the model was loaded again since.',
    source: 'https://lmstudio.ai/docs/developer/rest/streaming-events',
    answers: [
      {
        body: [
          ...events(...chat.saying('{"ver')),
          'event: error\ndata: {"error":{"message":"The model has crashed without additional information. (Exit code: 6)"}}\n\n',
        ],
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'lm-studio-fence',
    habit: 'A small model puts its answer into a fence, with words around it.',
    source: 'https://lmstudio.ai/docs/developer/openai-compat/structured-output',
    answers: [chat.said(`Here it is:\n\n\`\`\`json\n${goodText}\n\`\`\`\n\nAnything else?`)],
    expect: completes,
  },
]);
