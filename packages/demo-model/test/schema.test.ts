import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { ask, start, textOf, withSchema } from './talk.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);

const text = { type: 'string' };
const object = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
});

const schemas: Readonly<Record<string, object>> = {
  'lists in lists': object({
    grid: { type: 'array', minItems: 2, items: { type: 'array', minItems: 3, items: text } },
  }),
  'enums of several types': object({
    level: { enum: ['low', 'high'] },
    code: { enum: [1, null, 'x'] },
    yes: { const: true },
  }),
  'an open object that requires what it does not describe': { type: 'object', required: ['a', 'b'] },
  'limits of texts': object({
    title: { ...text, maxLength: 8 },
    summary: { ...text, minLength: 900 },
    x: { ...text, minLength: 5, maxLength: 5 },
  }),
  'limits of numbers': object({
    score: { type: 'integer', minimum: 0, maximum: 100 },
    confidence: { type: 'number', minimum: 0, maximum: 1 },
    year: { type: 'integer', minimum: 2020, maximum: 2030 },
    share: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    even: { type: 'integer', multipleOf: 2, minimum: 3 },
    below: { type: 'integer', exclusiveMaximum: -5 },
  }),
  'limits of lists': object({
    goals: { type: 'array', items: text, maxItems: 1 },
    risks: { type: 'array', items: text, minItems: 9, uniqueItems: true },
    none: { type: 'array', maxItems: 0 },
    tags: { type: 'array', minItems: 3, uniqueItems: true, items: { enum: ['a', 'b', 'c', 'd'] } },
    pair: { type: 'array', prefixItems: [text, { type: 'integer' }], items: false, minItems: 2 },
  }),
  alternatives: object({
    maybe: { anyOf: [text, { type: 'null' }] },
    shape: {
      oneOf: [
        object({ kind: { const: 'circle' }, radius: { type: 'number', exclusiveMinimum: 0 } }),
        object({ kind: { const: 'square' }, side: { type: 'number' } }),
      ],
    },
    several: { type: ['integer', 'null'] },
  }),
  'parts that all apply': {
    allOf: [
      object({ a: text }, { additionalProperties: true }),
      { required: ['b'], properties: { b: { type: 'integer' } } },
    ],
  },
  references: {
    ...object({ items: { type: 'array', minItems: 1, items: { $ref: '#/$defs/item' } } }),
    $defs: { item: object({ name: text, size: { $ref: '#/$defs/size' } }), size: { enum: ['s', 'm'] } },
  },
  'a tree that refers to itself': {
    $defs: { node: object({ name: text, children: { type: 'array', items: { $ref: '#/$defs/node' } } }) },
    $ref: '#/$defs/node',
  },
  'a chain that may end': object({ name: text, next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }),
  'ten optional members that each refer to the whole': {
    type: 'object',
    properties: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`p${i}`, { $ref: '#' }])),
  },
  'formats and usual patterns': object({
    date: { ...text, format: 'date' },
    at: { ...text, format: 'date-time' },
    mail: { ...text, format: 'email' },
    link: { ...text, format: 'uri' },
    id: { ...text, format: 'uuid' },
    slug: { ...text, pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
    milestone: { ...text, pattern: '^M\\d+$' },
    version: { ...text, pattern: '^\\d+\\.\\d+\\.\\d+$' },
  }),
  'a record with a least number of entries': {
    type: 'object',
    additionalProperties: { type: 'integer' },
    minProperties: 3,
  },
  'a dialect declared by name': { $schema: 'http://json-schema.org/draft-07/schema#', ...object({ title: text }) },
  'names of another author': object({
    overview: text,
    phases: {
      type: 'array',
      minItems: 2,
      items: object({ name: text, tasks: { type: 'array', items: object({ description: text, doneWhen: text }) } }),
    },
    architecture: object({ overview: text, components: { type: 'array', items: object({ name: text, role: text }) } }),
    risks: {
      type: 'array',
      items: object({ title: text, severity: { enum: ['low', 'medium', 'high'] }, mitigation: text }),
    },
  }),
};

