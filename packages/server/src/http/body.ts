/** Reads a JSON body within limits: bytes, encoding, nesting. */

import { isNestedDeeperThan, maxBodyBytes, PerdureError } from '@perdure/contract';

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
  const value = parseJson(await readBytes(request));
  if (isNestedDeeperThan(maxNesting, value)) {
    throw new PerdureError(
      'invalid_input',
      `The body is nested deeper than ${maxNesting} levels; send a flatter value.`,
    );
  }
  return value;
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
async function* piecesOf({ body }: Request): AsyncGenerator<Uint8Array> {
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

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PerdureError('invalid_input', 'The body is not valid JSON in UTF-8; correct it and send it again.', {
      cause,
    });
  }
}
