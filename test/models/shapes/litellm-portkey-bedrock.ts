/** Gateways with a name: LiteLLM, Portkey, and those in front of Bedrock. */

import { completes, completesAfter, looksUp, rejected, stops } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { unansweredCall } from '../strict/openai-chat.ts';
import { bad, callsOf, messagesOf, textOf } from '../strict/request.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const nonEmpty: Rule = (body) => {
  const empty = messagesOf(body).some(
    ({ role, content, ...more }) =>
      role === 'assistant' && textOf(content).trim() === '' && more['tool_calls'] === undefined,
  );
  return empty
    ? bad(
        'litellm.BadRequestError: BedrockException - {"message":"The text field in the ContentBlock object at messages.1.content.0 is blank. Add text to the text field, and try again."}',
        { code: '400' },
      )
    : undefined;
};

const toolIds: Rule = (body) => {
  const id = messagesOf(body)
    .flatMap(callsOf)
    .map((call) => textOf(call['id']))
    .find((one) => !/^[a-zA-Z0-9_-]{1,64}$/.test(one));
  return id === undefined
    ? undefined
    : bad(
        "1 validation error detected: Value at 'messages.2.member.content.1.member.toolUse.toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+",
      );
};

const toolsNamed: Rule = (body) =>
  messagesOf(body).some((message) => callsOf(message).length > 0) && body['tools'] === undefined
    ? bad('The toolConfig field must be defined when using toolUse and toolResult content blocks.')
    : undefined;

const resultsComplete: Rule = (body) => {
  const wrong = unansweredCall(body);
  return wrong === undefined ? undefined : bad(wrong);
};

