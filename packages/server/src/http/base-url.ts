/**
 * The address by which a client has come, for links that it is given. It is its own address that works for it: behind a
 * forwarded port there is another than the one we listen on.
 */

/** `headers` were looked at by `checkAddress`, so the host is ours. */
export function baseUrlOf(headers: Headers): string {
  return `http://${headers.get('host') ?? '127.0.0.1'}`;
}
