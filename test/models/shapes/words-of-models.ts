/** What models write, whatever server they are behind: thoughts, calls and answers in words. */

import { completes, completesAfter } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { bad } from '../strict/request.ts';
import * as chat from '../wire/chat.ts';

const draft = '{"verdict":"rejected","note":"a first idea"}';
const letter = (text: string) => ({ status: 'completed', output: { text }, requests: 1 }) as const;
const asLetter = (text: string) => chat.said(JSON.stringify({ text }));

const noHalves: Rule = (body) =>
  /\\u[dD][89a-fA-F]/.test(JSON.stringify(body))
    ? bad('We could not parse the JSON body of your request: lone leading surrogate in hex escape.')
    : undefined;

/** Marks by which models think, each with a draft between them. */
const marks = [
  [
    'thinking',
    '<thinking>',
    '</thinking>',
    'https://docs.anthropic.com/en/docs/build-with-claude/prompt-engineering/chain-of-thought',
  ],
  ['thought', '<thought>', '</thought>', 'https://huggingface.co/open-thoughts/OpenThinker-7B'],
  ['reasoning', '<reasoning>', '</reasoning>', 'https://huggingface.co/ibm-granite/granite-3.3-8b-instruct'],
  ['seed', '<seed:think>', '</seed:think>', 'https://huggingface.co/ByteDance-Seed/Seed-OSS-36B-Instruct'],
  ['kimi', '◁think▷', '◁/think▷', 'https://huggingface.co/moonshotai/Kimi-VL-A3B-Thinking'],
  [
    'begin-of-thought',
    '<|begin_of_thought|>',
    '<|end_of_thought|>',
    'https://huggingface.co/open-thoughts/OpenThinker-7B',
  ],
] as const;

const thoughts = shapesOf('any', 'chat', [
  ...marks.map(([name, open, close, source]) => ({
    id: `words-think-${name}`,
    habit: `Thoughts stand between ${open} and ${close}.`,
    source,
    answers: [chat.said(`${open}\nPerhaps ${draft}? No.\n${close}\n\n${goodText}`)],
    expect: { ...completes, never: ['a first idea'] },
  })),
  {
    id: 'words-think-empty',
    habit: 'An empty thought before the answer.',
    source: 'https://huggingface.co/Qwen/Qwen3-8B',
    answers: [chat.said(`<think>\n\n</think>\n\n${goodText}`)],
    expect: completes,
  },
  {
    id: 'words-think-twice',
    habit: 'Two thoughts, a draft in each.',
    source: 'langchain-ai/langchain#32120',
    answers: [chat.said(`<think>${draft}</think>\n<think>Or ${draft}?</think>\n${goodText}`)],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'words-think-after-the-answer',
    habit: 'A thought behind the answer.',
    source: 'langchain-ai/langchain#35530',
    answers: [chat.said(`${goodText}\n<think>Or rather ${draft}?</think>`)],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'words-mark-within-the-answer',
    habit: 'The mark of a thought is a part of the answer.',
    source: 'https://huggingface.co/Qwen/Qwen3-8B',
    contract: 'letter',
    answers: [asLetter('Write <think> and </think> around it.')],
    expect: letter('Write <think> and </think> around it.'),
  },
  {
    id: 'words-mark-within-the-fence',
    habit: 'The mark of a thought is a part of an answer in a fence.',
    source: 'https://huggingface.co/Qwen/Qwen3-8B',
    contract: 'letter',
    answers: [chat.said(`\`\`\`json\n${JSON.stringify({ text: 'a <think>b</think> c' })}\n\`\`\``)],
    expect: letter('a <think>b</think> c'),
  },
]);

