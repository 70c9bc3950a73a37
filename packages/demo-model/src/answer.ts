/**
 * What the demo model says to a request: decided by the script's rule where it says something, else by the wanted
 * shape. Pure.
 */

import { compact, messageOf, type Json } from '@perdure/contract';
import type { Facts } from './facts/fact.ts';
import { demoNotice, planFacts } from './facts/plan.ts';
import { reviewFacts } from './facts/review.ts';
import { readSubject } from './facts/subject.ts';
import type { Completion, OfferedTool, ToolCall } from './formats/format.ts';
import { cutAtTokens } from './formats/pieces.ts';
import type { Question } from './question.ts';
import { filledForm } from './return-form.ts';
import { breakContract, findViolation } from './schema/check.ts';
import { fillSchema } from './schema/fill.ts';
import { isRecord, type JsonSchema } from './schema/node.ts';
import type { ScriptRule } from './script.ts';

export type Answer =
  | { readonly kind: 'said'; readonly completion: Completion }
  /** The wanted shape is beyond the demo model; the sentence says what to do. */
  | { readonly kind: 'refused'; readonly message: string };

/** Answers a question, under a rule of the script or freely. */
export function answerQuestion(question: Question, rule: ScriptRule | undefined): Answer {
  const said = say(question, rule);
  return said.kind === 'refused' ? said : { kind: 'said', completion: complete(said, question, rule) };
}

/** What is said, before thoughts go before it and a limit cuts it. */
type Said =
  | { readonly kind: 'said'; readonly text: string; readonly toolCalls: readonly ToolCall[]; readonly refusal?: string }
  | Extract<Answer, { kind: 'refused' }>;

function say(question: Question, rule: ScriptRule | undefined): Said {
  if (rule?.toolCalls !== undefined) {
    const calls = rule.toolCalls.map(({ name, arguments: given }) => ({ name, arguments: JSON.stringify(given) }));
    return said(rule.text ?? '', calls);
  }
  if (rule?.malformedToolCall !== undefined) return said('', [rule.malformedToolCall]);
  if (rule?.refusal !== undefined) return { kind: 'said', text: '', toolCalls: [], refusal: rule.refusal };
  if (rule?.text !== undefined) return said(rule.text);
  if (rule?.json !== undefined) return said(JSON.stringify(rule.json));
  if (rule?.notJson) return said('The demo model was told to answer in prose, so there is no JSON here.');
  const wanted = wantedTool(question);
  if (wanted !== undefined) return callTool(question, wanted);
  if (question.format.kind === 'schema') return answerSchema(question, question.format.schema, rule);
  if (rule?.breakContract) return said('{"unexpected":true}');
  if (question.format.kind === 'json') return said(JSON.stringify({ answer: demoNotice }));
  return sayFreely(question);
}

function sayFreely({ conversation, prompt }: Question): Said {
  try {
    const form = filledForm(conversation);
    if (form !== undefined) return said(form);
  } catch (error) {
    return refuse(messageOf(error));
  }
  return said(`You asked about: ${readSubject(prompt).title}. ${demoNotice}`);
}

const said = (text: string, toolCalls: readonly ToolCall[] = []): Said => ({ kind: 'said', text, toolCalls });

function complete(
  { text, toolCalls, refusal }: Exclude<Said, { kind: 'refused' }>,
  { maxOutputTokens }: Question,
  rule: ScriptRule | undefined,
): Completion {
  const thinking = rule?.thinkTags === undefined ? '' : `<think>\n${rule.thinkTags}\n</think>\n\n`;
  const whole = `${thinking}${text}`;
  const cut = cutAtTokens(whole, maxOutputTokens);
  const finish = cut !== undefined ? 'length' : toolCalls.length > 0 ? 'tool_calls' : 'stop';
  return {
    text: cut ?? whole,
    toolCalls: cut === undefined ? toolCalls : [],
    finish: rule?.finishReason ?? finish,
    ...compact({ thoughts: rule?.thoughts, refusal }),
  };
}

/** The tool that the request insists on. */
function wantedTool({ tools, toolChoice }: Question): OfferedTool | undefined {
  if (toolChoice.kind === 'named') return tools.find(({ name }) => name === toolChoice.name);
  return toolChoice.kind === 'any' ? tools[0] : undefined;
}

function callTool({ prompt }: Question, { name, input }: OfferedTool): Said {
  try {
    const filled = fillSchema(input, planFacts(prompt, { feedback: undefined }), { about: readSubject(prompt).the });
    return said('', [{ name, arguments: JSON.stringify(filled) }]);
  } catch (error) {
    return refuse(messageOf(error));
  }
}

function answerSchema(question: Question, schema: JsonSchema, rule: ScriptRule | undefined): Said {
  try {
    const value = fillSchema(schema, gatherFacts(question, schema, rule), { about: readSubject(question.prompt).the });
    const violation = findViolation(schema, value);
    if (violation !== undefined) return refuse(`its own answer breaks the schema (${violation})`);
    return rule?.breakContract ? sayBroken(schema, value) : said(JSON.stringify(value));
  } catch (error) {
    return refuse(messageOf(error));
  }
}

function sayBroken(schema: JsonSchema, value: Json): Said {
  const broken = breakContract(schema, value);
  return broken === undefined
    ? refuse('the schema allows every answer, so none breaks it')
    : said(JSON.stringify(broken));
}

const refuse = (reason: string): Said => ({
  kind: 'refused',
  message: `The demo model cannot answer in the form of this JSON Schema: ${reason}; simplify the schema or set AI_BASE_URL, AI_API_KEY and MODEL_ID to use a real model.`,
});

/** A schema with a verdict asks for a review, any other for a plan, whose facts fit most things that are asked for. */
function gatherFacts({ prompt, input }: Question, schema: JsonSchema, rule: ScriptRule | undefined): Facts {
  const properties = isRecord(schema['properties']) ? schema['properties'] : {};
  if ('verdict' in properties) {
    return reviewFacts(input['plan'] ?? input['subject'] ?? input, {
      wish: readSubject(prompt).wish,
      verdict: rule?.verdict ?? 'approved',
    });
  }
  return planFacts(prompt, { feedback: readFeedback(input['feedback']) });
}

/** Feedback is handed over as a text, or as the whole review. */
function readFeedback(value: unknown): string | undefined {
  const feedback = isRecord(value) ? value['feedback'] : value;
  return typeof feedback === 'string' ? feedback : undefined;
}
