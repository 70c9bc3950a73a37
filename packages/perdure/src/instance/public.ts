/** How an instance is reached from beyond its machine: what was asked for, and how that is told. */

import { isIPv6 } from 'node:net';
import { compact, messageOf, PerdureError } from '@perdure/contract';
import {
  choosePublicAccess,
  readTlsPair,
  settingsTable,
  tlsNotice,
  type PublicAccess,
  type SettingName,
  type Settings,
} from '@perdure/home';
import { printable } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';

const publicSettings = ['listen', 'publicPort', 'tlsCert', 'tlsKey', 'behindProxy', 'proxyAddresses'] as const;

type Asked = { readonly public?: boolean } & Readonly<Partial<Record<SettingName, string>>>;

/**
 * Undefined: this machine alone, whatever files say: a port that others reach is opened by who starts it. A certificate
 * that cannot be used is told before anything is started.
 *
 * @throws PerdureError `usage`, `config_invalid`
 */
export function accessAsAsked(options: Asked, settings: Settings): PublicAccess | undefined {
  if (options.public !== true) {
    const given = publicSettings.find((name) => options[name] !== undefined);
    if (given === undefined) return undefined;
    const { flag = given } = settingsTable[given];
    throw new PerdureError(
      'usage',
      `${flag} is about other machines, which are answered with --public alone: add that.`,
    );
  }
  const access = choosePublicAccess(settings);
  if (access.door?.tls !== undefined) readTlsPair(access.door.tls);
  return access;
}

export interface PublicFacts {
  /** By which clients reach it. */
  readonly urls: readonly string[];
  /** ISO 8601. Absent: TLS does not end here, or the certificate cannot be read. */
  readonly certificateUntil?: string;
  /** What is wrong with the certificate, or will be soon. */
  readonly notice?: string;
}

/** As the files are now. */
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

interface RowOptions {
  /** Of the API, on loopback. */
  readonly port: number;
  readonly now: number;
  readonly paint: Paint;
}

/** What is bound where, and until when. */
export function publicRows(access: PublicAccess, { port, now, paint }: RowOptions): (readonly [string, string])[] {
  const { urls, certificateUntil: until, notice } = publicFacts(access, now);
  const certificate =
    notice === undefined ? until && `until ${until.slice(0, 10)}` : paint('yellow', printable(notice));
  return [
    ['Public', printable(urls.join(', '))],
    ['Bound', boundText(access, port)],
    ...(certificate === undefined ? [] : [['Certificate', certificate] as const]),
  ];
}

function boundText({ door, proxy }: PublicAccess, port: number): string {
  if (door === undefined) return `127.0.0.1 alone, port ${port}, to which the proxy on this machine comes`;
  const where = `${door.host ?? 'all addresses'}, port ${door.port}`;
  const how = door.tls === undefined ? 'not encrypted' : 'TLS';
  return proxy === undefined ? `${where}, ${how}` : `${where}, ${how}, for ${proxy.addresses.join(', ')} alone`;
}
