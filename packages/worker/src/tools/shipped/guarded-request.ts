/**
 * One HTTP request that reaches only addresses a rule allows. The rule is asked when the socket is about to connect,
 * with the addresses it will connect to: whoever checks a name first and lets it be resolved again connects to what the
 * second answer says.
 */

import dns from 'node:dns/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { PerdureError } from '@perdure/contract';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface AddressGuard {
  readonly isAllowed: (address: string) => boolean;
  readonly lookup: (hostname: string) => Promise<readonly ResolvedAddress[]>;
}

/** Resolves names as every other program of this machine does. */
export function systemLookup(hostname: string): Promise<readonly ResolvedAddress[]> {
  return dns.lookup(hostname, { all: true });
}

/**
 * What a URL of `http-get` may be; throws `invalid_input`. Never repeats the URL, since what is wrong with it may be a
 * secret.
 */
export function parseTarget(text: string, base?: URL): URL {
  const url = URL.parse(text, base);
  if (url === null) throw invalid('The URL cannot be read; give an absolute one, such as https://example.com/page.');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalid('Only http and https URLs can be fetched; give one of those.');
  if (url.username !== '' || url.password !== '')
    throw invalid('The URL holds a user name or a password, which are not sent; leave out what stands before the @.');
  return url;
}

/**
 * Resolves with the head of the answer; redirects are not followed. Throws `forbidden` where the guard says no. Every
 * end of the connection settles it, and so does `signal`, whose abort a request that is gone already does not hear. A
 * body that breaks off fails its reader, also one whose end is told by nothing but the end of the connection.
 */
export async function guardedGet(
  url: URL,
  { guard, signal }: { readonly guard: AddressGuard; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  // The parser of URLs has written every spelling of an IPv4 address (octal, hex, one number) as four decimals.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address is connected to without a lookup.
  if (isIP(host) !== 0 && !guard.isAllowed(host)) throw refused(host);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { request } = url.protocol === 'https:' ? https : http;
  const giveUp = (): void => reject(signal.reason);
  signal.addEventListener('abort', giveUp, { once: true });
  const call = request(url, {
    // A connection of its own: none that was opened under another rule, and no proxy from the environment.
    agent: false,
    lookup: guardedLookup(guard),
    signal,
    headers: { accept: 'text/*, application/json, */*;q=0.5', 'accept-encoding': 'identity', 'user-agent': 'perdure' },
  });
  let answer: IncomingMessage | undefined;
  call.on('response', (response) => resolve((answer = response)));
  call.on('error', (error) => {
    reject(error);
    answer?.destroy(error);
  });
  call.on('upgrade', (_head, socket) => {
    socket.destroy();
    reject(new PerdureError('tool_failed', 'The server answers in another protocol than HTTP; use another source.'));
  });
  call.on('close', () => reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' })));
  call.end();
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** One address that is not allowed refuses the name: which of several is taken is not up to us. */
function guardedLookup({ isAllowed, lookup }: AddressGuard): LookupFunction {
  const resolve = callbackify(async (hostname: string): Promise<readonly [ResolvedAddress, ...ResolvedAddress[]]> => {
    const [first, ...others] = await lookup(hostname);
    if (first === undefined || ![first, ...others].every(({ address }) => isAllowed(address))) throw refused(hostname);
    return [first, ...others];
  });
  return (hostname, { all }, callback) =>
    resolve(hostname, (error, found) => {
      if (error !== null) callback(error, '');
      else if (all === true) callback(null, [...found]);
      else callback(null, found[0].address, found[0].family);
    });
}

function refused(host: string): PerdureError {
  return new PerdureError(
    'forbidden',
    `${host} does not lead to the public internet alone, and nothing else is fetched; give the address of a public page.`,
  );
}

function invalid(message: string): PerdureError {
  return new PerdureError('invalid_input', message);
}
