/** What a tool takes, for clients. */

import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Without patterns: not every client that checks them speaks our dialect of regular expressions. We check them all the
 * same.
 */
export function toJsonSchema(input: z.ZodObject): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(input, {
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return schema;
}
