/**
 * What each tool takes, as JSON Schema. It is the same at every start, so the bundle of the command line holds what
 * this module makes instead of the module.
 */

import { toJsonSchema, type JsonSchema } from './json-schema.ts';
import { allTools } from './tools.ts';

/** By the name of the tool. */
export const inputSchemas: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  allTools.map(({ name, input }) => [name, toJsonSchema(input)]),
);