const litellm = shapesOf('litellm', 'chat', [
  {
    id: 'litellm-id-in-every-chunk',
    habit:
      'The id stands in every piece of a call; at the end comes the whole call again, its arguments made a text twice.',
    source: 'BerriAI/litellm#20480',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: '{"ci' }),
        chat.callChunk({ index: 0, id: 'call_a', args: 'ty":"' }),
        chat.callChunk({ index: 0, id: 'call_a', args: 'Oslo"}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'litellm-another-id-each-chunk',
    habit: 'Every chunk of an answer has an id of its own, and `usage: {}`.',
    source: 'BerriAI/litellm#1571',
    answers: [
      chat.stream(
        ...[chat.opening, ...chat.saying(goodText), chat.stop].map((one, at) => ({
          ...one,
          id: `chatcmpl-${at}`,
          usage: {},
        })),
      ),
    ],
    expect: completes,
  },
  {
    id: 'litellm-end-turn',
    habit: 'The reason to stop is in the words of the server behind it.',
    source: 'BerriAI/litellm#12481',
    tools: ['lookup'],
    answers: [
      chat.stream(...chat.called('lookup', { city: 'Oslo' }), chat.chunk({}, 'end_turn')),
      chat.stream(...chat.saying(goodText), chat.chunk({}, 'end_turn')),
    ],
    expect: looksUp(),
  },
  {
    id: 'litellm-error-code-text',
    habit: 'An error in the stream has its status as a text.',
    source: 'BerriAI/litellm#4562',
    answers: [
      {
        body: events(...chat.saying('{"ver'), {
          error: { message: 'litellm.APIConnectionError: Internal server error', type: null, param: null, code: '500' },
        }),
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'litellm-failure-as-empty-stop',
    habit: 'A failure behind it becomes an empty answer that stopped.',
    source: 'BerriAI/litellm#36768',
    answers: [chat.stream(chat.chunk({ role: 'assistant' }), chat.stop), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'litellm-thinking-blocks',
    habit: 'Thoughts lie in blocks with a signature, beside `reasoning_content`.',
    source: 'https://docs.litellm.ai/docs/reasoning_content',
    answers: [
      chat.stream(
        chat.chunk({
          role: 'assistant',
          content: '',
          reasoning_content: 'Hm.',
          thinking_blocks: [{ type: 'thinking', thinking: 'Hm.', signature: null }],
          provider_specific_fields: { thinking_blocks: [] },
        }),
        ...chat.saying(goodText),
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'litellm-unsupported-params',
    habit: 'It refuses what the server behind it does not take.',
    source: 'https://docs.litellm.ai/docs/completion/drop_params',
    rules: [
      (body) =>
        body['response_format'] === undefined
          ? undefined
          : bad(
              "litellm.UnsupportedParamsError: some doesn't support parameters: ['response_format']. To drop these, set `litellm.drop_params=True`.",
              { code: '400' },
            ),
    ],
    times: 2,
    answers: [chat.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'litellm-budget',
    habit: 'A budget of the gateway that is used up is a 400.',
    source: 'https://docs.litellm.ai/docs/proxy/users',
    answers: [
      chat.refused(400, {
        message: 'Budget has been exceeded! Current cost: 5.1, Max budget: 5.0',
        type: 'budget_exceeded',
        param: null,
        code: '400',
      }),
    ],
    expect: stops([/budget/i], { requests: 3 }),
  },
]);

const portkey = shapesOf('portkey', 'chat', [
  {
    id: 'portkey-plain',
    habit: 'Results of its checks come in a chunk of their own before the answer.',
    source: 'https://portkey.ai/docs/product/guardrails',
    answers: [
      chat.stream({ hook_results: { before_request_hooks: [] } }, ...chat.saying(goodText), {
        ...chat.stop,
        provider: 'openai',
      }),
    ],
    expect: completes,
  },
  {
    id: 'portkey-failure',
    habit: 'An error of its own is a status and a message.',
    source: 'https://portkey.ai/docs/api-reference/inference-api/error-codes',
    answers: [
      {
        status: 400,
        body: ['{"status":"failure","message":"Either x-portkey-config or x-portkey-provider header is required"}'],
      },
    ],
    expect: rejected([/400|header/], { requests: 3 }),
  },
  {
    id: 'portkey-guardrail',
    habit: 'A check that says no is a 446.',
    source: 'https://portkey.ai/docs/product/guardrails',
    answers: [
      chat.refused(446, {
        message: 'The guardrail checks defined in the config failed.',
        type: 'hooks_failed',
        param: null,
        code: null,
      }),
    ],
    expect: rejected([/446|guardrail/], { requests: 3 }),
  },
]);

const bedrock = shapesOf('bedrock-gateway', 'chat', [
  {
    id: 'bedrock-index-from-1',
    habit: 'Calls are counted from 1, since the text has the place 0.',
    source: 'https://github.com/aws-samples/bedrock-access-gateway',
    tools: ['lookup', 'now'],
    answers: [
      chat.stream(
        ...chat.saying('I will look.'),
        ...chat.called('lookup', { city: 'Oslo' }, { id: 'tooluse_a1', index: 1 }),
        ...chat.called('now', {}, { id: 'tooluse_b2', index: 2 }),
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
    id: 'bedrock-no-blank-text',
    habit: 'A message without text is refused: an empty answer cannot go back.',
    source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html',
    rules: [nonEmpty],
    answers: [chat.stream(chat.opening, chat.stop), chat.fine],
    expect: completesAfter(2, { refused: 0 }),
  },
  {
    id: 'bedrock-ids-of-its-form',
    habit: 'Ids of calls are letters, digits, lines: others that a server gave are refused.',
    source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html',
    tools: ['lookup'],
    rules: [toolIds],
    answers: [chat.calling('lookup', { city: 'Oslo' }, { id: 'functions.lookup:0' }), chat.fine],
    expect: looksUp({ requests: 3 }),
  },
  {
    id: 'bedrock-tools-stay-named',
    habit: 'A conversation with calls must name the tools, also in the turn that must answer.',
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/tool-use.html',
    tools: ['lookup'],
    rules: [toolsNamed, resultsComplete],
    answers: [
      ...Array.from({ length: 7 }, (_, at) => chat.calling('lookup', { city: `Town ${at}` }, { id: `tooluse_${at}` })),
      chat.fine,
    ],
    expect: { status: 'completed', requests: 8, refused: 0 },
  },
  {
    id: 'bedrock-throttled',
    habit: 'It is throttled for a moment.',
    source: 'BerriAI/litellm#30946',
    answers: [
      chat.refused(
        429,
        {
          message:
            'An error occurred (ThrottlingException) when calling the ConverseStream operation: Too many requests',
          type: 'throttling_error',
        },
        { 'retry-after': '0' },
      ),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'bedrock-model-error-in-stream',
    habit: 'The model failed behind it, in the middle of the stream.',
    source: 'BerriAI/litellm#30946',
    answers: [
      {
        body: events(...chat.saying('{"verdict":"app'), {
          error: { message: 'modelStreamErrorException: The system encountered an unexpected error', code: 424 },
        }),
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
]);

export const namedGateways = [...litellm, ...portkey, ...bedrock];
