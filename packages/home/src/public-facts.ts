/** What may be told of how an instance is reached from beyond its machine, as the files of its certificate are now. */

import { isIPv6 } from 'node:net';
import { compact, messageOf } from '@perdure/contract';
import type { PublicAccess } from './public-access.ts';
import { readTlsPair, tlsNotice } from './tls-pair.ts';

export interface PublicFacts {
  /** By which clients reach it. */
  readonly urls: readonly string[];
  /** ISO 8601. Absent: TLS does not end here, or the certificate cannot be read. */
  readonly certificateUntil?: string;
  /** What is wrong with the certificate, or will be soon. */
  readonly notice?: string;
}

export function publicFacts({ door, proxy }: PublicAccess, now: number): PublicFacts {
  const port = door?.port === 443 ? '' : `:${door?.port}`;
  if (door?.tls === undefined) return { urls: proxy === undefined ? [] : [proxy.url] };
  try {
    const pair = readTlsPair(door.tls);
    const own = pair.names.map((name) => `https://${isIPv6(name) ? `[${name}]` : name}${port}`);
    const urls = proxy === undefined ? own : [proxy.url];
    return {
      urls,
      certificateUntil: new Date(pair.validTo).toISOString(),
      ...compact({ notice: tlsNotice(pair, now) }),
    };
  } catch (error) {
    return { urls: proxy === undefined ? [] : [proxy.url], notice: messageOf(error) };
  }
}
