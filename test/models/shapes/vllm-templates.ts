/** vLLM: templates, thoughts and failures. */

import { completes, completesAfter, looksUp, rejected } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import { alternating } from '../strict/templates.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const oslo = '{"city": "Oslo"}';

export const vllmTemplates = shapesOf('vllm', 'chat', [
  {
    id: 'vllm-template-alternates',
    habit: 'The template counts roles: what a person says after a call cannot be a message of its own.',
    source: 'mistralai/mistral-common#169',
    tools: ['lookup'],
    rules: [alternating],
    steer: 'Be brief about Oslo.',
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({ refused: 0, sends: ['rain in Oslo', 'Be brief about Oslo.'] }),
  },
  {
    id: 'vllm-template-alternates-repair',
    habit: 'The template counts roles, and an empty answer must be asked for again.',
    source: 'charmbracelet/crush#279',
    rules: [alternating],
    answers: [chat.stream(chat.opening, chat.stop), chat.fine],
    expect: completesAfter(2, { refused: 0 }),
  },
  {
    id: 'vllm-reasoning',
    habit: 'Thoughts in `reasoning`, the newer name.',
    source: 'https://docs.vllm.ai/en/latest/features/reasoning_outputs.html',
    answers: [
      chat.stream(
        ...chat.thinking('Perhaps {"verdict":"rejected","note":"no"}.', 'reasoning'),
        ...chat.saying(goodText),
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'vllm-both-reasoning-fields',
    habit: 'Thoughts in both names at once, with content null.',
    source: 'https://docs.vllm.ai/en/latest/features/reasoning_outputs.html',
    answers: [
      chat.stream(
        chat.chunk({ reasoning: 'Hm.', reasoning_content: 'Hm.', content: null }),
        ...chat.saying(goodText),
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'vllm-harmony-channels',
    habit: 'Channels of gpt-oss stand in the content; only the final one is the answer.',
    source: 'scouzi1966/maclocal-api#121',
    answers: [
      chat.said(
        `<|channel|>analysis<|message|>Perhaps {"verdict":"rejected","note":"no"}.<|end|><|start|>assistant<|channel|>final<|message|>${goodText}`,
      ),
    ],
    expect: { ...completes, never: ['rejected'] },
  },
  {
    id: 'vllm-no-parser',
    habit: 'Without a parser for tools it refuses them, and says which flags are missing.',
    source: 'https://docs.vllm.ai/en/latest/features/tool_calling.html',
    tools: ['lookup'],
    answers: [
      chat.refused(400, {
        message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
        type: 'BadRequestError',
        code: 400,
      }),
    ],
    expect: rejected([/tool/], { requests: 3, calls: [] }),
  },
  {
    id: 'vllm-all-null',
    habit: 'Content and thoughts are null although tokens were counted.',
    source: 'vllm-project/vllm#41902',
    answers: [
      chat.stream(chat.chunk({ role: 'assistant', content: null, reasoning: null }), chat.stop, chat.usageChunk),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'vllm-nulls-in-pieces',
    habit: 'Later pieces of a call carry id, type and name as null.',
    source: 'vllm-project/vllm#18412',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: '' }),
        chat.chunk({
          content: null,
          tool_calls: [{ index: 0, id: null, type: null, function: { name: null, arguments: oslo } }],
        }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'vllm-context',
    habit: 'A prompt beyond the context says how long both are.',
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    answers: [
      chat.refused(400, {
        message:
          "This model's maximum context length is 2048 tokens. However, your request has 5000 input tokens. Please reduce the length of the input messages.",
        type: 'BadRequestError',
        param: 'input_tokens',
        code: 400,
      }),
    ],
    expect: rejected([/context/i], {
      requests: 2,
      error: { code: 'model_rejected', says: [/context/i], neverSays: [/MODEL_ID/] },
    }),
  },
  {
    id: 'vllm-engine-dead',
    habit: 'The engine died in the middle of an answer: 500 in the stream, and fine after its restart.',
    source: 'aaif-goose/goose#8027',
    answers: [
      {
        body: events(...chat.saying('{"verdict":"re'), {
          error: { message: 'Internal server error', type: 'InternalServerError', code: 500 },
        }),
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
]);
