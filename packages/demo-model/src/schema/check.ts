/**
 * Whether a value satisfies a schema. The demo model checks its own answers: for a schema it cannot serve it says so,
 * instead of answering something that looks like an answer.
 */

import type { Json } from '@perdure/contract';
import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { isRecord, type JsonSchema } from './node.ts';

/** A compiled schema costs milliseconds and memory; the same few agents ask again and again. */
const maxCompiled = 100;
const compiled = new Map<string, ValidateFunction>();

function compile(schema: JsonSchema): ValidateFunction {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known !== undefined) return known;
  // Dialects differ little in what agents use, and a `$schema` or `$id` that ajv does not know would only be refused.
  const { $schema: _, $id: __, ...body } = schema;
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats.default(ajv);
  const validate = ajv.compile(body);
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(text, validate);
  return validate;
}

/** What is wrong with the value, or undefined. Throws where the schema itself is not one. */
export function findViolation(schema: JsonSchema, value: Json): string | undefined {
  const validate = compile(schema);
  if (validate(value)) return undefined;
  const error = validate.errors?.[0];
  return `${error?.instancePath === '' ? 'the answer' : error?.instancePath} ${error?.message}`;
}

/** Valid JSON that breaks the schema, as near to the value as can be. Undefined where the schema allows anything. */
export function breakContract(schema: JsonSchema, value: Json): Json | undefined {
  const members: readonly [string, Json | undefined][] = isRecord(value) ? Object.entries(value) : [];
  const without = members.map(([name]) => Object.fromEntries(members.filter(([other]) => other !== name)));
  const wrongType = members.map(([name]) => ({ ...Object.fromEntries(members), [name]: { unexpected: true } }));
  const candidates: readonly Json[] = [...without, ...wrongType, [], 'unexpected', 0, {}];
  return candidates.find((candidate) => findViolation(schema, candidate) !== undefined);
}
