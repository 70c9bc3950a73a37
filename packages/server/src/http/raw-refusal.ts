/** Answers where no request reaches the app, and so no answer of its own. */

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCatalogue, isPerdureError, PerdureError, type ErrorBody } from '@perdure/contract';

export type Refusal = Pick<ErrorBody, 'code' | 'error'> & { readonly status: string };

const notHttp: Refusal = {
  status: '400 Bad Request',
  code: 'invalid_input',
  error: 'This is not a valid HTTP request; correct it and send it again.',
};
const tooLong: Refusal = {
  status: '431 Request Header Fields Too Large',
  code: 'too_large',
  error: 'The address and the headers are longer than 16 KiB together; shorten them.',
};
const tooSlow: Refusal = {
  status: '408 Request Timeout',
  code: 'invalid_input',
  error: 'The request took too long to come; send it again in one piece.',
};
export const noExpectations: Refusal = {
  status: '417 Expectation Failed',
  code: 'invalid_input',
  error: 'The header Expect asks for what is not done here; leave it out and send the request again.',
};
export const notOverTls: Refusal = {
  status: '400 Bad Request',
  code: 'invalid_input',
  error:
    'This port is for HTTPS alone, and what was sent now was not encrypted: ask for https://, and give any key that was in it up.',
};
export const noProxy = (url: string | undefined): Refusal => ({
  status: '405 Method Not Allowed',
  code: 'method_not_allowed',
  error: `This is no proxy, so nothing is connected to ${url ?? 'another server'}; ask it without one.`,
});

/** Why Node could not make a request of what came. */
export function unreadable({ code }: NodeJS.ErrnoException): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return tooLong;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? tooSlow : notHttp;
}

export function refusalOf(thrown: unknown): Refusal {
  const error = isPerdureError(thrown) ? thrown : new PerdureError('internal', 'The socket could not be opened.');
  const { httpStatus } = errorCatalogue[error.code];
  return { status: `${httpStatus} ${STATUS_CODES[httpStatus]}`, code: error.code, error: error.message };
}

export function refuseRaw(
  socket: Duplex,
  { status, code, error, requestId }: Refusal & { readonly requestId: string },
): void {
  if (!socket.writable) return;
  const body: ErrorBody = { error, code, details: {}, requestId };
  const head = [
    `HTTP/1.1 ${status}`,
    'content-type: application/json',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${JSON.stringify(body)}`);
}
