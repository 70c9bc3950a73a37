/** Qwen's compatible address (DashScope), Kimi, and GLM. */

import { completes, completesAfter, looksUp, rejected, stops } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { bad, callsOf, messagesOf } from '../strict/request.ts';
import { systemFirst } from '../strict/templates.ts';
import * as chat from '../wire/chat.ts';

const needsStream: Rule = (body) =>
  body['stream'] === true
    ? undefined
    : bad('parameter.enable_thinking must be set to false for non-streaming calls', {
        code: 'invalid_parameter_error',
      });

const thoughtsBack: Rule = (body) => {
  const at = messagesOf(body).findIndex(
    (message) => callsOf(message).length > 0 && message['reasoning_content'] === undefined,
  );
  return at < 0
    ? undefined
    : bad(`thinking is enabled but reasoning_content is missing in assistant tool call message at index ${at}`);
};

const qwen = shapesOf('qwen', 'chat', [
  {
    id: 'qwen-plain',
    habit: 'The first chunk has usage null, the counts come at the end; it thinks only in a stream.',
    source: 'https://help.aliyun.com/zh/model-studio/compatibility-of-openai-with-dashscope',
    rules: [needsStream],
    answers: [
      chat.stream(
        { ...chat.opening, usage: null },
        ...chat.saying(goodText),
        { ...chat.stop, usage: null },
        chat.usageChunk,
      ),
    ],
    expect: { ...completes, refused: 0, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'qwen-empty-id-and-name',
    habit: 'Later pieces of a call have id and name "".',
    source: 'spring-projects/spring-ai#4790',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_8589a7', name: 'lookup', args: '' }),
        chat.callChunk({ index: 0, id: '', name: '', args: '{"city": ' }),
        chat.callChunk({ index: 0, id: '', name: '', args: '"Oslo"}' }),
        chat.callChunk({ index: 0, id: '', name: '', args: '' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'qwen-reasoning',
    habit: 'Thoughts first, with content "" beside them.',
    source: 'https://help.aliyun.com/zh/model-studio/deep-thinking',
    answers: [
      chat.stream(
        chat.chunk({ content: '', reasoning_content: 'Perhaps {"verdict":"rejected","note":"no"}.' }),
        chat.chunk({ content: goodText, reasoning_content: '' }),
        chat.stop,
      ),
    ],
    expect: { ...completes, never: ['rejected'] },
  },
  {
    id: 'qwen-xml-call',
    habit: 'Qwen-Coder writes calls as tags, where no parser is set up.',
    source: 'https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct',
    tools: ['lookup'],
    contract: 'letter',
    answers: [
      chat.said('<tool_call>\n<function=lookup>\n<parameter=city>\nOslo\n</parameter>\n</function>\n</tool_call>'),
      chat.said('{"text":"done"}'),
    ],
    expect: { status: 'completed', output: { text: 'done' }, requests: 2 },
  },
  {
    id: 'qwen-inspection',
    habit: 'An input that its inspection stops is a 400 with a code of its own.',
    source: 'https://help.aliyun.com/zh/model-studio/error-code',
    answers: [
      chat.refused(400, {
        code: 'data_inspection_failed',
        param: null,
        message: 'Input data may contain inappropriate content.',
        type: 'data_inspection_failed',
      }),
    ],
    expect: rejected([/inspection|inappropriate|filter/i], { requests: 3 }),
  },
  {
    id: 'qwen-late-system',
    habit: 'The template wants the system message first, and one alone.',
    source: 'can1357/oh-my-pi#954',
    tools: ['lookup'],
    rules: [systemFirst],
    steer: 'Think of the ferry.',
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({ refused: 0, sends: ['Think of the ferry.'] }),
  },
]);

const kimi = shapesOf('kimi', 'chat', [
  {
    id: 'kimi-usage-in-choice',
    habit: 'Counts lie in the choice.',
    source: 'https://platform.moonshot.ai/docs/guide/utilize-the-streaming-output-feature-of-kimi-api',
    answers: [
      chat.stream(chat.opening, ...chat.saying(goodText), {
        ...chat.stop,
        choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: chat.counts }],
      }),
    ],
    expect: completes,
  },
  {
    id: 'kimi-ids-by-name',
    habit: 'Ids of calls are the name of the tool and a number.',
    source: 'https://github.com/MoonshotAI/Kimi-K2/blob/main/docs/tool_call_guidance.md',
    tools: ['lookup', 'now'],
    answers: [
      chat.stream(
        chat.callChunk(
          { index: 0, id: 'functions.lookup:0', name: 'lookup', args: '{"city":"Oslo"}' },
          { index: 1, id: 'functions.now:1', name: 'now', args: '{}' },
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
    id: 'kimi-thoughts-back',
    habit: 'While it thinks, thoughts must come back with their calls.',
    source: 'https://platform.moonshot.ai/docs/guide/use-kimi-k2-thinking-model',
    tools: ['lookup'],
    rules: [thoughtsBack],
    answers: [
      chat.stream(...chat.thinking('The weather decides.'), ...chat.called('lookup', { city: 'Oslo' }), chat.callsEnd),
      chat.fine,
    ],
    expect: looksUp({ refused: 0, sends: ['The weather decides.'] }),
  },
  {
    id: 'kimi-section-as-text',
    habit: 'The marks of a section of calls stand in the content.',
    source: 'https://github.com/MoonshotAI/Kimi-K2/blob/main/docs/tool_call_guidance.md',
    tools: ['lookup'],
    contract: 'letter',
    answers: [
      chat.said(
        '<|tool_calls_section_begin|><|tool_call_begin|>functions.lookup:0<|tool_call_argument_begin|>{"text":"Oslo"}<|tool_call_end|><|tool_calls_section_end|>',
      ),
      chat.said('{"text":"done"}'),
    ],
    expect: { status: 'completed', output: { text: 'done' }, requests: 2 },
  },
  {
    id: 'kimi-overloaded',
    habit: '429 where the engine has too much to do.',
    source: 'https://platform.moonshot.ai/docs/api/chat',
    answers: [
      chat.refused(429, {
        message: 'The engine is currently overloaded, please try again later',
        type: 'engine_overloaded_error',
      }),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'kimi-no-quota',
    habit: '429 where the account is empty.',
    source: 'https://platform.moonshot.ai/docs/api/chat',
    answers: [
      chat.refused(429, {
        message:
          'Your account is not active, current state: exceeded_current_quota, please check your plan and billing details',
        type: 'exceeded_current_quota_error',
      }),
    ],
    expect: stops([/quota|billing|credit/i]),
  },
  {
    id: 'glm-reason-in-words',
    habit: 'The reason to stop is that the network failed.',
    source: 'https://docs.z.ai/api-reference/llm/chat-completion',
    answers: [
      chat.stream(...chat.saying('{"verdict":"approved","note":"a first'), chat.chunk({}, 'network_error')),
      chat.fine,
    ],
    expect: completesAfter(2, { never: ['a first'] }),
  },
  {
    id: 'glm-sensitive',
    habit: 'The reason to stop is that the content is sensitive.',
    source: 'https://docs.z.ai/api-reference/llm/chat-completion',
    answers: [chat.stream(chat.chunk({ role: 'assistant', content: '' }, 'sensitive'))],
    expect: { status: 'failed', requests: 1, error: { says: [/filter|withh/i] } },
  },
]);

export const qwenAndKimi = [...qwen, ...kimi];