const calls = shapesOf('any', 'chat', [
  {
    id: 'words-call-within-the-answer',
    habit: 'The mark of a call is a part of the answer.',
    source: 'langchain-ai/langchain#40147',
    tools: ['lookup'],
    contract: 'letter',
    answers: [asLetter('Write <tool_call>{"name": "lookup"}</tool_call>.')],
    expect: letter('Write <tool_call>{"name": "lookup"}</tool_call>.'),
  },
  {
    id: 'words-answer-named-as-a-tool',
    habit: 'The answer has the name of a tool in it, and no arguments.',
    source: 'langchain-ai/langchain#40147',
    tools: ['lookup'],
    contract: 'named',
    answers: [chat.said('{"name":"lookup"}')],
    expect: { status: 'completed', output: { name: 'lookup' }, requests: 1 },
  },
  ...(
    [
      ['json', '{"name": "lookup", "arguments": {"city": "Oslo"}}'],
      ['json-parameters', '{"type": "function", "name": "lookup", "parameters": {"city": "Oslo"}}'],
      ['fence', '```json\n{"name": "lookup", "arguments": {"city": "Oslo"}}\n```'],
      ['list', '[{"name": "lookup", "arguments": {"city": "Oslo"}}]'],
      ['python-tag', '<|python_tag|>{"name": "lookup", "parameters": {"city": "Oslo"}}'],
      ['function-tag', '<function=lookup>{"name": "Oslo"}</function>'],
      [
        'invoke',
        '<function_calls><invoke name="lookup"><parameter name="city">Oslo</parameter></invoke></function_calls>',
      ],
      ['behind-words', 'I will look.\n<tool_call>{"name": "lookup", "arguments": {"city": "Oslo"}}</tool_call>'],
    ] as const
  ).map(([name, text]) => ({
    id: `words-call-${name}`,
    habit: `A call is written as text (${name}): it is no answer, though the contract would take it.`,
    source: 'langchain-ai/langchain#40147',
    tools: ['lookup'] as const,
    contract: 'named' as const,
    answers: [chat.said(text), chat.said('{"name":"Ada"}')],
    expect: { status: 'completed' as const, output: { name: 'Ada' }, requests: 2, calls: [] },
  })),
]);

const answers = shapesOf('any', 'chat', [
  {
    id: 'words-draft-then-answer',
    habit: 'An object, words, and another object: which is meant must not be guessed wrongly.',
    source: 'https://docs.ollama.com/capabilities/structured-outputs',
    answers: [chat.said(`${draft}\n\nWait, that is wrong. Rather:\n\n${goodText}`), chat.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'words-fence-tildes',
    habit: 'A fence of tildes.',
    source: 'https://spec.commonmark.org/0.31.2/',
    answers: [chat.said(`~~~json\n${goodText}\n~~~`)],
    expect: completes,
  },
  {
    id: 'words-text-of-json',
    habit: 'The answer is a text of JSON that holds the JSON.',
    source: 'https://docs.ollama.com/capabilities/structured-outputs',
    answers: [chat.said(JSON.stringify(goodText)), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'words-list-of-one',
    habit: 'The answer is a list of one object.',
    source: 'https://docs.ollama.com/capabilities/structured-outputs',
    answers: [chat.said(`[${goodText}]`), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'words-trailing-comma',
    habit: 'A comma too many.',
    source: 'https://docs.ollama.com/capabilities/structured-outputs',
    answers: [chat.said('{"verdict":"approved","note":"fine",}'), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'words-pair-cut-in-two',
    habit: 'The two halves of a sign come in two chunks, as escapes.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    contract: 'letter',
    answers: [
      {
        body: ['{\\"text\\":\\"a \\ud83d', '\\ude00 b\\"}']
          .map((content) => `data: {"choices":[{"index":0,"delta":{"content":"${content}"},"finish_reason":null}]}\n\n`)
          .concat('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n', 'data: [DONE]\n\n'),
      },
    ],
    expect: letter('a 😀 b'),
  },
  {
    id: 'words-half-a-pair',
    habit: 'Half a sign in an answer that has to be repaired: it may not go back as it is.',
    source: 'https://platform.openai.com/docs/guides/error-codes',
    rules: [noHalves],
    answers: [
      {
        body: [
          'data: {"choices":[{"index":0,"delta":{"content":"not yet \\ud83d"},"finish_reason":"stop"}]}\n\n',
          'data: [DONE]\n\n',
        ],
      },
      chat.fine,
    ],
    expect: completesAfter(2, { refused: 0 }),
  },
  {
    id: 'words-nul',
    habit: 'A sign that no database likes.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    contract: 'letter',
    answers: [asLetter('a\u0000b')],
    expect: letter('a\u0000b'),
  },
  {
    id: 'words-long',
    habit: 'A megabyte of answer.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    contract: 'letter',
    answers: [chat.stream(chat.chunk({ content: JSON.stringify({ text: 'é'.repeat(500_000) }) }), chat.stop)],
    expect: letter('é'.repeat(500_000)),
  },
]);

export const wordsOfModels = [...thoughts, ...calls, ...answers];
