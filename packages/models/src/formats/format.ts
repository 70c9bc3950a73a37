/** A wire format: how a turn is asked for, and what the events of an answer mean. All are told apart behind this. */

import type { Json } from '@perdure/contract';
import type { OptionalFeature } from '../turn/learnt.ts';
import type { ModelApi } from '../turn/message.ts';
import type { ModelTurnRequest } from '../turn/port.ts';
import type { ModelServer } from '../turn/server.ts';
import type { Endings } from '../wire/draft.ts';
import type { Piece } from '../wire/piece.ts';

export interface WireFormat {
  readonly api: ModelApi;
  /** Behind the base URL. */
  readonly path: string;
  readonly endings: Endings;
  readonly headers: (server: Pick<ModelServer, 'apiKey'>) => Readonly<Record<string, string>>;
  readonly body: (request: ModelTurnRequest, options: BodyOptions) => Readonly<Record<string, unknown>>;
  /** One for each answer: some formats tell once what later events refer to. */
  readonly reader: () => EventReader;
}

export interface BodyOptions {
  /** By the server's own name. */
  readonly model: string;
  /** `server/model`: what earlier answers carry goes back to that model alone. */
  readonly asked: string;
  /** Those that the server is known or hoped to take. */
  readonly features: ReadonlySet<OptionalFeature>;
  /** Absent: what the server allows, where it may be left out. */
  readonly maxOutputTokens?: number;
}

export interface EventReader {
  /** Throws an `Oddity` for what is needed and cannot be understood; what has no meaning yields nothing. */
  readonly read: (data: Json, event: string | undefined) => Iterable<Piece>;
}

/** Whether the answer is to be asked for in a form: of an agent with tools only when it may call none. */
export function wantsSchema({ tools, mustAnswer }: Pick<ModelTurnRequest, 'tools' | 'mustAnswer'>): boolean {
  return tools.length === 0 || mustAnswer;
}

/** Instructions of a request that carries no schema: the model has to know it from here. */
export function withSchemaInWords({ instructions, schema, tools, mustAnswer }: ModelTurnRequest): string {
  const rule =
    tools.length > 0 && !mustAnswer
      ? 'Call the tools that you need. When you need no more of them, answer with one JSON object that matches the JSON schema above, and no other text.'
      : 'You MUST answer with a JSON object that matches the JSON schema above.';
  return `${instructions}\n\nJSON schema:\n${JSON.stringify(schema)}\n${rule}`;
}

const notStrict: ReadonlySet<string> = new Set([
  'allOf',
  'oneOf',
  'not',
  'if',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
]);

/**
 * Whether a schema is of the subset that OpenAI takes as strict: every property required and no other allowed
 * (https://platform.openai.com/docs/guides/structured-outputs). Others are sent as not strict.
 */
export function isStrictSchema(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrictSchema);
  if (typeof schema !== 'object' || schema === null) return true;
  const { properties, required, additionalProperties, ...rest } = schema as Readonly<Record<string, unknown>>;
  if (Object.keys(rest).some((keyword) => notStrict.has(keyword))) return false;
  const isObject = properties !== undefined || rest['type'] === 'object';
  const names = Object.keys(properties ?? {});
  const wanted: readonly unknown[] = Array.isArray(required) ? required : [];
  if (isObject && (additionalProperties !== false || !names.every((name) => wanted.includes(name)))) return false;
  return [...Object.values(properties ?? {}), ...Object.values(rest)].every(isStrictSchema);
}

/** A tool's name as any server takes it back: one that the model made up may hold anything. */
export function wireToolName(name: string): string {
  return name.replaceAll(/[^\w-]/g, '_').slice(0, 64) || 'unknown';
}

/** Half a surrogate pair, which JSON may hold and many servers refuse, is replaced. */
export function wellFormedJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? member.toWellFormed() : member,
  );
}
