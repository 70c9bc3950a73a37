/** Schemas as generators write them, each with an answer that it takes and some that it must not. */

export interface GeneratedSchema {
  readonly by: string;
  readonly schema: Record<string, unknown>;
  readonly right: unknown;
  readonly wrong: readonly (readonly [answer: unknown, fault: string])[];
}

const order = {
  id: '0b0e7bd5-5a3f-4d2a-9a55-0d9f5b0a3f10',
  count: 3,
  pair: ['a', 1],
  note: null,
  kind: { t: 'a', v: 'x' },
  email: 'a.b@c',
};

const orderFaults: GeneratedSchema['wrong'] = [
  [{ ...order, count: 0 }, '/count must be > 0'],
  [{ ...order, pair: [1, 'a'] }, '/pair/0 must be string'],
  [{ ...order, note: 1 }, '/note must be string,null'],
  [{ ...order, kind: { t: 'b', v: 'x' } }, '/kind'],
  [{ ...order, email: 'a b@c' }, '/email must match pattern'],
  [{ ...order, more: 1 }, 'must NOT have additional properties (more)'],
];

const orderKinds = (first: object, second: object) => ({
  anyOf: [
    {
      type: 'object',
      properties: { t: first, v: { type: 'string' } },
      required: ['t', 'v'],
      additionalProperties: false,
    },
    {
      type: 'object',
      properties: { t: second, v: { type: 'number' } },
      required: ['t', 'v'],
      additionalProperties: false,
    },
  ],
});
const required = ['id', 'count', 'pair', 'note', 'kind', 'email'];

