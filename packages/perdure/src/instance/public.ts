/** How an instance is reached from beyond its machine: what was asked for, and how that is told. */

import { PerdureError } from '@perdure/contract';
import {
  choosePublicAccess,
  publicFacts,
  readTlsPair,
  settingsTable,
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
