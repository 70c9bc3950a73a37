/**
 * `http-get`: the text behind a public URL. What may be reached is decided in `guarded-request.ts`; here are the limits
 * of an answer.
 */

import type { IncomingMessage } from 'node:http';
import { isPerdureError, PerdureError, type ToolResult } from '@perdure/contract';
import { z } from 'zod';
import { functionTool } from '../function-tool.ts';
import type { FunctionTool } from '../tool.ts';
import { guardedGet, parseTarget, systemLookup, type AddressGuard } from './guarded-request.ts';
import { isPublicAddress } from './public-address.ts';

const maxBytes = 5 * 1024 * 1024;
const maxRedirects = 5;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);

export interface HttpGetOptions extends Partial<AddressGuard> {
  /** For everything together, redirects included. Default 20,000. */
  readonly timeoutMs?: number;
}

interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly truncated: boolean;
}

/** By default only addresses of the public internet are reached. */
export function createHttpGet(options: HttpGetOptions = {}): FunctionTool {
  const { isAllowed = isPublicAddress, lookup = systemLookup, timeoutMs = 20_000 } = options;
  return functionTool({
    id: 'http-get',
    description:
      'Fetches a public http or https URL with GET and returns status and text. Use it to read web pages, documentation and JSON interfaces. ' +
      'It sends no cookies and no credentials, follows 5 redirects, reads text only and at most 5 MiB of it within 20 seconds, and reaches no private network.',
    input: z.object({ url: z.string().max(8_192).describe('Absolute, with http:// or https://.') }),
    output: z.object({
      status: z.int().describe('As the server said it; 404 is an answer too.'),
      contentType: z.string(),
      text: z.string(),
      truncated: z.boolean().describe('True if the page goes on behind the text.'),
    }),
    effect: 'pure',
    run: async ({ url }, call): Promise<ToolResult<Page>> => {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([call.signal, timeout]);
      try {
        const response = await followRedirects(url, { guard: { isAllowed, lookup }, signal });
        return { success: true, data: await readPage(response, signal) };
      } catch (error) {
        if (call.signal.aborted) return failed('The request was stopped, since the run was; there is nothing to do.');
        if (timeout.aborted)
          return failed(`The server took longer than ${timeoutMs / 1000} s; try again later, or another source.`);
        return failed(explain(error));
      }
    },
  });
}

async function followRedirects(
  from: string,
  options: { readonly guard: AddressGuard; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  let url = parseTarget(from);
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await guardedGet(url, options);
    const { location } = response.headers;
    if (!redirectStatuses.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    url = parseTarget(location, url);
  }
  throw new PerdureError('tool_failed', `The server redirected more than ${maxRedirects} times; give the final URL.`);
}

async function readPage(response: IncomingMessage, signal: AbortSignal): Promise<Page> {
  const status = response.statusCode ?? 0;
  const contentType = response.headers['content-type'] ?? '';
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (isEmpty(response)) {
    response.destroy();
    return { status, contentType, text: '', truncated: false };
  }
  if (!isText(contentType) || encoding !== 'identity') {
    response.destroy();
    const what = encoding === 'identity' ? contentType || 'content of no type' : `${encoding} data`;
    throw new PerdureError(
      'tool_failed',
      `The server sent ${what}, and only plain text is read; look for a text version.`,
    );
  }
  const { bytes, truncated } = await readUpTo(response, maxBytes);
  // A page whose end is the end of the connection looks whole where we have ended that.
  if (!truncated) signal.throwIfAborted();
  return { status, contentType, text: decoderFor(contentType).decode(bytes, { stream: truncated }), truncated };
}

async function readUpTo(response: IncomingMessage, limit: number) {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop destroys the connection.
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) break;
    }
  } catch (cause) {
    const problem = 'The connection broke off before the page was whole; try again later, or another source.';
    throw new PerdureError('tool_failed', problem, { cause });
  }
  return { bytes: Buffer.concat(chunks).subarray(0, limit), truncated: length > limit };
}

function isEmpty({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode === 204 || statusCode === 304 || headers['content-length'] === '0';
}

function isText(contentType: string): boolean {
  const [type = ''] = contentType.toLowerCase().split(';');
  return /^(text\/.+|application\/((.+\+)?(json|xml|yaml)|x-yaml|x-ndjson|jsonl|javascript|toml|sql)|.+\/.+\+xml)$/.test(
    type.trim(),
  );
}

/** As the server names the encoding, or UTF-8. */
function decoderFor(contentType: string): TextDecoder {
  const [, label = 'utf-8'] = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}

/** Messages of the system may name addresses of the network we are in: only their codes are told. */
function explain(error: unknown): string {
  if (isPerdureError(error)) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'broken connection';
  return `The server could not be reached (${code}); check the host name, or try again later.`;
}

function failed(errorMessage: string): ToolResult<never> {
  return { success: false, errorMessage };
}