const cases = Object.entries(schemas);
const checked = (schema: object, answer: string) => {
  const { $schema: _, ...body } = schema as Record<string, unknown>;
  const validate = ajv.compile(body);
  const value: unknown = JSON.parse(answer);
  validate(value);
  return { value, errors: validate.errors ?? [] };
};

describe('an answer satisfies a schema with', () => {
  test.for(cases)('%s', async ([, schema]) => {
    await using model = await start();
    const reply = await ask(model, withSchema(schema));
    expect(reply).toMatchObject({ status: 200 });
    expect(checked(schema, textOf(reply)).errors).toEqual([]);
  });

  test.for(cases)('%s, unless the script breaks the contract', async ([name, schema]) => {
    await using model = await start({ script: [{ breakContract: true }] });
    const reply = await ask(model, withSchema(schema));
    expect({ name, ...checked(schema, textOf(reply)) }.errors).not.toEqual([]);
  });
});

describe('a schema inside the prompt', () => {
  const schema = object({ title: text, goals: { type: 'array', items: text, minItems: 1 } });
  const json = JSON.stringify(schema);
  const rule = 'You MUST answer with a JSON object that matches the JSON schema above.';

  test.for<[string, object[]]>([
    [
      'the system message',
      [
        { role: 'system', content: `Plan.\n\nJSON schema:\n${json}\n${rule}` },
        { role: 'user', content: 'Build a blog' },
      ],
    ],
    [
      'a part of the user message',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Build a blog' },
            {
              type: 'text',
              text: `Return your response as JSON matching this schema:\n\n${json}\n\nReturn only valid JSON.`,
            },
          ],
        },
      ],
    ],
  ])('in %s is followed as response_format is', async ([, messages]) => {
    await using model = await start();
    const { value, errors } = checked(schema, textOf(await ask(model, { messages })));
    expect(errors).toEqual([]);
    expect(value).toMatchObject({ title: 'Blog' });
  });

  test('json_object without a schema is answered with an object', async () => {
    await using model = await start();
    const reply = await ask(model, { response_format: { type: 'json_object' } });
    expect(JSON.parse(textOf(reply))).toEqual({ answer: expect.stringContaining('demo model') });
  });
});

/** Lists in lists, `depth` deep. */
const nested = (depth: number, list: object): object =>
  depth === 0 ? text : { ...list, items: nested(depth - 1, list) };

describe('a schema that cannot be served', () => {
  test.for<[string, object]>([
    ['demands endless depth', object({ next: { $ref: '#' } })],
    ['refers to itself and nothing else', { $ref: '#' }],
    ['contradicts itself', object({ a: { type: 'integer', minimum: 5, maximum: 3 } })],
    ['asks for an unusual pattern', object({ a: { ...text, pattern: '^QX-[0-9]{9}$' } })],
    ['is not a schema', { type: 'nonsense' }],
    ['demands a list of a thousand million', object({ a: { type: 'array', minItems: 1e9, items: text } })],
    ['demands a list without end', object({ a: { type: 'array', minItems: 1e308, items: text } })],
    ['demands lists in lists', object({ a: nested(12, { type: 'array', minItems: 9 }) })],
    ['demands a thousand million members', object({ a: { type: 'object', minProperties: 1e9 } })],
    ['demands a text of a thousand million characters', object({ a: { ...text, minLength: 1e9 } })],
    ['refers to itself twice at each step', { allOf: [{ $ref: '#' }, { $ref: '#' }] }],
  ])('that %s is refused with a sentence instead of a wrong answer', async ([, schema]) => {
    await using model = await start();
    const { status, body } = await ask(model, withSchema(schema));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: {
        code: 'invalid_schema',
        message: expect.stringMatching(/^The demo model cannot answer .* real model\.$/),
      },
    });
  });
});
