/** What a question takes for an answer, read from its JSON Schema: in words, and as arguments of `perdure waits answer`. Pure. */

export interface AnswerForm {
  /** In words, as the end of a sentence. */
  readonly expected: string;
  /** What may follow the id, a line for each way to answer. Placeholders are no words of a shell: copied as they are, they send nothing. */
  readonly args: readonly string[];
  readonly takesText: boolean;
  readonly takesOnlyText: boolean;
}

/** A schema as far as it is looked into; it may say anything else too. */
interface AnswerSchema {
  readonly type?: unknown;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly anyOf?: unknown;
  readonly properties?: { readonly verdict?: { readonly enum?: unknown } };
}

const anyAnswer = ['<answer>'];

export function answerForm(schema: Readonly<Record<string, unknown>> = {}): AnswerForm {
  const {
    type,
    const: only,
    enum: choices = only === undefined ? undefined : [only],
    anyOf,
    properties,
  } = schema as AnswerSchema;
  const form = { args: anyAnswer, takesText: takesText(schema), takesOnlyText: type === 'string' };
  if (isDecision(properties?.verdict?.enum)) {
    const args = ['--approve', '--reject <feedback>'];
    return { ...form, args, expected: '--approve, or --reject with what must change' };
  }
  if (Array.isArray(choices)) return { ...form, expected: `one of ${choices.map(choiceText).join(', ')}` };
  if (typeof type === 'string' && simpleTypes[type] !== undefined) return { ...form, expected: simpleTypes[type] };
  if (type === undefined && anyOf === undefined && properties === undefined && form.takesText) {
    return { ...form, expected: 'any JSON, or a plain text' };
  }
  return { ...form, args: ['<json>'], expected: `JSON that fits the schema ${schemaText(schema)}` };
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
  return typeof choice === 'string' ? choice : JSON.stringify(choice);
}

function schemaText({ $schema: _dialect, ...schema }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(schema);
}
