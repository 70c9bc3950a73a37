/**
 * What a request asks: whose agent is asking, about what, and in which shape the answer is wanted. Pure.
 *
 * The shape may arrive in two ways: as a field, or in words.
 */

import { compact } from '@perdure/contract';
import type { ModelRequest, RequestItem, WantedFormat } from './formats/format.ts';
import { findWantedSchema, parseObject } from './wanted-schema.ts';

export interface Question extends Pick<ModelRequest, 'tools' | 'toolChoice' | 'maxOutputTokens'> {
  /** Text of the system messages: the agent. */
  readonly instructions: string;
  /** Text of everything else, results of tools included. */
  readonly conversation: string;
  /** How many results of tools there are. */
  readonly toolResults: number;
  /** What is asked for, in the user's own words. */
  readonly prompt: string;
  /** The agent's input, where the first user message is a JSON object. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly format: WantedFormat;
}

/** Reads what is asked. */
export function readQuestion(request: ModelRequest): Question {
  const { items, tools, toolChoice, maxOutputTokens } = request;
  const instructions = joinTexts(items, ({ kind }) => kind === 'instructions');
  const conversation = joinTexts(items, ({ kind }) => kind !== 'instructions');
  const said = items.find((item) => item.kind === 'user')?.first ?? '';
  const input = parseObject(said);
  return {
    instructions,
    conversation,
    toolResults: items.filter(({ kind }) => kind === 'result').length,
    prompt: input === undefined ? said : promptOf(input),
    input: input ?? {},
    format: readFormat(request.format, findWantedSchema(instructions, conversation)),
    tools,
    toolChoice,
    ...compact({ maxOutputTokens }),
  };
}

function joinTexts(items: readonly RequestItem[], wanted: (item: RequestItem) => boolean): string {
  return items
    .filter(wanted)
    .flatMap((item) => (item.kind === 'call' ? [] : [item.text]))
    .join('\n');
}

const promptNames = ['prompt', 'question', 'topic', 'task', 'goal', 'request'];

function promptOf(input: Readonly<Record<string, unknown>>): string {
  const candidates = [...promptNames.map((name) => input[name]), ...Object.values(input)];
  return candidates.find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? '';
}

/** A field that names a schema counts before words. */
function readFormat(asked: WantedFormat, inWords: ReturnType<typeof findWantedSchema>): WantedFormat {
  return asked.kind === 'schema' || inWords === undefined ? asked : { kind: 'schema', schema: inWords };
}
