/**
 * Checks a run's input against the JSON Schema that its pipeline has published. The server loads no user code to do so.
 */

import type { PipelineEntry } from '@perdure/contract';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { compileSchema, problemsIn } from './schema-check.ts';
import type { SchemaProblem } from './schema-problems.ts';

/** Every problem; its field is `input`, or a path below it: `input.prompt`. */
export type InputCheck = (pipeline: PipelineEntry, input: unknown) => readonly SchemaProblem[];

/** Compiles a schema once, and again only when the pipeline publishes another. */
export function createInputCheck(): InputCheck {
  const compiled = new Map<string, { readonly text: string; readonly validate: ValidateFunction }>();
  return (pipeline, input) => {
    const text = JSON.stringify(pipeline.input);
    let known = compiled.get(pipeline.id);
    if (known?.text !== text) {
      known = { text, validate: compileSchema(pipeline.input) };
      compiled.set(pipeline.id, known);
    }
    return problemsIn(known.validate, input, 'input');
  };
}
