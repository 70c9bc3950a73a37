/**
 * The operations of the OpenAPI document, read as somebody reads it who has nothing else: the fuzzer knows of no route
 * and no schema but what is told here, so a new operation is fuzzed when it is in the document.
 */

import { openApiDocument } from '../../src/http/openapi.ts';

/** As far as the document uses it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

export interface Operation {
  readonly id: string;
  /** In capitals. */
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly type: string; readonly schema: JsonSchema } | undefined;
  /** By status; `undefined`: nothing is said of a body. */
  readonly responses: Readonly<Record<string, Content | undefined>>;
  /** Whether it is answered without a key. */
  readonly isOpen: boolean;
  /** Whether no key but the owner's opens it. */
  readonly isOwners: boolean;
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  readonly security?: readonly object[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

/** As it is served: what JSON drops is not there. */
export function operationsOf(document: unknown = openApiDocument()): readonly Operation[] {
  const { paths } = JSON.parse(JSON.stringify(document)) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) => operationOf(path, method, documented)),
  );
}

function operationOf(path: string, method: string, documented: DocumentedOperation): Operation {
  const [type, content] = Object.entries(documented.requestBody?.content ?? {})[0] ?? [];
  return {
    id: documented.operationId,
    method: method.toUpperCase(),
    path,
    parameters: documented.parameters ?? [],
    body: type === undefined || content === undefined ? undefined : { type, schema: content.schema },
    responses: Object.fromEntries(
      Object.entries(documented.responses).map(([status, response]) => [status, response.content]),
    ),
    isOpen: documented.security?.length === 0,
    isOwners: documented.security?.every((scheme) => 'ownerKey' in scheme) === true,
  };
}

export type Lookup =
  | { readonly kind: 'operation'; readonly operation: Operation }
  /** The path is in the document, the method is not. */
  | { readonly kind: 'other-method' }
  | { readonly kind: 'nothing' };

/**
 * What a request is, as the document has it; a name that is spelled out comes before one that stands for any. Dots are
 * taken out of a path as the standard of URLs has it, and HEAD asks for what GET would be told.
 */
export function lookUp(operations: readonly Operation[], asked: string, target: string): Lookup {
  const method = asked === 'HEAD' ? 'GET' : asked;
  const wanted = (URL.parse(target, 'http://127.0.0.1')?.pathname ?? '').split('/');
  const matching = operations.filter(({ path }) => {
    const parts = path.split('/');
    // What stands for any stands for something.
    const isMeant = (part: string, at: number) => (isParameter(part) ? wanted[at] !== '' : part === wanted[at]);
    return parts.length === wanted.length && parts.every(isMeant);
  });
  if (matching.length === 0) return { kind: 'nothing' };
  const [best] = matching
    .filter((operation) => operation.method === method)
    .toSorted((one, other) => one.path.split('{').length - other.path.split('{').length);
  return best === undefined ? { kind: 'other-method' } : { kind: 'operation', operation: best };
}

const isParameter = (part: string): boolean => part.startsWith('{');
