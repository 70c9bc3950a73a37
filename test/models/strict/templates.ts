/** What chat templates refuse, on whatever server: the templates of Mistral, Gemma and their like count roles. */

import type { Rule } from '../shape.ts';
import { bad, callsOf, messagesOf, textOf } from './request.ts';

/** `user` and `assistant` by turns, where results of tools belong to the assistant's (charmbracelet/crush#279). */
export const alternating: Rule = (body) => {
  const roles = messagesOf(body)
    .filter((message) => !['system', 'tool'].includes(textOf(message['role'])) && callsOf(message).length === 0)
    .map((message) => textOf(message['role']));
  const isWrong = roles.some((role, at) => role !== (at % 2 === 0 ? 'user' : 'assistant'));
  const wrong =
    'After the optional system message, conversation roles must alternate user and assistant roles except for tool calls and results.';
  return isWrong ? bad(wrong, { type: 'BadRequestError', code: 400 }) : undefined;
};

/** Gemma's first templates know no system role (ggml-org/llama.cpp, google/gemma chat template). */
export const noSystem: Rule = (body) =>
  messagesOf(body).some(({ role }) => role === 'system')
    ? bad('System role not supported', { type: 'invalid_request_error', code: 400 })
    : undefined;

/** One system message, and that first. */
export const systemFirst: Rule = (body) =>
  messagesOf(body).some(({ role }, at) => role === 'system' && at > 0)
    ? bad('System message must be at the beginning.', { code: 400 })
    : undefined;
