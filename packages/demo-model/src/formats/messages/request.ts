/** Reading an Anthropic Messages request. */

import type { IncomingHttpHeaders } from 'node:http';
import { findLoneSurrogate, firstFault } from '../checks.ts';
import type { ModelRequest, ReadRequest, RefusedRequest, RequestItem, ToolChoice } from '../format.ts';
import { messagesForm } from './answer.ts';
import { findFault, turnsOf, type Turn } from './check.ts';
import { messagesSchema, type ContentBlock, type MessagesRequest } from './schema.ts';

const versions = ['2023-06-01', '2023-01-01'];

export function readMessages(body: unknown, headers: IncomingHttpHeaders): ReadRequest {
  const version = headers['anthropic-version'];
  if (version === undefined) return refused('anthropic-version: header is required');
  if (!versions.includes(String(version)))
    return refused(`anthropic-version: "${String(version)}" is not a valid version`);
  const parsed = messagesSchema.safeParse(body);
  if (!parsed.success) {
    const { place, message, isUnknown } = firstFault(parsed.error);
    return refused(`${place || 'the body'}: ${isUnknown ? 'Extra inputs are not permitted' : message}`);
  }
  const { data } = parsed;
  const surrogate = findLoneSurrogate(data);
  if (surrogate !== undefined)
    return refused(`${surrogate}: The request body is not valid JSON: no low surrogate in string`);
  const turns = turnsOf(data.messages);
  const fault = findFault(data, turns);
  return fault === undefined ? { kind: 'read', request: toRequest(data, turns), form: messagesForm } : refused(fault);
}

const refused = (message: string): RefusedRequest => ({ kind: 'refused', message });

function toRequest(data: MessagesRequest, turns: readonly Turn[]): ModelRequest {
  const { system = '', messages, tools = [], output_config: config, max_tokens: max } = data;
  const instructions = typeof system === 'string' ? system : system.map(({ text }) => text).join('\n');
  const format = config?.format;
  return {
    model: data.model,
    isStream: data.stream === true,
    items: [{ kind: 'instructions', text: instructions }, ...turns.flatMap(itemsOf)],
    messages: messages.length,
    told: { system, messages },
    format: format ? { kind: 'schema', schema: format.schema } : { kind: 'text' },
    tools: tools.map(({ name, input_schema: input }) => ({ name, input })),
    toolChoice: readChoice(data.tool_choice),
    maxOutputTokens: max,
    body: data,
  };
}

function itemsOf({ role, blocks }: Turn): readonly RequestItem[] {
  const thoughts = blocks.flatMap((block) => (block.type === 'thinking' ? [block.thinking] : []));
  const firstText = blocks.findIndex(({ type }) => type === 'text');
  return blocks.flatMap((block, place): readonly RequestItem[] => {
    switch (block.type) {
      case 'text':
        if (role === 'assistant') return [{ kind: 'assistant', text: block.text }];
        return place === firstText ? [{ kind: 'user', ...textsOf(blocks) }] : [];
      case 'tool_use':
        return [{ kind: 'call', id: block.id, thoughts }];
      case 'tool_result':
        return [{ kind: 'result', text: resultText(block.content) }];
      default:
        return [];
    }
  });
}

function textsOf(blocks: readonly ContentBlock[]): { readonly text: string; readonly first: string } {
  const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  return { text: texts.join('\n'), first: texts[0] ?? '' };
}

type ResultContent = Extract<ContentBlock, { type: 'tool_result' }>['content'];

function resultText(content: ResultContent): string {
  if (typeof content === 'string') return content;
  return (content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function readChoice(choice: MessagesRequest['tool_choice']): ToolChoice {
  if (choice?.type === 'tool') return { kind: 'named', name: choice.name };
  return { kind: choice?.type ?? 'auto' };
}
