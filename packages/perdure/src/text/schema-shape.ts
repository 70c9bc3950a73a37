/**
 * A JSON Schema as a person reads it: `{ city: string, nights?: integer 1..14 }`. What it leaves out (patterns,
 * formats, descriptions) is told by whoever checks the value. Pure.
 */

type Schema = Readonly<Record<string, unknown>>;

export function schemaShape(schema: unknown): string {
  const { type, const: only, enum: choices, anyOf, oneOf, properties, items } = asSchema(schema);
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(' | ');
  const ways = anyOf ?? oneOf;
  if (Array.isArray(ways)) return ways.map(schemaShape).join(' | ');
  if (properties !== undefined) return objectShape(asSchema(schema));
  if (type === 'array') return listShape(asSchema(schema), items);
  if (Array.isArray(type)) return type.join(' | ');
  return typeof type === 'string' ? `${type}${limitsOf(asSchema(schema))}` : 'any JSON';
}

function objectShape({ properties, required }: Schema): string {
  const needed = Array.isArray(required) ? required : [];
  const fields = Object.entries(asSchema(properties)).map(
    ([name, field]) => `${name}${needed.includes(name) ? '' : '?'}: ${schemaShape(field)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function listShape({ minItems, maxItems }: Schema, items: unknown): string {
  const limits = rangeText(maxItems === undefined ? moreThan(minItems, 0) : minItems, maxItems);
  const list = limits === '' ? 'list' : `list (${limits})`;
  return items === undefined ? list : `${list} of ${grouped(schemaShape(items))}`;
}

/** ` 1..14` of a number, ` (1..80 characters)` of a text; empty where anything goes. */
export function limitsOf(schema: unknown): string {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength } = asSchema(schema);
  if (type === 'string') {
    // Hardly anybody answers with nothing.
    const limits = rangeText(maxLength === undefined ? moreThan(minLength, 1) : minLength, maxLength);
    return limits === '' ? '' : ` (${limits} characters)`;
  }
  const limits = [
    rangeText(within(minimum), within(maximum)),
    typeof exclusiveMinimum === 'number' ? `more than ${exclusiveMinimum}` : '',
    typeof exclusiveMaximum === 'number' ? `less than ${exclusiveMaximum}` : '',
  ].filter((limit) => limit !== '');
  return limits.length === 0 ? '' : ` ${limits.join(', ')}`;
}

/** A least size that goes without saying is left out. */
function moreThan(least: unknown, usual: number): unknown {
  return typeof least === 'number' && least > usual ? least : undefined;
}

/** Undefined for the limits that every whole number has which JSON carries safely. */
function within(limit: unknown): unknown {
  return typeof limit === 'number' && Math.abs(limit) < Number.MAX_SAFE_INTEGER ? limit : undefined;
}

/** `1..14`, `at least 1`, `at most 14`. */
function rangeText(least: unknown, most: unknown): string {
  if (typeof least === 'number' && typeof most === 'number') return `${least}..${most}`;
  if (typeof least === 'number') return `at least ${least}`;
  return typeof most === 'number' ? `at most ${most}` : '';
}

function grouped(shape: string): string {
  return shape.includes(' | ') && !shape.startsWith('{') ? `(${shape})` : shape;
}

/** A schema may be `true`, and anything else that somebody wrote. */
function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? (value as Schema) : {};
}
