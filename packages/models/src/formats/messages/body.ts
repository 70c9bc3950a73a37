/**
 * The body of an Anthropic Messages request (https://docs.anthropic.com/en/api/messages). Pure. What stays the same
 * from turn to turn is marked for its cache: instructions and tools, and the transcript so far.
 */

import { compact } from '@perdure/contract';
import type { ModelToolCall, ToolOffer } from '../../turn/message.ts';
import type { ModelTurnRequest } from '../../turn/port.ts';
import { argumentsOf, arrange, plain, type ArrangedMessage } from '../arrange.ts';
import { wantsSchema, wireToolName, withSchemaInWords, type BodyOptions } from '../format.ts';

/** The API wants a limit; all models of today allow this much. */
const defaultMaxTokens = 8_192;
const isGoodId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);
const cached = { cache_control: { type: 'ephemeral' } } as const;

export function messagesBody(request: ModelTurnRequest, options: BodyOptions): Readonly<Record<string, unknown>> {
  const { tools, mustAnswer, temperature, schema } = request;
  const { model, asked, features, maxOutputTokens } = options;
  const takesSchema = wantsSchema(request) && features.has('response_format');
  const instructions = takesSchema ? request.instructions : withSchemaInWords(request);
  const arranged = arrange(request.messages, { asked, isGoodId: features.has('call_ids') ? isGoodId : plain });
  return {
    model,
    max_tokens: maxOutputTokens ?? defaultMaxTokens,
    system: [{ type: 'text', text: instructions, ...cached }],
    messages: arranged.map((message, place) =>
      wireMessage(message, { features, isLast: place === arranged.length - 1 }),
    ),
    ...compact({
      tools: tools.length === 0 ? undefined : tools.map(wireTool),
      tool_choice: tools.length > 0 && mustAnswer && features.has('tool_choice') ? { type: 'none' } : undefined,
      output_config: takesSchema ? { format: { type: 'json_schema', schema } } : undefined,
      temperature: features.has('temperature') ? temperature : undefined,
      stream: features.has('stream') ? true : undefined,
    }),
  };
}

interface MessageOptions extends Pick<BodyOptions, 'features'> {
  readonly isLast: boolean;
}

type Block = Readonly<Record<string, unknown>>;

function wireMessage(arranged: ArrangedMessage, { features, isLast }: MessageOptions): object {
  switch (arranged.role) {
    case 'user':
      return { role: 'user', content: marked([{ type: 'text', text: arranged.text }], isLast) };
    case 'assistant': {
      const { message, calls, isOwn } = arranged;
      const blocks = isOwn && features.has('carried') ? blocksOf(message.carried) : [];
      const text = message.content.trim() === '' ? [] : [{ type: 'text', text: message.content.trimEnd() }];
      return { role: 'assistant', content: [...blocks, ...text, ...calls.map(wireCall)] };
    }
    case 'results': {
      const { results, text } = arranged;
      const blocks: Block[] = results.map(({ id, content }) => ({ type: 'tool_result', tool_use_id: id, content }));
      // Results come first: the API refuses text before them.
      if (text !== '') blocks.push({ type: 'text', text });
      return { role: 'user', content: marked(blocks, isLast) };
    }
    default:
      return arranged satisfies never;
  }
}

/** The thinking blocks of the answer, signatures and all: they go before what was said. */
function blocksOf(carried: Readonly<Record<string, unknown>> | undefined): readonly Block[] {
  const blocks = carried?.['blocks'];
  return Array.isArray(blocks) ? (blocks as readonly Block[]) : [];
}

function marked(blocks: readonly Block[], isLast: boolean): readonly Block[] {
  const last = blocks.at(-1);
  return !isLast || last === undefined ? blocks : [...blocks.slice(0, -1), { ...last, ...cached }];
}

function wireCall(call: ModelToolCall): Block {
  const given = argumentsOf(call);
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
  return { type: 'tool_use', id: call.id, name: wireToolName(call.tool), input: isObject ? given : { value: given } };
}

function wireTool({ id, description, input }: ToolOffer): Block {
  return { name: id, description, input_schema: input };
}
