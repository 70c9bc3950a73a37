/**
 * Calls of tools that a model wrote as text, where its server did not make calls of them: since it knows no parser for
 * the model, or the model was shown no tool format. They are not answers, and not made: the model is told.
 */

import type { ToolOffer } from '../turn/message.ts';
import { isObject, parseJson } from './loose.ts';

/** How chat templates write calls: Hermes and Qwen, Mistral, Llama, functionary, gpt-oss, DeepSeek, Kimi, MiniMax. */
const calls: readonly RegExp[] = [
  /<tool_call>|<\/tool_call>|<tool_calls>|<toolcall>/,
  /<function=[\w.-]+>|<function_calls?>|<invoke name=/,
  /\[TOOL_CALLS\]|\[TOOL_REQUEST\]/,
  /<\|python_tag\|>|<\|tool_call\|>|<\|tool_calls_section_begin\|>|<\|tool_call_begin\|>/,
  /<｜tool▁calls?▁begin｜>|<\|channel\|>commentary to=functions\./,
  /^functools\[/,
  /<minimax:tool_call>|<\|START_ACTION\|>/,
];

/** Whether the text is the call of a tool instead of an answer. Within an answer such marks stand in strings. */
export function isWrittenCall(text: string, tools: readonly ToolOffer[]): boolean {
  if (tools.length === 0) return false;
  const trimmed = text.trim();
  const value = parseJson(unfenced(trimmed));
  if (value !== undefined) return isCallOfOne(Array.isArray(value) && value.length > 0 ? value[0] : value, tools);
  if (calls.some((pattern) => pattern.test(trimmed))) return true;
  return tools.some(({ id }) => trimmed.startsWith(`${id}(`) && trimmed.endsWith(')'));
}

const unfenced = (text: string): string => /^```\w*\n([\s\S]*)\n```$/.exec(text)?.[1] ?? text;

/** `{"name": "lookup", "arguments": {…}}`, in the ways in which it is written; an answer names no tool like that. */
function isCallOfOne(value: unknown, tools: readonly ToolOffer[]): boolean {
  if (!isObject(value)) return false;
  const called = isObject(value['function']) ? value['function'] : value;
  const name = called['name'] ?? called['tool'] ?? called['tool_name'] ?? value['function'] ?? value['recipient_name'];
  const given =
    called['arguments'] ?? called['parameters'] ?? called['args'] ?? called['input'] ?? called['tool_input'];
  const isNamed = typeof name === 'string' && tools.some(({ id }) => name === id || name === `functions.${id}`);
  return isNamed && given !== undefined;
}
