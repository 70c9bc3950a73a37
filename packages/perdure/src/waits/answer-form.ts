/**
 * What a question takes for an answer, read from its purpose and its JSON Schema: in words, and as arguments of
 * `perdure waits answer`. Pure.
 */

import type { Wait } from '@perdure/contract';
import { visibleJson } from '../text/format.ts';
import { limitsOf, schemaShape } from '../text/schema-shape.ts';

export interface AnswerForm {
  /** `decision`: approved or not. `outcome`: what became of a call. `value`: anything else. */
  readonly kind: 'decision' | 'outcome' | 'value';
  /** In words, as the end of a sentence. */
  readonly expected: string;
  /**
   * What may follow the id, a line for each way to answer. Placeholders are no words of a shell: copied as they are,
   * they send nothing.
   */
  readonly args: readonly string[];
  /** Of a call's outcome: what the result of the call looks like, where one must be given. */
  readonly result?: string;
  readonly takesText: boolean;
  readonly takesOnlyText: boolean;
}

/** A schema as far as it is looked into; it may say anything else too. */
interface AnswerSchema {
  readonly type?: unknown;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly anyOf?: unknown;
  readonly oneOf?: unknown;
  readonly required?: unknown;
  readonly properties?: Readonly<Record<string, AnswerSchema | undefined>>;
}

const decision = {
  kind: 'decision',
  args: ['--approve', '--reject <feedback>'],
  expected: '--approve, or --reject with what must change',
  takesText: false,
  takesOnlyText: false,
} as const satisfies AnswerForm;

const outcome = {
  kind: 'outcome',
  args: ['--done <json>', '--run-again', '--fail <reason>'],
  expected: '--done with its result if it took effect, --run-again, or --fail to let it count as failed',
  takesText: false,
  takesOnlyText: false,
} as const satisfies AnswerForm;

export function answerForm({
  purpose,
  answerSchema = {},
}: Partial<Pick<Wait, 'purpose' | 'answerSchema'>>): AnswerForm {
  const {
    type,
    const: only,
    enum: choices = only === undefined ? undefined : [only],
    anyOf,
    properties,
  } = answerSchema as AnswerSchema;
  if (purpose === 'outcome') return { ...outcome, ...resultOf(answerSchema) };
  if (purpose === 'approval' || isDecision(properties?.['verdict']?.enum)) return decision;
  if (purpose === 'delegation') {
    const ways = waysOf(answerSchema).map((way) => schemaShape(way));
    const expected = ways.length === 0 ? 'any JSON' : `JSON: ${ways.join(', or ')}`;
    return { kind: 'value', args: ['<json>'], expected, takesText: false, takesOnlyText: false };
  }
  const form = {
    kind: 'value',
    args: ['<answer>'],
    takesText: takesText(answerSchema),
    takesOnlyText: type === 'string',
  } as const;
  if (Array.isArray(choices)) return { ...form, expected: `one of ${choices.map(choiceText).join(', ')}` };
  if (typeof type === 'string' && simpleTypes[type] !== undefined) {
    return { ...form, expected: `${simpleTypes[type]}${limitsOf(answerSchema)}` };
  }
  if (type === undefined && anyOf === undefined && properties === undefined && form.takesText) {
    return { ...form, expected: 'any JSON, or a plain text' };
  }
  return { ...form, args: ['<json>'], expected: `JSON: ${schemaShape(answerSchema)}` };
}

/** Of the ways to answer the one that says `done`. */
function resultOf(schema: AnswerSchema): Pick<AnswerForm, 'result'> {
  const ways = waysOf(schema);
  const done = ways.find(({ properties }) => properties?.['decision']?.const === 'done');
  if (!Array.isArray(done?.required) || !done.required.includes('result')) return {};
  return { result: schemaShape(done.properties?.['result']) };
}

function waysOf({ anyOf, oneOf }: AnswerSchema): readonly AnswerSchema[] {
  const ways: readonly AnswerSchema[] = [anyOf ?? oneOf ?? []].flat();
  return ways;
}

const simpleTypes: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
};

function isDecision(verdicts: unknown): boolean {
  return Array.isArray(verdicts) && ['approved', 'changes_requested'].every((verdict) => verdicts.includes(verdict));
}

/** Whether a text may be among the answers; where it cannot be told, the server decides. */
function takesText({ type, anyOf }: AnswerSchema): boolean {
  if (Array.isArray(anyOf)) return anyOf.some((each) => takesText(each as AnswerSchema));
  return type === undefined || [type].flat().includes('string');
}

function choiceText(choice: unknown): string {
  return typeof choice === 'string' ? choice : visibleJson(choice);
}
