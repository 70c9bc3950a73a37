/** The hub over HTTP. */

import { HubError } from './hub-error.js';
import { fileCalls } from './file-calls.js';

const timeoutMs = 30_000;
/** Tries at a call that the hub could not take just now. Each send has a key, so it is said once however often it is sent. */
const tries = 4;

const inChannel = (channelId) => `/api/v1/channels/${encodeURIComponent(channelId)}`;

/**
 * @param {{ apiUrl: string, apiKey: string }} account
 * @param {{ pause: (ms: number) => Promise<void>, signal: AbortSignal }} rim
 */
export function hubApi({ apiUrl, apiKey }, { pause, signal }) {
  const headers = { authorization: `Bearer ${apiKey}` };

  async function once(method, path, body) {
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    let response;
    try {
      response = await fetch(`${apiUrl}${path}`, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ...given,
      });
    } catch (error) {
      throw new HubError(
        `the hub at ${apiUrl} cannot be reached: ${String(error?.cause?.code ?? error?.name)}`,
        undefined,
      );
    }
    const answer = await response.json().catch(() => undefined);
    if (response.ok) return answer ?? {};
    const said = typeof answer?.error === 'string' ? answer.error : response.statusText;
    throw new HubError(`${method} ${path.split('?')[0]}: ${response.status} ${said}`, response.status);
  }

  async function again(call) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof HubError) || !error.mayPass || attempt === tries || signal.aborted) throw error;
        await pause(500 * 2 ** attempt);
      }
    }
  }
  /** The whole body. */
  const ask = (method, path, body) => again(() => once(method, path, body));
  const data = async (...call) => {
    const answer = await ask(...call);
    return answer.data ?? answer;
  };

  return {
    me: () => data('GET', '/api/v1/auth/me'),
    /** All channels one is in. */
    async channels() {
      const all = [];
      for (let query = '?limit=200'; ;) {
        const { data: some = [], next } = await ask('GET', `/api/v1/channels${query}`);
        all.push(...some);
        if (next === undefined) return all;
        query = `?limit=200&cursor=${encodeURIComponent(next)}`;
      }
    },
    channel: (channelId) => data('GET', inChannel(channelId)),
    send: (channelId, message) => data('POST', `${inChannel(channelId)}/messages`, message),
    ...fileCalls({ data, again, signal }),
    markRead: (channelId, seq) => data('POST', `${inChannel(channelId)}/read`, { seq }),
  };
}
