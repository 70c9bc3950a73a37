/**
 * Addresses of ours in `openclaw.json`: that of the hub, and of a model server of ours. They are other ones when we
 * listen on other ports. The text is changed in these places alone: people keep comments in it, and their own order.
 */

import { isDeepStrictEqual } from 'node:util';
import JSON5 from 'json5';

export interface Addresses {
  readonly hubUrl: string;
  /** By provider: base URLs of servers of ours. */
  readonly models?: Readonly<Record<string, string>>;
}

export type Readdressed =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly text: string; readonly before: string }
  /** They are not written as we can change them. */
  | { readonly kind: 'unclear'; readonly path: string; readonly wanted: string };

type Path = readonly string[];

/** What is not there stays so: whoever took it out has a hub, or a server, of their own. */
export function readdressed(text: string, { hubUrl, models = {} }: Addresses): Readdressed {
  const wanted: readonly (readonly [Path, string])[] = [
    [['channels', 'sesame', 'apiUrl'], hubUrl],
    ...Object.entries(models).map(([provider, url]) => [['models', 'providers', provider, 'baseUrl'], url] as const),
  ];
  let now = text;
  let before: string | undefined;
  for (const [path, url] of wanted) {
    const found = at(parsed(now), path);
    if (typeof found !== 'string' || found === url || !isLocal(found)) continue;
    const next = replaced(now, { path, found, url });
    if (next === undefined) return { kind: 'unclear', path: path.join('.'), wanted: url };
    before ??= found;
    now = next;
  }
  return before === undefined ? { kind: 'same' } : { kind: 'changed', text: now, before };
}

/** Ours are on this machine; a hub elsewhere is somebody's choice. */
const isLocal = (url: string): boolean => /^https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:\/|$)/i.test(url);

interface Place {
  readonly path: Path;
  readonly found: string;
  readonly url: string;
}

/** The one place in which this name has this value, and where nothing else becomes another one by it. */
function replaced(text: string, { path, found, url }: Place): string | undefined {
  const name = path.at(-1) ?? '';
  const pattern = new RegExp(String.raw`(["']?\b${name}\b["']?\s*:\s*)("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')`, 'g');
  const wanted = withValue(parsed(text), path, url);
  for (const match of text.matchAll(pattern)) {
    const [whole, before = '', literal = ''] = match;
    if (parsed(literal) !== found) continue;
    const next = `${text.slice(0, match.index)}${before}${JSON.stringify(url)}${text.slice(match.index + whole.length)}`;
    if (isDeepStrictEqual(parsed(next), wanted)) return next;
  }
  return undefined;
}

/** Undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return JSON5.parse(text);
  } catch {
    return undefined;
  }
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((of, name) => (isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined), value);

function withValue(value: unknown, [name, ...rest]: Path, url: string): unknown {
  if (name === undefined) return url;
  return isObject(value) ? { ...value, [name]: withValue(value[name], rest, url) } : value;
}
