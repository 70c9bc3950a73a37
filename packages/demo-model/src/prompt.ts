/**
 * Reading a request: whose agent is asking, about what, and in which shape the answer is wanted. Pure.
 *
 * The shape may arrive in two ways: as `response_format`, or in words.
 */

import type { JsonSchema } from './schema/node.ts';
import { findWantedSchema, parseObject } from './wanted-schema.ts';
import { messageText, type ChatMessage, type ChatRequest } from './wire.ts';

export interface Question {
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
  /** Wanted shape; `json` is any JSON object. */
  readonly format:
    | { readonly kind: 'text' }
    | { readonly kind: 'json' }
    | { readonly kind: 'schema'; readonly schema: JsonSchema };
}

/** Reads what is asked. */
export function readQuestion(request: ChatRequest): Question {
  const instructions = joinTexts(request, isInstruction);
  const conversation = joinTexts(request, (role) => !isInstruction(role));
  const firstUser = request.messages.find((message) => message.role === 'user');
  const said = firstUser === undefined ? '' : firstText(firstUser);
  const input = parseObject(said);
  return {
    instructions,
    conversation,
    toolResults: request.messages.filter(({ role }) => role === 'tool').length,
    prompt: input === undefined ? said : promptOf(input),
    input: input ?? {},
    format: readFormat(request, findWantedSchema(instructions, conversation)),
  };
}

const isInstruction = (role: string) => role === 'system' || role === 'developer';

function joinTexts(request: ChatRequest, wanted: (role: string) => boolean): string {
  return request.messages
    .filter((message) => wanted(message.role))
    .map(messageText)
    .join('\n');
}

/** The first part of a message: an injected schema may follow as a part of its own. */
function firstText(message: ChatMessage): string {
  return Array.isArray(message.content) ? (message.content[0]?.text ?? '') : messageText(message);
}

const promptNames = ['prompt', 'question', 'topic', 'task', 'goal', 'request'];

function promptOf(input: Readonly<Record<string, unknown>>): string {
  const candidates = [...promptNames.map((name) => input[name]), ...Object.values(input)];
  return candidates.find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? '';
}

function readFormat(request: ChatRequest, schemaInWords: JsonSchema | undefined): Question['format'] {
  const format = request.response_format;
  const schema = format?.json_schema?.schema ?? schemaInWords;
  if (schema !== undefined) return { kind: 'schema', schema };
  return { kind: format?.type === 'json_object' ? 'json' : 'text' };
}
