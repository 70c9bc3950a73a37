/**
 * Whether requests to a server go through a proxy, as Node's own agents decide it (`proxyEnv`): HTTP_PROXY and
 * HTTPS_PROXY by the scheme of the server, NO_PROXY for exceptions, a name in small letters before one in capitals.
 * Requests to this machine never do, whatever is set.
 */

import { BlockList, isIP } from 'node:net';

export interface ProxyUse {
  /** Scheme, host and port, without credentials. */
  readonly origin: string;
  /** The variable that says so. */
  readonly variable: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined where `baseUrl` is asked directly. */
export function proxyFor(baseUrl: string, env: Environment): ProxyUse | undefined {
  const url = new URL(baseUrl);
  if (isLoopback(url.hostname)) return undefined;
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const variable = [name, name.toUpperCase()].find((each) => (env[each] ?? '') !== '');
  const proxy = variable === undefined ? undefined : env[variable];
  if (variable === undefined || proxy === undefined || !URL.canParse(proxy)) return undefined;
  const except = env['no_proxy'] ?? env['NO_PROXY'] ?? '';
  if (except.split(/[\s,]+/).some((entry) => entry !== '' && isExcept(url, entry.toLowerCase()))) return undefined;
  return { origin: originOf(new URL(proxy)), variable };
}

/** This machine, by name or by address. */
export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** `[::1]` as `::1`. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

/** Not `url.origin`, which is null for schemes that the standard does not know. */
function originOf({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

/**
 * An entry is `*`, a host, `.suffix` (the host itself too), `*.suffix`, an address or a range of them, each with a port
 * or without.
 */
function isExcept(url: URL, entry: string): boolean {
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (entry === '*') return true;
  const [, name = entry, onlyPort] = /^([^:]+|\[[^\]]+\]):(\d+)$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const [, star, suffix] = /^(\*?)(\..+)$/.exec(name) ?? [];
  if (suffix !== undefined) return host.endsWith(suffix) || (star === '' && host === suffix.slice(1));
  const [from = '', to] = name.split('-');
  return to !== undefined && isIP(from) === 4 && isIP(to) === 4 ? isInRange(host, from, to) : bare(name) === host;
}

function isInRange(host: string, from: string, to: string): boolean {
  if (isIP(host) !== 4) return false;
  const range = new BlockList();
  range.addRange(from, to);
  return range.check(host);
}