export const generated: readonly GeneratedSchema[] = [
  {
    by: 'zod-to-json-schema',
    schema: {
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid' },
        count: { type: 'integer', exclusiveMinimum: 0, maximum: 5 },
        pair: { type: 'array', minItems: 2, maxItems: 2, items: [{ type: 'string' }, { type: 'number' }] },
        note: { type: ['string', 'null'] },
        kind: orderKinds({ type: 'string', const: 'a' }, { type: 'string', const: 'b' }),
        email: { type: 'string', pattern: '^[\\w-\\.]+@' },
        again: { $ref: '#/properties/kind/anyOf/0' },
      },
      required,
      additionalProperties: false,
      $schema: 'http://json-schema.org/draft-07/schema#',
    },
    right: { ...order, again: { t: 'a', v: 'x' } },
    wrong: [...orderFaults, [{ ...order, again: { t: 'a', v: 1 } }, '/again/v must be string']],
  },
  {
    by: 'zod-to-json-schema for OpenAPI 3, with a name',
    schema: {
      $ref: '#/definitions/Answer',
      definitions: {
        Answer: {
          type: 'object',
          properties: {
            id: { type: 'string', format: 'uuid' },
            count: { type: 'integer', exclusiveMinimum: true, minimum: 0, maximum: 5 },
            pair: { type: 'array', minItems: 2, maxItems: 2, items: [{ type: 'string' }, { type: 'number' }] },
            note: { type: 'string', nullable: true },
            kind: orderKinds({ type: 'string', enum: ['a'] }, { type: 'string', enum: ['b'] }),
            email: { type: 'string', pattern: '^[\\w-\\.]+@' },
            size: { type: 'integer', format: 'int64' },
          },
          required,
          additionalProperties: false,
        },
      },
    },
    right: { ...order, size: 1 },
    wrong: orderFaults,
  },
  {
    by: 'TypeBox',
    schema: {
      $id: 'Node',
      additionalProperties: false,
      type: 'object',
      required: ['id', 'nodes', 'tuple'],
      properties: {
        id: { format: 'uuid', type: 'string' },
        nodes: { type: 'array', items: { $ref: 'Node' } },
        tuple: {
          type: 'array',
          items: [{ type: 'string' }, { type: 'number' }],
          additionalItems: false,
          minItems: 2,
          maxItems: 2,
        },
        date: { examples: ['x'], type: 'string' },
      },
    },
    right: { id: order.id, nodes: [{ id: order.id, nodes: [], tuple: ['a', 1] }], tuple: ['a', 1] },
    wrong: [
      [
        { id: order.id, nodes: [{ id: 'x', nodes: [], tuple: ['a', 1] }], tuple: ['a', 1] },
        '/nodes/0/id must match format',
      ],
      [{ id: order.id, nodes: [], tuple: ['a', 1, 2] }, '/tuple must NOT have more than 2 items'],
    ],
  },
  {
    by: 'pydantic 2',
    schema: {
      $defs: {
        Cat: {
          properties: {
            pet_type: { const: 'cat', title: 'Pet Type', type: 'string' },
            lives: { default: 9, exclusiveMinimum: 0, title: 'Lives', type: 'integer' },
          },
          required: ['pet_type'],
          title: 'Cat',
          type: 'object',
        },
        Dog: {
          properties: {
            pet_type: { const: 'dog', title: 'Pet Type', type: 'string' },
            weight: {
              anyOf: [{ type: 'number' }, { pattern: '^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$', type: 'string' }],
              title: 'Weight',
            },
          },
          required: ['pet_type', 'weight'],
          title: 'Dog',
          type: 'object',
        },
      },
      properties: {
        pet: {
          discriminator: { mapping: { cat: '#/$defs/Cat', dog: '#/$defs/Dog' }, propertyName: 'pet_type' },
          oneOf: [{ $ref: '#/$defs/Cat' }, { $ref: '#/$defs/Dog' }],
          title: 'Pet',
        },
        home: { anyOf: [{ format: 'path', type: 'string' }, { type: 'null' }], default: null, title: 'Home' },
        secret: { format: 'password', title: 'Secret', type: 'string', writeOnly: true },
        point: {
          maxItems: 2,
          minItems: 2,
          prefixItems: [{ type: 'number' }, { type: 'number' }],
          title: 'Point',
          type: 'array',
        },
      },
      required: ['pet'],
      title: 'Owner',
      type: 'object',
    },
    right: { pet: { pet_type: 'dog', weight: '4.5' }, home: null, secret: 's', point: [1, 2] },
    wrong: [
      [{ pet: { pet_type: 'cat', lives: 0 } }, '/pet'],
      [{ pet: { pet_type: 'cat' }, point: ['a', 2] }, '/point/0 must be number'],
    ],
  },
  {
    by: 'pydantic 1',
    schema: {
      title: 'Owner',
      type: 'object',
      properties: {
        pet: {
          title: 'Pet',
          discriminator: { propertyName: 'pet_type', mapping: { cat: '#/definitions/Cat' } },
          oneOf: [{ $ref: '#/definitions/Cat' }],
        },
        colour: { description: 'Of the eyes.', default: 'red', allOf: [{ $ref: '#/definitions/Colour' }] },
        point: {
          title: 'Point',
          type: 'array',
          minItems: 2,
          maxItems: 2,
          items: [{ type: 'number' }, { type: 'number' }],
        },
        path: { title: 'Path', env_names: ['path'], type: 'string', format: 'file-path' },
      },
      required: ['pet'],
      definitions: {
        Cat: {
          title: 'Cat',
          type: 'object',
          properties: {
            pet_type: { title: 'Pet Type', enum: ['cat'], type: 'string' },
            kittens: { title: 'Kittens', type: 'array', items: { $ref: '#/definitions/Cat' } },
          },
          required: ['pet_type'],
        },
        Colour: { title: 'Colour', description: 'An enumeration.', enum: ['red', 'green'], type: 'string' },
      },
    },
    right: { pet: { pet_type: 'cat', kittens: [{ pet_type: 'cat' }] }, colour: 'green', point: [1, 2] },
    wrong: [
      [{ pet: { pet_type: 'cat', kittens: [{}] } }, "/pet/kittens/0 must have required property 'pet_type'"],
      [{ pet: { pet_type: 'cat' }, colour: 'blue' }, '/colour must be equal to one of the allowed values'],
      [{ pet: { pet_type: 'cat' }, point: [1, 'b'] }, '/point/1 must be number'],
    ],
  },
  {
    by: 'an OpenAPI document',
    schema: {
      type: 'object',
      required: ['pet'],
      properties: {
        pet: { $ref: '#/components/schemas/Pet' },
        owner: { allOf: [{ $ref: '#/components/schemas/Owner' }], nullable: true },
      },
      components: {
        schemas: {
          Pet: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string', example: 'Rex', xml: { attribute: true } },
              age: { type: 'integer', format: 'int32', minimum: 0, exclusiveMinimum: false, 'x-go-name': 'Age' },
              tag: { type: 'string', nullable: true, enum: ['a', 'b'], deprecated: true, readOnly: true },
              owner: { $ref: '#/components/schemas/Owner' },
            },
            externalDocs: { url: 'https://pets.example' },
          },
          Owner: {
            type: 'object',
            required: ['email'],
            properties: { email: { type: 'string', format: 'email' } },
            discriminator: { propertyName: 'kind' },
          },
        },
      },
    },
    right: { pet: { name: 'Rex', age: 0, tag: null, owner: { email: 'a@b.example' } }, owner: null },
    wrong: [
      [{ pet: { name: 'Rex', age: -1 } }, '/pet/age must be >= 0'],
      [{ pet: { name: 'Rex', tag: 'c' } }, '/pet/tag must be equal to one of the allowed values'],
      [{ pet: { name: 'Rex' }, owner: { email: 'no' } }, '/owner/email must match format "email"'],
    ],
  },
  {
    by: 'jsonschema.net',
    schema: {
      $schema: 'http://json-schema.org/draft-04/schema#',
      id: 'http://example.com/root.json',
      type: 'object',
      definitions: { positive: { id: '#positive', type: 'integer', minimum: 0, exclusiveMinimum: true } },
      properties: {
        checked: { $id: '#/properties/checked', type: 'boolean', title: 'The Checked Schema', default: false },
        size: { $ref: '#positive' },
        other: { $ref: 'http://example.com/root.json#/definitions/positive' },
      },
      dependencies: { size: ['checked'] },
    },
    right: { checked: true, size: 1, other: 1 },
    wrong: [
      [{ checked: true, size: 0 }, '/size must be > 0'],
      [{ checked: true, other: 0.5 }, '/other must be integer'],
      [{ size: 1 }, 'must have property checked when property size is present'],
    ],
  },
];
