/**
 * What each tool takes, as JSON Schema. It is the same at every start, so the bundle of the command line holds what
 * this module makes instead of the module.
 */

import { z } from 'zod';
import { allTools } from './tools.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** By the name of the tool. */
export const inputSchemas: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  allTools.map(({ name, input }) => [name, toJsonSchema(input)]),
);

/**
 * Without patterns: not every client that checks them speaks our dialect of regular expressions. We check them all the
 * same.
 */
function toJsonSchema(input: z.ZodObject): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return schema;
}
