import {
  array,
  assert,
  configureGlobal,
  constant,
  constantFrom,
  dictionary,
  letrec,
  oneof,
  property,
} from 'fast-check';
import { propertySeed } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { createSchemaChecks } from '@perdure/schema-check';
import { answerFaults } from '../../src/agents/answer-faults.ts';
import { readObjectSchema } from '../../src/schemas/read-schema.ts';
import { generated } from './generated.ts';

configureGlobal({ seed: propertySeed(20_261_130) });

type Schema = Record<string, unknown>;

const read = (given: unknown) => {
  const outcome = readObjectSchema(given);
  if (outcome.kind === 'refused') throw new Error(outcome.problems.map(({ message }) => message).join('\n'));
  return outcome;
};
const { check: checkValue } = createSchemaChecks();
/** As answers are held against the schema of an agent. */
const checkOf =
  ({ schema }: ReturnType<typeof read>) =>
  async (value: unknown) =>
    await answerFaults(checkValue, { output: schema }, value);
const problemsOf = (given: unknown) => {
  const outcome = readObjectSchema(given);
  return outcome.kind === 'refused' ? outcome.problems : [];
};
/** Of a schema whose one property is `property`. */
const ofProperty = (property: unknown, top: Schema = {}): Schema => ({
  type: 'object',
  properties: { value: property },
  ...top,
});
const converted = (property: Schema, top: Schema = {}) =>
  (read(ofProperty(property, top)).schema['properties'] as Record<string, unknown>)['value'];
const notesOf = (given: unknown) => read(given).notes.map(({ message }) => message);

