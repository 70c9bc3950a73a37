/** Reads a JSON body within limits: bytes, encoding, nesting. */

import { isNestedDeeperThan, isPerdureError, lostNumber, maxBodyBytes, PerdureError } from '@perdure/contract';

/** Deeper values than this would overflow the stack of whoever walks them later. */
const maxNesting = 200;

/** @throws PerdureError `unsupported_media_type`, `too_large` or `invalid_input` */
export async function readJsonBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new PerdureError(
      'unsupported_media_type',
      'The body must be JSON: send it with `Content-Type: application/json`.',
    );
  }
  const text = await readText(request);
  const value = parseJson(text);
  if (isNestedDeeperThan(maxNesting, value)) {
    throw new PerdureError(
      'invalid_input',
      `The body is nested deeper than ${maxNesting} levels; send a flatter value.`,
    );
  }
  const lost = lostNumber(text);
  if (lost === undefined) return value;
  throw new PerdureError(
    'invalid_input',
    `The number ${lost.slice(0, 60)} in the body cannot be kept as it is; send it as a text.`,
  );
}

async function readText(request: Request): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readBytes(request));
  } catch (cause) {
    throw isPerdureError(cause) ? cause : notJson(cause);
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The length header may be absent or a lie, so the bytes are counted as they come.
  for await (const chunk of piecesOf(request)) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A client that goes away in the middle is no failure of ours. */
export async function* piecesOf({ body }: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? [];
  } catch (cause) {
    throw new PerdureError('invalid_input', 'The body broke off before it was whole; send it again.', { cause });
  }
}

function tooLarge(): PerdureError {
  return new PerdureError('too_large', `The body is larger than ${maxBodyBytes} bytes; send less.`, {
    details: { maxBytes: maxBodyBytes },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notJson(cause);
  }
}

function notJson(cause: unknown): PerdureError {
  const problem = 'The body is not valid JSON in UTF-8; correct it and send it again.';
  return new PerdureError('invalid_input', problem, { cause });
}
