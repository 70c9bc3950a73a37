/** Every answer of the suites is held against the OpenAPI document that the server itself serves. */

import type { SchemaCheck } from '@perdure/schema-check';
import { openApiDocument } from '../../src/http/openapi.ts';

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Readonly<Record<string, unknown>> }>>;
}

type Operations = Readonly<Record<string, { readonly responses: Readonly<Record<string, Content>> }>>;

/** Rejects where the document does not know the status or the type of an answer, or its body is another. */
export async function holdAgainstDocument(
  { method, path, response }: { readonly method: string; readonly path: string; readonly response: Response },
  check: SchemaCheck,
): Promise<void> {
  const operation = operationOf(method, path);
  // What no route answers is a 404 or 405 of the app, in the form of every error.
  if (operation === undefined) return;
  const said = operation.responses[response.status];
  const what = `${method} ${path} ${response.status}`;
  if (said === undefined) throw new Error(`${what} is not in the OpenAPI document`);
  const type = response.headers.get('content-type')?.split(';')[0] ?? '';
  if (type === 'text/event-stream' || response.body === null) return;
  // Bytes, of whatever type they are.
  if (said.content?.['*/*'] !== undefined) return;
  const schema = said.content?.[type]?.schema;
  if (schema === undefined) throw new Error(`${what} is ${type}, which the OpenAPI document does not say`);
  const outcome = await check(schema, await response.clone().json());
  if (outcome.kind === 'checked' && outcome.problems.length === 0) return;
  throw new Error(`${what} is not as the OpenAPI document says: ${JSON.stringify(outcome).slice(0, 2_000)}`);
}

function operationOf(method: string, path: string): Operations[string] | undefined {
  const wanted = path.split('?')[0]?.split('/') ?? [];
  const paths = Object.entries(openApiDocument().paths ?? {}) as unknown as readonly (readonly [string, Operations])[];
  const matching = paths.filter(([template]) => {
    const parts = template.split('/');
    return parts.length === wanted.length && parts.every((part, at) => part.startsWith('{') || part === wanted[at]);
  });
  // A name that is spelled out comes before one that stands for any.
  const [best] = matching.toSorted(([one], [other]) => one.split('{').length - other.split('{').length);
  return best?.[1][method.toLowerCase()];
}
