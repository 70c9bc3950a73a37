/**
 * What of a request may be left out, and what is left out next of one that was refused. Found out by trying: the words
 * of servers only say where to begin. Pure.
 */

import { createHash } from 'node:crypto';
import type { OptionalFeature } from '../turn/learnt.ts';
import type { ModelApi } from '../turn/message.ts';
import type { ModelTurnRequest } from '../turn/port.ts';
import { wantsSchema } from '../formats/format.ts';
import type { StatusFailure } from './failure.ts';

/** Words by which servers mean a feature. */
const blames: Readonly<Record<OptionalFeature, RegExp>> = {
  response_format:
    /response.?format|json.?(?:schema|mode|object)|structured.?output|mime.?type|grammar|output_config|output_format|text\.format|response_schema/i,
  tool_choice: /tool_choice|tool choice/i,
  carried:
    /reasoning|thinking|extra_content|signature|encrypted|Extra inputs|additional propert|unknown field|unexpected/i,
  call_ids: /tool.?call.?id|tool.?use.?id|call_id|tool_calls?\.?\d*\.?id\b/i,
  temperature: /temperature/i,
  system_role: /system.{0,20}role|role.{0,20}system|system message|system prompt/i,
  stream_options: /stream_options|include_usage/i,
  stream: /\bstream(?:ing)?\b(?!_options)/i,
};

/** Tried whatever the words, in this order: the likeliest first. */
const tried: readonly OptionalFeature[] = [
  'response_format',
  'tool_choice',
  'carried',
  'call_ids',
  'temperature',
  'stream_options',
];

const small: ReadonlySet<OptionalFeature> = new Set(['temperature', 'stream_options']);

/** Those of `features` that this request makes use of. */
export function featuresIn(
  request: ModelTurnRequest,
  about: { readonly api: ModelApi; readonly asked: string; readonly features: ReadonlySet<OptionalFeature> },
): ReadonlySet<OptionalFeature> {
  const { api, asked, features } = about;
  const isUsed: Readonly<Record<OptionalFeature, boolean>> = {
    response_format: wantsSchema(request),
    tool_choice: request.tools.length > 0 && request.mustAnswer,
    carried: api === 'responses' || bringsBack(request, asked),
    call_ids: request.messages.some((message) => message.role === 'tool'),
    temperature: request.temperature !== undefined,
    system_role: api === 'chat',
    stream_options: api === 'chat' && features.has('stream'),
    stream: true,
  };
  return new Set([...features].filter((feature) => isUsed[feature]));
}

function bringsBack({ messages }: ModelTurnRequest, asked: string): boolean {
  return messages.some(
    (message) =>
      message.role === 'assistant' &&
      (message.from === undefined || message.from.model === asked) &&
      (message.carried !== undefined || message.toolRequests?.some(({ carried }) => carried !== undefined) === true),
  );
}

/** What to leave out next; undefined where the refusal has another reason, or all was tried. */
export function leaveOut(failure: StatusFailure, sent: ReadonlySet<OptionalFeature>): OptionalFeature | undefined {
  const words = `${failure.reason ?? ''} ${failure.words ?? ''}`;
  const { cause, status } = failure;
  // A server that compiles the schema into a grammar may fall over it.
  if (cause === 'server') {
    const isGrammar = status === 501 || status === 500 || (status === undefined && blames.response_format.test(words));
    return isGrammar && sent.has('response_format') ? 'response_format' : undefined;
  }
  const isRefusal = cause === 'request' || ((cause === 'address' || cause === 'model') && isAboutParameters(words));
  if (!isRefusal) return undefined;
  // Where tools are what it is about, the small things are not.
  const isAboutTools = /\btool|function.?call/i.test(words);
  const blamed = (Object.keys(blames) as OptionalFeature[]).find((name) => sent.has(name) && blames[name].test(words));
  return blamed ?? tried.find((feature) => sent.has(feature) && !(isAboutTools && small.has(feature)));
}

/** OpenRouter says 404 where no provider takes what the request holds. */
const isAboutParameters = (words: string): boolean =>
  /parameter|tool use|function|response.?format|schema/i.test(words);

/**
 * For what the feature is refused: one agent's schema says nothing of another's, and with tools beside it less. '' for
 * all else.
 */
export function schemaHashOf(feature: OptionalFeature, { schema, tools }: ModelTurnRequest): string {
  if (feature !== 'response_format') return '';
  const about = `${JSON.stringify(schema)}${tools.length > 0 ? ' with tools' : ''}`;
  return createHash('sha256').update(about).digest('hex').slice(0, 16);
}
