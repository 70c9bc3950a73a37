/**
 * What the demo model says to a request: decided by the script's rule where it says something, else by the wanted
 * shape. Pure.
 */

import { messageOf, type Json } from '@perdure/contract';
import type { Facts } from './facts/fact.ts';
import { demoNotice, planFacts } from './facts/plan.ts';
import { reviewFacts } from './facts/review.ts';
import { readSubject } from './facts/subject.ts';
import type { Question } from './prompt.ts';
import { breakContract, findViolation } from './schema/check.ts';
import { fillSchema } from './schema/fill.ts';
import { isRecord, type JsonSchema } from './schema/node.ts';
import type { ScriptRule } from './script.ts';
import type { Completion } from './wire.ts';

export type Answer =
  | { readonly kind: 'said'; readonly completion: Completion }
  /** The wanted shape is beyond the demo model; the sentence says what to do. */
  | { readonly kind: 'refused'; readonly message: string };

/** Answers a question, under a rule of the script or freely. */
export function answerQuestion(question: Question, rule: ScriptRule | undefined): Answer {
  if (rule?.toolCalls !== undefined) {
    const calls = rule.toolCalls.map(({ name, arguments: given }) => ({ name, arguments: JSON.stringify(given) }));
    return said(rule.text ?? '', calls);
  }
  if (rule?.malformedToolCall !== undefined) return said('', [rule.malformedToolCall]);
  if (rule?.text !== undefined) return said(rule.text);
  if (rule?.json !== undefined) return said(JSON.stringify(rule.json));
  if (rule?.notJson) return said('The demo model was told to answer in prose, so there is no JSON here.');
  if (question.format.kind === 'schema') return answerSchema(question, question.format.schema, rule);
  if (rule?.breakContract) return said('{"unexpected":true}');
  if (question.format.kind === 'json') return said(JSON.stringify({ answer: demoNotice }));
  return said(`You asked about: ${readSubject(question.prompt).title}. ${demoNotice}`);
}

const said = (text: string, toolCalls: Completion['toolCalls'] = []): Answer => ({
  kind: 'said',
  completion: { text, toolCalls },
});

function answerSchema(question: Question, schema: JsonSchema, rule: ScriptRule | undefined): Answer {
  try {
    const value = fillSchema(schema, gatherFacts(question, schema, rule), { about: readSubject(question.prompt).the });
    const violation = findViolation(schema, value);
    if (violation !== undefined) return refuse(`its own answer breaks the schema (${violation})`);
    return rule?.breakContract ? sayBroken(schema, value) : said(JSON.stringify(value));
  } catch (error) {
    return refuse(messageOf(error));
  }
}

function sayBroken(schema: JsonSchema, value: Json): Answer {
  const broken = breakContract(schema, value);
  return broken === undefined
    ? refuse('the schema allows every answer, so none breaks it')
    : said(JSON.stringify(broken));
}

const refuse = (reason: string): Answer => ({
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
