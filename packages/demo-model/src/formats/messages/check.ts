/** What the API refuses in a transcript that has the right shape. */

import { signatureOf } from '../thoughts.ts';
import type { ContentBlock, MessagesRequest } from './schema.ts';
import { findUnsupported } from './schema-subset.ts';

/** Neighbours of one role, which the API takes for one. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly blocks: readonly ContentBlock[];
  /** Place of its first message. */
  readonly place: number;
}

export function turnsOf(messages: MessagesRequest['messages']): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [place, { role, content }] of messages.entries()) {
    const blocks: readonly ContentBlock[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    const last = turns.at(-1);
    if (last?.role === role) turns[turns.length - 1] = { ...last, blocks: [...last.blocks, ...blocks] };
    else turns.push({ role, blocks, place });
  }
  return turns;
}

/** The first fault, in words much like the API's. */
export function findFault(request: MessagesRequest, turns: readonly Turn[]): string | undefined {
  return (
    faultOfContents(request) ??
    turns.map(faultOfBlocks).find((fault) => fault !== undefined) ??
    faultOfCalls(turns) ??
    faultOfEnd(request, turns) ??
    faultOfFields(request)
  );
}

const isBlank = (text: string): boolean => text.trim() === '';

function faultOfContents({ messages, system }: MessagesRequest): string | undefined {
  const isEmptySystem = Array.isArray(system) && system.some(({ text }) => isBlank(text));
  if (isEmptySystem) return 'system: text content blocks must be non-empty';
  // The last one may be an empty beginning of the answer.
  const place = messages.findIndex(
    ({ role, content }, place) => content.length === 0 && !(role === 'assistant' && place === messages.length - 1),
  );
  if (place >= 0) return `messages.${place}: all messages must have non-empty content`;
  const blank = messages.findIndex(({ content }) =>
    typeof content === 'string'
      ? content !== '' && isBlank(content)
      : content.some((block) => block.type === 'text' && isBlank(block.text)),
  );
  return blank >= 0 ? `messages.${blank}: text content blocks must contain non-whitespace text` : undefined;
}

function faultOfBlocks({ role, blocks, place }: Turn): string | undefined {
  const own = role === 'user' ? ['text', 'image', 'document', 'search_result', 'tool_result'] : undefined;
  const ofAssistant = ['text', 'tool_use', 'thinking', 'redacted_thinking'];
  const foreign = blocks.find(({ type }) => !(own ?? ofAssistant).includes(type));
  if (foreign !== undefined)
    return `messages.${place}: \`${foreign.type}\` blocks are not allowed in messages of role ${role}`;
  const forged = blocks.some((block) => block.type === 'thinking' && block.signature !== signatureOf(block.thinking));
  return forged ? `messages.${place}: Invalid \`signature\` in \`thinking\` block` : undefined;
}

const callsIn = (turn: Turn | undefined): readonly string[] =>
  (turn?.blocks ?? []).flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));

/** Each call is answered at the beginning of the next turn, and nothing else is. */
function faultOfCalls(turns: readonly Turn[]): string | undefined {
  const ids = turns.flatMap(callsIn);
  if (new Set(ids).size < ids.length) return 'messages: `tool_use` ids must be unique';
  for (const [index, { blocks, place }] of turns.entries()) {
    const answered = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    const asked = callsIn(turns[index - 1]);
    const stray = answered.find((id, at) => !asked.includes(id) || answered.indexOf(id) !== at);
    if (stray !== undefined)
      return `messages.${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message`;
    const isFirst = blocks.slice(0, answered.length).every(({ type }) => type === 'tool_result');
    const before = turns[index - 1];
    const open = before === undefined ? [] : asked.filter((id) => !isFirst || !answered.includes(id));
    if (open.length > 0) return unanswered(before?.place ?? 0, open);
  }
  const last = turns.at(-1);
  const open = callsIn(last);
  return open.length > 0 ? unanswered(last?.place ?? 0, open) : undefined;
}

const unanswered = (place: number, ids: readonly string[]): string =>
  `messages.${place}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block at the beginning of the next message`;

/** An answer may be begun for the model, but not with a blank at its end, and not where its form is given. */
function faultOfEnd({ output_config: config }: MessagesRequest, turns: readonly Turn[]): string | undefined {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return undefined;
  const block = last.blocks.at(-1);
  if (block?.type === 'text' && block.text !== block.text.trimEnd())
    return 'messages: final assistant content cannot end with trailing whitespace';
  return config?.format ? 'output_config.format: cannot be used with a beginning of the answer' : undefined;
}

const maxMarks = 4;

function faultOfFields(request: MessagesRequest): string | undefined {
  const { tools = [], tool_choice: choice, thinking, max_tokens: max, output_config: config } = request;
  const format = config?.format;
  if (choice !== undefined && choice.type !== 'none' && tools.length === 0)
    return 'tool_choice: may only be specified while providing tools';
  if (choice?.type === 'tool' && !tools.some(({ name }) => name === choice.name))
    return `tool_choice: Tool '${choice.name}' not found in provided tools`;
  if (new Set(tools.map(({ name }) => name)).size < tools.length) return 'tools: Tool names must be unique';
  if (thinking?.type === 'enabled' && thinking.budget_tokens >= max)
    return '`max_tokens` must be greater than `thinking.budget_tokens`';
  const isForced = choice?.type === 'any' || choice?.type === 'tool';
  if (isForced && thinking !== undefined && thinking.type !== 'disabled')
    return 'Thinking may not be enabled when tool_choice forces tool use';
  if (countMarks(request) > maxMarks) return `A maximum of ${maxMarks} blocks with cache_control may be provided`;
  const unsupported = format ? findUnsupported(format.schema) : undefined;
  return unsupported === undefined ? undefined : `output_config.format.schema: ${unsupported}`;
}

function countMarks({ system, tools = [], messages }: MessagesRequest): number {
  const blocks = [
    ...(Array.isArray(system) ? system : []),
    ...tools,
    ...messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content)),
  ];
  return blocks.filter((block) => 'cache_control' in block && block.cache_control).length;
}
