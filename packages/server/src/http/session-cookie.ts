/**
 * How a browser shows its session: a cookie that no script reads, and beside it the key of the page in a header (A5). A
 * browser sends the cookie of 127.0.0.1 to every port, and with what any page of this machine asks.
 */

import { pageKeyHeader, PerdureError } from '@perdure/contract';
import { sessionKeyOf } from '@perdure/hub/desk';

export interface SessionCookie {
  readonly name: string;
  /** Of a new one, with `cookie` in it and for so many seconds. */
  header(cookie: string, maxAgeSeconds: number): string;
}

/** `isSecure`: browsers reach us by HTTPS, and can hold a cookie to this one host. */
export function sessionCookie({ isSecure }: { readonly isSecure: boolean }): SessionCookie {
  const name = isSecure ? '__Host-perdure-session' : 'perdure-session';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  return { name, header: (cookie, maxAge) => `${name}=${cookie}; ${attributes}; Max-Age=${maxAge}` };
}

/** The session that a request shows; undefined: none. @throws PerdureError `forbidden` for a page of another origin */
export function sessionKeyIn(
  headers: Headers,
  { method, name }: { readonly method: string; readonly name: string },
): string | undefined {
  const cookie = cookieIn(headers.get('cookie'), name);
  const pageKey = headers.get(pageKeyHeader);
  if (cookie === undefined || pageKey === null) return undefined;
  const site = headers.get('sec-fetch-site');
  // A browser says from where it asks, and with what changes something also from which page.
  const isOther = site !== null && site !== 'same-origin';
  const isUnsaid = method !== 'GET' && method !== 'HEAD' && headers.get('origin') === null;
  if (!isOther && !isUnsaid) return sessionKeyOf(cookie, pageKey);
  throw new PerdureError(
    'forbidden',
    'A session is for pages of this server alone: open its own address, or use a key in a program.',
  );
}

/** Undefined where there is none, or two: the second was put there by somebody else. */
export function cookieIn(header: string | null | undefined, name: string): string | undefined {
  const all = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  return all.length === 1 ? all[0]?.slice(name.length + 1) : undefined;
}