describe('schemas as generators write them', () => {
  it.each(generated)('of $by are taken, and answers are held against them', async ({ schema, right, wrong }) => {
    const check = checkOf(read(schema));
    expect(await check(right)).toEqual([]);
    for (const [answer, fault] of wrong) expect((await check(answer)).join('\n')).toContain(fault);
  });

  it.each(generated)('of $by go to the model as draft 2020-12 alone', ({ schema }) => {
    const cleaned = read(schema).schema;
    expect(cleaned['type']).toBe('object');
    const text = JSON.stringify(cleaned);
    expect(text).not.toMatch(
      /"(?:\$schema|\$id|id_|definitions|additionalItems|nullable|discriminator|example|xml|x-[a-z]+|\$recursiveRef|dependencies)":/,
    );
    expect(text).not.toMatch(/"exclusive(?:Min|Max)imum":true|"items":\[/);
    // Read again it is what it was: nothing is left to convert, or to pass over.
    expect(read(cleaned).schema).toEqual(cleaned);
    expect(read(cleaned).notes).toEqual([]);
  });
});

describe('older drafts', () => {
  it.each([
    'http://json-schema.org/draft-04/schema#',
    'http://json-schema.org/draft-06/schema#',
    'http://json-schema.org/draft-07/schema',
    'https://json-schema.org/draft-07/schema#',
    'https://json-schema.org/draft/2019-09/schema',
    'https://json-schema.org/draft/2020-12/schema#',
  ])('%s is taken without a word', ($schema) => {
    const { schema, notes } = read({ $schema, type: 'object' });
    expect([schema, notes]).toEqual([{ type: 'object' }, []]);
  });

  it.each<[string, Schema, unknown]>([
    ['a limit that is excluded', { minimum: 1, exclusiveMinimum: true }, { exclusiveMinimum: 1 }],
    ['a limit that is not', { maximum: 1, exclusiveMaximum: false }, { maximum: 1 }],
    [
      'a tuple',
      { items: [{ type: 'string' }], additionalItems: false },
      { prefixItems: [{ type: 'string' }], items: false },
    ],
    [
      'dependencies',
      { dependencies: { a: ['b'], c: { required: ['d'] } } },
      { dependentRequired: { a: ['b'] }, dependentSchemas: { c: { required: ['d'] } } },
    ],
    ['null beside a type', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['null beside choices', { enum: ['a'], nullable: true }, { enum: ['a', null] }],
    ['null that is not allowed', { type: 'string', nullable: false }, { type: 'string' }],
    [
      'null beside a choice of schemas',
      { title: 'T', oneOf: [{ type: 'string' }], nullable: true },
      { title: 'T', anyOf: [{ oneOf: [{ type: 'string' }] }, { type: 'null' }] },
    ],
  ])('%s is said as draft 2020-12 says it', (_name, given, expected) => {
    expect(converted(given)).toEqual(expected);
  });

  it.each<[string, Schema, Schema, string]>([
    ['a definition', { $ref: '#/definitions/A' }, { definitions: { A: { type: 'null' } } }, '#/$defs/A'],
    ['a name', { $ref: '#a' }, { definitions: { A: { $id: '#a', type: 'null' } } }, '#/$defs/A'],
    ['an anchor', { $ref: '#a' }, { $defs: { A: { $anchor: 'a', type: 'null' } } }, '#/$defs/A'],
    ['an id', { $ref: 'A' }, { $id: 'https://x.example/', $defs: { A: { $id: 'A', type: 'null' } } }, '#/$defs/A'],
    [
      'a whole address',
      { $ref: 'http://x/y#/definitions/A' },
      { id: 'http://x/y', definitions: { A: {} } },
      '#/$defs/A',
    ],
    ['a place in a tuple', { $ref: '#/properties/t/items/0' }, { properties: { t: { items: [{ const: 1 }] } } }, '?'],
    [
      'components',
      { $ref: '#/components/schemas/A' },
      { components: { schemas: { A: { type: 'null' } } } },
      '#/$defs/A',
    ],
    ['a name to escape', { $ref: '#/definitions/A%3CB%3E' }, { definitions: { 'A<B>': {} } }, '#/$defs/A%3CB%3E'],
    ['a dynamic name', { $dynamicRef: '#n' }, { $defs: { A: { $dynamicAnchor: 'n', type: 'null' } } }, '#/$defs/A'],
    ['the whole, from inside', { $recursiveRef: '#' }, { $recursiveAnchor: true }, '#'],
    ['the whole', { $ref: '#' }, {}, '#'],
  ])('a reference to %s leads there still', (_name, value, { properties, ...top }, place) => {
    const given = { ...ofProperty(value, top), properties: { value, ...(properties as Schema | undefined) } };
    const { schema } = read(given);
    const found = (schema['properties'] as Record<string, Schema>)['value'];
    expect(found).toEqual({ $ref: place === '?' ? '#/properties/t/prefixItems/0' : place });
    expect(read(schema).schema).toEqual(schema);
  });

  it('a top that is a reference becomes the object that it refers to', () => {
    const Answer = { type: 'object', properties: { next: { $ref: '#/definitions/Item' } } };
    const Item = { type: 'string' };
    const { schema } = read({ $ref: '#/definitions/Answer', definitions: { Answer, Item } });
    expect(schema).toEqual({
      type: 'object',
      properties: { next: { $ref: '#/$defs/Item' } },
      $defs: { Item },
    });
  });

  it('a top that refers to what refers to itself stays whole', async () => {
    const Node = { type: 'object', properties: { next: { $ref: '#/definitions/Node' } } };
    const taken = read({ $ref: '#/definitions/Node', definitions: { Node } });
    expect(taken.schema['type']).toBe('object');
    const check = checkOf(taken);
    expect(await check({ next: { next: {} } })).toEqual([]);
    expect(await check({ next: { next: 1 } })).toEqual(['/next/next must be object']);
  });
});

describe('what is passed over is named', () => {
  it.each<[string, Schema]>([
    ['discriminator', { discriminator: { propertyName: 't' }, oneOf: [] as unknown[] }],
    ['example', { example: 1 }],
    ['externalDocs', { externalDocs: {} }],
    ['xml', { xml: { name: 'v' } }],
    ['x-order', { 'x-order': 1 }],
  ])('%s', (keyword, property) => {
    const { oneOf: _, ...alone } = property;
    expect(notesOf(ofProperty(alone))).toEqual([
      `"${keyword}" says nothing about which answers are valid, and is passed over`,
    ]);
  });

  it('a word that is none of JSON Schema, and a format that nobody knows', () => {
    expect(notesOf(ofProperty({ units: 'm' }))[0]).toContain('"units" is no keyword of JSON Schema');
    expect(notesOf(ofProperty({ format: 'color' }))[0]).toContain('the format "color" is not known here');
    expect(converted({ type: 'string', format: 'color', units: 'm' })).toEqual({ type: 'string' });
  });

  it.each(['int32', 'int64', 'float', 'double', 'password', 'binary', 'byte', 'date-time', 'uuid', 'ipv4'])(
    'the format %s is known',
    (format) => {
      expect(read(ofProperty({ format })).notes).toEqual([]);
    },
  );

  it('one note stands for all places of which it holds', () => {
    const given = { type: 'object', properties: { a: { example: 1 }, b: { example: 2 } } };
    expect(read(given).notes).toMatchObject([
      { path: ['properties', 'a', 'example'], others: [['properties', 'b', 'example']] },
    ]);
  });

  it('a property may be called like anything', () => {
    const names = ['example', 'definitions', 'nullable', '$ref', 'xml', 'requird', 'items', '__proto__', 'id'];
    const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
    const { schema, notes } = read({ type: 'object', properties });
    expect(schema).toEqual({ type: 'object', properties });
    expect(notes).toEqual([]);
  });

  it('what stands in a value is a value', () => {
    const value = { const: { $ref: '#/nowhere', requird: 1 }, default: { items: [1] }, examples: [{ nullable: true }] };
    expect(converted(value)).toEqual(value);
  });
});

describe('what cannot be taken says where and what to write', () => {
  it.each<[string, Schema, (string | number)[], string]>([
    [
      'a slip',
      ofProperty({ requird: [] }),
      ['properties', 'value', 'requird'],
      'unknown keyword: "requird"; write "required"',
    ],
    [
      'another slip',
      { type: 'object', propertys: {} },
      ['propertys'],
      'unknown keyword: "propertys"; write "properties"',
    ],
    [
      'capitals',
      { type: 'object', additionalproperties: false },
      ['additionalproperties'],
      'write "additionalProperties"',
    ],
    ['swapped letters', ofProperty({ tpye: 'string' }), ['properties', 'value', 'tpye'], 'write "type"'],
    ['a word of another language', ofProperty({ min: 1 }), ['properties', 'value', 'min'], 'write "minimum"'],
    [
      'what lies elsewhere',
      ofProperty({ $ref: 'https://x.example/money.json' }),
      ['properties', 'value', '$ref'],
      '"https://x.example/money.json" lies elsewhere, and nothing is fetched; copy it to "$defs": { "money.json": … }',
    ],
    [
      'a reference to nothing',
      ofProperty({ $ref: '#/$defs/B' }, { $defs: { A: {} } }),
      ['properties', 'value', '$ref'],
      '"#/$defs/B" leads nowhere; defined are A, so define it',
    ],
    [
      'a dynamic reference to nothing',
      ofProperty({ $dynamicRef: '#n' }),
      ['properties', 'value', '$dynamicRef'],
      '"#n" leads nowhere; there are no definitions',
    ],
    [
      'an unknown type',
      ofProperty({ type: 'text' }),
      ['properties', 'value', 'type'],
      '"type" here is none of JSON Schema; write one of array, boolean',
    ],
    ['a wrong value', ofProperty({ minLength: 'x' }), ['properties', 'value', 'minLength'], 'must be integer'],
    ['what is no schema', ofProperty(1), ['properties', 'value'], 'a schema is needed here, and this is 1'],
    [
      'required said in the member',
      ofProperty({ required: true }),
      ['properties', 'value', 'required'],
      'list "value" under "required" of the object around it',
    ],
    [
      'a pattern that is none',
      ofProperty({ pattern: '(' }),
      ['properties', 'value', 'pattern'],
      'the pattern "(" cannot be used: Unterminated group',
    ],
    [
      'a pattern of Python',
      ofProperty({ pattern: '(?P<a>x)' }),
      ['properties', 'value', 'pattern'],
      'write (?<a> for (?P<a>',
    ],
    ['a pattern of Perl', ofProperty({ pattern: '\\Ax\\z' }), ['properties', 'value', 'pattern'], 'write ^ for \\A'],
    [
      'a list at the top',
      { type: 'array', items: {} },
      [],
      'describes "array"; write "type": "object" at its top, and this as one',
    ],
    [
      'a choice at the top',
      { anyOf: [{ type: 'object' }] },
      [],
      'it must describe an object; write "type": "object" at its top',
    ],
    [
      'an asynchronous schema',
      { type: 'object', $async: true },
      ['$async'],
      '"$async", which is not JSON Schema; remove it',
    ],
    [
      'a wrong value in a definition of an old draft',
      ofProperty({ $ref: '#/definitions/A' }, { definitions: { A: { minimum: 'x' } } }),
      ['definitions', 'A', 'minimum'],
      'must be number',
    ],
  ])('%s', (_name, given, path, message) => {
    expect(problemsOf(given)).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  it('all slips at once', () => {
    expect(problemsOf({ type: 'object', requird: [], properties: { a: { tpe: 'x' } } })).toHaveLength(2);
  });

  it('what is deeper than a stack is a refusal', () => {
    const deep = JSON.parse(`${'{"not":'.repeat(40_000)}{}${'}'.repeat(40_000)}`) as unknown;
    expect(problemsOf(deep)).toHaveLength(1);
  });
});

describe('patterns', () => {
  it('that are too lax for the flag u are taken as people mean them', async () => {
    const check = checkOf(read(ofProperty({ type: 'string', pattern: '^[\\w-\\.]+@x$' })));
    expect(await check({ value: 'a.b-c@x' })).toEqual([]);
    expect(await check({ value: 'a b@x' })).toHaveLength(1);
  });

  it('that can take exponentially long are warned of, and taken', () => {
    const properties = { a: { pattern: '^(a+)+$' }, b: { patternProperties: { '^(x|x)*$': {} } } };
    expect(read({ type: 'object', properties }).notes).toEqual([
      expect.objectContaining({ severity: 'warning', path: ['properties', 'a', 'pattern'] }),
      expect.objectContaining({ severity: 'warning', path: ['properties', 'b', 'patternProperties', '^(x|x)*$'] }),
    ]);
  });
});

it('of whatever JSON is taken or refused, never thrown, and what is taken is taken again as it is', () => {
  const words =
    '$ref $id id items type properties definitions $defs nullable enum anyOf if dependencies exclusiveMinimum minimum additionalItems pattern $dynamicRef required x-a';
  const keyword = constantFrom(...words.split(' '));
  const leaf = oneof(
    constantFrom('#', '#/properties/a', '#/definitions/a', 'a', 'string', 'object', '(', null, true, false, 0, 1.5),
    array(constantFrom('a', 'string', 'null'), { maxLength: 2 }),
  );
  const { schema: anySchema } = letrec((tie) => ({
    schema: dictionary(
      oneof(keyword, constant('a')),
      oneof(leaf, tie('schema'), array(tie('schema'), { maxLength: 2 })),
      {
        maxKeys: 5,
      },
    ),
  }));
  let taken = 0;
  assert(
    property(anySchema, anySchema, (value, other) => {
      const given = { type: 'object', properties: { a: value }, definitions: { a: other } };
      const outcome = readObjectSchema(JSON.parse(JSON.stringify(given)));
      if (outcome.kind === 'refused') return;
      taken += 1;
      expect(read(outcome.schema).schema).toEqual(outcome.schema);
    }),
    { numRuns: 200 },
  );
  expect(taken).toBeGreaterThan(10);
});
