/** Checks a run's input against the JSON Schema that its pipeline has published. The server loads no user code to do so. */

import type { PipelineEntry } from '@perdure/contract';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export interface InputProblem {
  /** `input`, or a path below it: `input.prompt`. */
  readonly field: string;
  readonly message: string;
}

export type InputCheck = (pipeline: PipelineEntry, input: unknown) => InputProblem | undefined;

/** Compiles a schema once, and again only when the pipeline publishes another. */
export function createInputCheck(): InputCheck {
  const compiled = new Map<string, { readonly text: string; readonly validate: ValidateFunction }>();
  return (pipeline, input) => {
    const text = JSON.stringify(pipeline.input);
    let known = compiled.get(pipeline.id);
    if (known?.text !== text) {
      known = { text, validate: compile(pipeline.input) };
      compiled.set(pipeline.id, known);
    }
    if (known.validate(input)) return undefined;
    return problemOf(known.validate.errors?.[0]);
  };
}

function compile(schema: Record<string, unknown>): ValidateFunction {
  // An instance of its own: two versions of a pipeline may carry the same `$id`.
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

function problemOf(error: ErrorObject | undefined): InputProblem {
  const path = (error?.instancePath ?? '').split('/').slice(1).map(unescapePointer);
  const extra: unknown = error?.params['missingProperty'] ?? error?.params['additionalProperty'];
  if (typeof extra === 'string') path.push(extra);
  const message =
    typeof extra === 'string' ? (error?.keyword === 'required' ? 'is missing' : 'is unknown') : error?.message;
  return { field: ['input', ...path].join('.'), message: message ?? 'is not valid' };
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
