/** What must be true of every answer, whatever was asked. Each finding is a sentence. */

import type { JsonSchema, Lookup } from './document.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  /** Whether it goes on for ever, and was left after its head. */
  readonly isStream: boolean;
}

export interface Judged {
  readonly method: string;
  readonly what: Lookup;
  readonly answer: Answer;
  /** Must never be told; with what it is. */
  readonly canaries: readonly (readonly [what: string, secret: string])[];
  readonly check: (schema: JsonSchema, value: unknown) => Promise<readonly string[]>;
}

/** What a path or a method that is none may be answered with, besides success. */
const anyRefusal = [400, 401, 403, 404, 405, 429];
const inside = /node_modules|\.[cm]?[jt]s:\d+|SQLITE_|SqliteError|\bat (async )?[\w.<>#]+ \(|TypeError|ZodError/;

export async function faultsOf(judged: Judged): Promise<readonly string[]> {
  const { answer, canaries } = judged;
  const told = canaries
    .filter(([, secret]) => formsOf(secret).some((form) => answer.text.includes(form)))
    .map(([what]) => `it tells ${what}`);
  const known = answer.status >= 500 ? [`it failed with ${answer.status}`] : statusFaults(judged);
  const shown = inside.exec(answer.text);
  const stack = shown === null || echoes(judged) ? [] : [`it tells of the inside: ${shown[0]}`];
  return [...known, ...told, ...stack, ...headFaults(answer), ...(known.length === 0 ? await bodyFaults(judged) : [])];
}

/** Content that somebody sent may hold such words: it is told again as data, never as an error. */
function echoes({ answer }: Judged): boolean {
  return answer.status < 300;
}

export const formsOf = (secret: string): readonly string[] => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
];

function statusFaults({ what, answer: { status } }: Judged): readonly string[] {
  if (what.kind === 'operation') {
    return status in what.operation.responses ? [] : [`${status} is not in the document`];
  }
  return anyRefusal.includes(status) ? [] : [`${status} where the document has nothing`];
}

function headFaults({ headers }: Answer): readonly string[] {
  return [
    ...(headers['cache-control'] === 'no-store' ? [] : ['cache-control is not no-store']),
    ...(headers['x-content-type-options'] === 'nosniff' ? [] : ['x-content-type-options is not nosniff']),
    ...(typeof headers['x-request-id'] === 'string' ? [] : ['there is no x-request-id']),
  ];
}

async function bodyFaults({ method, what, answer, check }: Judged): Promise<readonly string[]> {
  const { status, text, isStream } = answer;
  const type = String(answer.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (isStream) return status === 200 && type === 'text/event-stream' ? [] : [`a stream of ${type} with ${status}`];
  if (method === 'HEAD') return text === '' ? [] : ['a HEAD has a body'];
  const documented = what.kind === 'operation' ? what.operation.responses[status] : undefined;
  if (what.kind === 'operation' && documented === undefined)
    return text === '' ? [] : [`a body that the document denies`];
  if (status === 405 && answer.headers['allow'] === undefined) return ['405 without Allow'];
  if (status === 429 && answer.headers['retry-after'] === undefined) return ['429 without Retry-After'];
  const schema = documented?.[type]?.schema;
  if (documented !== undefined && schema === undefined)
    return [`its type is "${type}", which the document does not say`];
  if (type !== 'application/json') return status < 300 && schema !== undefined ? [] : [`its type is "${type}"`];
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return [`its body is no JSON object: ${text.slice(0, 100)}`];
  }
  const { error } = parsed as { readonly error?: unknown };
  const wordless =
    status >= 300 && (typeof error !== 'string' || error.trim() === '') ? ['it has no error in words'] : [];
  const off = schema === undefined ? [] : await check(schema, parsed);
  return [...wordless, ...off.map((problem) => `off the document: ${problem}`)];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
