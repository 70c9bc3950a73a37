/**
 * The address of a model server, as a person may have pasted it: what cannot work is refused with the address to write
 * instead. Pure. Never quotes a user name, a password, a query or a fragment: people paste keys into addresses.
 */

export type BaseUrlCheck =
  /** As it was given. */
  | { readonly kind: 'taken'; readonly url: string }
  /** `why`: a clause that goes behind the name of the setting. `instead`: the address to write, where one is known. */
  | { readonly kind: 'refused'; readonly why: string; readonly instead?: string };

/** Each is added to the address by who asks. */
const endpoints = /\/(?:chat\/completions|completions|responses|messages|embeddings|models)$/;

/** Servers that answer below a path alone, and are often written without it. `host` is the start of host and port. */
const knownPaths: readonly (readonly [host: RegExp, path: string])[] = [
  [/^api\.openai\.com$/, '/v1'],
  [/^openrouter\.ai$/, '/api/v1'],
  [/^api\.groq\.com$/, '/openai/v1'],
  [/^api\.mistral\.ai$/, '/v1'],
  [/^api\.together\.(?:xyz|ai)$/, '/v1'],
  [/^api\.anthropic\.com$/, '/v1'],
  [/^generativelanguage\.googleapis\.com$/, '/v1beta/openai'],
  // Ollama and LM Studio, by the ports they have unless told otherwise.
  [/:(?:11434|1234)$/, '/v1'],
];

/** Whether `raw`, without blanks around it, can be the address of a model server. */
export function checkBaseUrl(raw: string): BaseUrlCheck {
  const url = parse(raw);
  if (url === undefined) return notAnAddress(raw);
  if (url.username !== '' || url.password !== '') {
    return { kind: 'refused', why: notClean };
  }
  const faults: string[] = [];
  if (/\s/.test(raw)) faults.push('has a blank in it');
  if (url.search !== '' || raw.includes('?')) faults.push('has a query, which would end up in the middle of the path');
  if (raw.includes('#')) faults.push('has a fragment ("#"), which is never sent');
  const path = mendPath(decodeBlanks(url.pathname), url.host);
  faults.push(...path.faults);
  if (faults.length === 0) return { kind: 'taken', url: raw };
  return { kind: 'refused', why: faults.join(' and '), instead: `${url.origin}${path.path}` };
}

const notClean = 'is no http(s) address without a user name and password';

function parse(raw: string): URL | undefined {
  const url = URL.canParse(raw) ? new URL(raw) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) ? url : undefined;
}

/** `localhost:11434/v1` is what people type; a name without a dot before anything else is not. */
function notAnAddress(raw: string): BaseUrlCheck {
  const isLocal = /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]+\])(?::\d+)?(?:\/|$)/i.test(raw);
  const isRemote = /^[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d+)?(?:\/|$)/i.test(raw);
  const url = isLocal ? parse(`http://${raw}`) : isRemote ? parse(`https://${raw}`) : undefined;
  if (url === undefined) return { kind: 'refused', why: notClean };
  const { path } = mendPath(url.pathname, url.host);
  return { kind: 'refused', why: 'does not begin with http:// or https://', instead: `${url.origin}${path}` };
}

function decodeBlanks(path: string): string {
  return path.replaceAll(/%20|%09/g, '');
}

interface MendedPath {
  readonly path: string;
  readonly faults: readonly string[];
}

function mendPath(given: string, host: string): MendedPath {
  const faults: string[] = [];
  let path = given.replace(/\/+$/, '');
  const single = path.replaceAll(/\/{2,}/g, '/');
  if (single !== path) faults.push('has two slashes in its path');
  path = single;
  const endpoint = endpoints.exec(path)?.[0];
  if (endpoint !== undefined) {
    faults.push(`ends in "${endpoint}", which is added to it`);
    path = path.slice(0, -endpoint.length);
  }
  const once = path.replace(/(\/v\d+)(?:\1)+$/, '$1');
  if (once !== path) faults.push(`says "${path.slice(path.lastIndexOf('/'))}" twice`);
  path = once;
  const known = path === '' ? knownPaths.find(([pattern]) => pattern.test(host))?.[1] : undefined;
  if (known === undefined) return { path, faults };
  return { path: known, faults: [...faults, `lacks the path "${known}" of that server`] };
}
