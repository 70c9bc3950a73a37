/**
 * The failure script: an ordered list of rules that make the demo model slow, broken or specific. The first rule that
 * matches a request and has uses left applies, alone; where none does, the model answers as usual.
 */

import { PerdureError } from '@perdure/contract';
import { z } from 'zod';

const matchSchema = z.strictObject({
  /** The nth request since the start, counted from 1. */
  nth: z.int().min(1).optional(),
  idempotencyKeyIncludes: z.string().optional(),
  /** Text in the instructions (system messages). */
  agentIncludes: z.string().optional(),
  /** Text in the other messages, results of tools included. */
  promptIncludes: z.string().optional(),
  /** How many results of tools the request carries: 0 before the first tool was called. */
  afterTools: z.int().min(0).optional(),
});

const toolCallSchema = z.strictObject({ name: z.string().min(1), arguments: z.record(z.string(), z.unknown()) });

const malformedToolCallSchema = z.strictObject({ name: z.string().min(1), arguments: z.string() });

/**
 * What a rule can make the answer be; at most one of them, since each replaces it, except that text may go before tool
 * calls.
 */
const answerFields = [
  'text',
  'toolCalls',
  'json',
  'malformedToolCall',
  'notJson',
  'breakContract',
  'verdict',
  'status',
  'refusal',
] as const;

const isOneAnswer = (fields: readonly string[]) => fields.length <= 1 || fields.join() === 'text,toolCalls';

const ruleSchema = z
  .strictObject({
    match: matchSchema.optional(),
    /** How often the rule applies; absent: always. In a header it has no effect, a header lives for one request. */
    times: z.int().min(1).optional(),
    /** Wait before answering. */
    delayMs: z.int().min(0).max(600_000).optional(),
    /** Wait between two pieces of a stream. */
    pieceDelayMs: z.int().min(0).max(60_000).optional(),
    /** Answers with this HTTP status and an error body. */
    status: z.int().min(400).max(599).optional(),
    /** Value of `Retry-After`: seconds, or an HTTP date. */
    retryAfter: z.union([z.number().min(0), z.string().regex(/^[ -~]*$/)]).optional(),
    /** Destroys the connection instead of sending more than this many characters of the answer. */
    cutStreamAfter: z.int().min(0).optional(),
    /** Ends a stream with an error event instead of sending more than this many characters of the answer. */
    failStreamAfter: z.int().min(0).optional(),
    /** Refuses requests without this key, as the wire format sends it. */
    apiKey: z.string().min(1).optional(),
    /** Refuses requests for structured output, as servers without it do. */
    rejectResponseFormat: z.boolean().optional(),
    /**
     * Refuses requests that carry one of these fields; dots lead into a field, also into each member of a list:
     * `messages.reasoning_content`.
     */
    rejectFields: z.array(z.string().min(1)).min(1).optional(),
    /** Answers JSON that breaks the wanted schema. */
    breakContract: z.literal(true).optional(),
    /** Answers prose where JSON is wanted. */
    notJson: z.literal(true).optional(),
    /** Answers exactly this text. */
    text: z.string().optional(),
    /** Answers exactly this JSON. */
    json: z.json().optional(),
    /** Asks for these tools. */
    toolCalls: z.array(toolCallSchema).min(1).optional(),
    /**
     * Asks for this tool, its arguments sent as the text they are: `not json`, or what a model makes of JSON on a bad
     * day.
     */
    malformedToolCall: malformedToolCallSchema.optional(),
    /** The verdict of a review; everything else of the answer is made to fit. */
    verdict: z.enum(['approved', 'changes_requested']).optional(),
    /** Declines in these words, where the wire format has its place for that. */
    refusal: z.string().min(1).optional(),
    /** Thinks this before it answers, where the wire format has its place for that. */
    thoughts: z.string().min(1).optional(),
    /** Thinks this inside the text, between `<think>` and `</think>`. */
    thinkTags: z.string().optional(),
    /** The calls of this answer are taken back only with its thoughts: each later request without is refused. */
    requireCarried: z.literal(true).optional(),
    /**
     * Why the answer ended, in the words of chat completions (`stop`, `length`, `content_filter`, `tool_calls`), said
     * in those of the wire format; other words as they are.
     */
    finishReason: z.string().min(1).optional(),
  })
  .refine((rule) => isOneAnswer(answerFields.filter((name) => rule[name] !== undefined)), {
    message: `has more than one of ${answerFields.join(', ')}: keep one, or make it two rules`,
  })
  .refine(({ requireCarried, thoughts }) => requireCarried === undefined || thoughts !== undefined, {
    message: 'has requireCarried without thoughts, so there is nothing to bring back: add thoughts',
  });
export type ScriptRule = z.infer<typeof ruleSchema>;
export type Script = readonly ScriptRule[];

const scriptSchema = z.array(ruleSchema);

/** Checks a script; `origin` names it in the message. */
export function parseScript(value: unknown, origin: string): Script {
  const parsed = scriptSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const [index, ...field] = issue?.path ?? [];
  const place =
    index === undefined ? 'it' : `rule ${Number(index) + 1}${field.length > 0 ? `, ${field.join('.')}` : ''}`;
  throw new PerdureError(
    'config_invalid',
    `The demo model's script (${origin}) cannot be used: ${place}: ${issue?.message}.`,
  );
}

/** Checks a script given as JSON text. */
export function parseScriptText(text: string, origin: string): Script {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const message = `The demo model's script (${origin}) is not JSON: write a list of rules, [] for none.`;
    throw new PerdureError('config_invalid', message, { cause });
  }
  return parseScript(value, origin);
}

/** What rules are matched against. */
export interface Occasion {
  readonly n: number;
  readonly idempotencyKey: string | null;
  readonly instructions: string;
  readonly conversation: string;
  readonly toolResults: number;
}

/** Index of the rule that applies; `usesOf` tells how often each was applied before. */
export function findRule(script: Script, occasion: Occasion, usesOf: (index: number) => number): number | undefined {
  const index = script.findIndex(
    (rule, index) => matches(rule.match ?? {}, occasion) && usesOf(index) < (rule.times ?? Infinity),
  );
  return index < 0 ? undefined : index;
}

function matches(match: z.infer<typeof matchSchema>, occasion: Occasion): boolean {
  return (
    (match.nth === undefined || match.nth === occasion.n) &&
    (match.afterTools === undefined || match.afterTools === occasion.toolResults) &&
    (occasion.idempotencyKey ?? '').includes(match.idempotencyKeyIncludes ?? '') &&
    occasion.instructions.includes(match.agentIncludes ?? '') &&
    occasion.conversation.includes(match.promptIncludes ?? '')
  );
}
