/**
 * A JSON Schema as a person reads it: `{ city: string, nights?: integer }`. What it leaves out (limits, patterns,
 * descriptions) is told by whoever checks the value. Pure.
 */

type Schema = Readonly<Record<string, unknown>>;

export function schemaShape(schema: unknown): string {
  const { type, const: only, enum: choices, anyOf, oneOf, properties, items } = asSchema(schema);
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(' | ');
  const ways = anyOf ?? oneOf;
  if (Array.isArray(ways)) return ways.map(schemaShape).join(' | ');
  if (properties !== undefined) return objectShape(asSchema(schema));
  if (type === 'array') return items === undefined ? 'list' : `list of ${grouped(schemaShape(items))}`;
  if (Array.isArray(type)) return type.join(' | ');
  return typeof type === 'string' ? type : 'any JSON';
}

function objectShape({ properties, required }: Schema): string {
  const needed = Array.isArray(required) ? required : [];
  const fields = Object.entries(asSchema(properties)).map(
    ([name, field]) => `${name}${needed.includes(name) ? '' : '?'}: ${schemaShape(field)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function grouped(shape: string): string {
  return shape.includes(' | ') && !shape.startsWith('{') ? `(${shape})` : shape;
}

/** A schema may be `true`, and anything else that somebody wrote. */
function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {};
}
