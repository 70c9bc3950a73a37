/** Addresses of model servers: people paste keys, queries and the path of a call into them. */

/** Paths of calls: the wire format adds its own. */
const callPath = /\/(chat\/completions|completions|messages|responses|embeddings|models)\/*$/;

/** What is wrong with it, never quoting it: a key may be in there. Undefined where nothing is. */
export function faultOfBaseUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    return 'is no http(s) address without a user name and password';
  }
  if (url.search !== '' || url.hash !== '' || /[?#]$/.test(text))
    return 'has something behind "?" or "#": leave that off';
  const [, call] = callPath.exec(url.pathname) ?? [];
  if (call !== undefined) return `ends in /${call}, which is added to it: leave that off`;
  if (/(\/v\d+[a-z0-9]*)\1(\/|$)/.test(url.pathname)) return 'names its version twice: once is enough';
  return undefined;
}
