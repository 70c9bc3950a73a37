/**
 * The socket to the hub: it says who it is, asks for what was missed, and comes back by itself, for ever.
 *
 * Surprise: what was missed is asked for before anything is heard, since the hub holds back what is new for a moment
 * for just that.
 */

import { backoffMs } from './backoff.js';

/** Until the hub has said that it knows the key. */
const greetingMs = 10_000;
/** For the answer to a heartbeat: behind it nobody is there any more, and the next is not waited for. */
const answerMs = 15_000;

/**
 * @typedef {object} LinkDeps
 * @property {{ wsUrl: string, apiKey: string }} account
 * @property {string} version
 * @property {() => Promise<Record<string, number>>} cursors what to ask for, asked before each connection
 * @property {{ socket?: WebSocket }} link where the connection of the moment is, for who wants to send
 * @property {(frame: any) => void} onFrame
 * @property {(state: { isConnected: boolean, error?: string }) => void} onState
 * @property {AbortSignal} signal ends it
 * @property {(ms: number) => Promise<void>} pause over at once when `signal` is
 * @property {typeof WebSocket} [Socket]
 */

/** Resolves when `signal` has fired. @param {LinkDeps} deps */
export async function keepLink(deps) {
  const { signal, pause, onState, cursors } = deps;
  for (let failures = 0; !signal.aborted;) {
    let error;
    try {
      const asked = await cursors();
      error = await connectOnce(deps, asked, () => {
        failures = 0;
        onState({ isConnected: true });
      });
    } catch (thrown) {
      error = thrown?.message ?? String(thrown);
    }
    if (signal.aborted) break;
    failures += 1;
    onState({ isConnected: false, error });
    await pause(backoffMs(failures));
  }
  onState({ isConnected: false });
}

/** Sends to whatever connection there is now. */
export function sendOn(link, frame) {
  if (link.socket?.readyState === 1) link.socket.send(JSON.stringify(frame));
}

/** Resolves with why the connection has ended. */
function connectOnce(deps, cursors, onReady) {
  return new Promise((resolve) => new Connection(deps, { cursors, onReady, onEnd: resolve }));
}

class Connection {
  #deps;
  #given;
  #socket;
  #timers = {};
  #isGreeted = false;
  #silentMs = greetingMs;
  #stop = () => this.#end('stopped');

  constructor(deps, given) {
    const { account, signal, link, Socket = WebSocket } = deps;
    this.#deps = deps;
    this.#given = given;
    this.#socket = new Socket(`${account.wsUrl}/v1/connect`);
    link.socket = this.#socket;
    signal.addEventListener('abort', this.#stop, { once: true });
    this.#socket.addEventListener('open', () => this.#send({ type: 'auth', apiKey: account.apiKey }));
    this.#socket.addEventListener('message', ({ data }) => this.#hear(data));
    // What went wrong is told by the close that follows.
    this.#socket.addEventListener('error', () => {});
    this.#socket.addEventListener('close', ({ code, reason }) => this.#end(reason || `closed with ${code}`));
    this.#waitForWord();
  }

  #send(frame) {
    sendOn({ socket: this.#socket }, frame);
  }

  #waitForWord() {
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => this.#end('the hub does not answer'), this.#silentMs);
  }

  #hear(data) {
    const frame = parse(data);
    if (this.#isGreeted) this.#waitForWord();
    if (frame === undefined) return;
    if (!this.#isGreeted) this.#greet(frame);
    else if (frame.type === 'replay.more')
      this.#send({ type: 'replay', cursors: { [frame.channelId]: frame.lastSeq } });
    else this.#deps.onFrame(frame);
  }

  /** Whatever comes first but `authenticated` is a refusal. */
  #greet({ type, error, heartbeatIntervalMs }) {
    if (type !== 'authenticated') return this.#end(typeof error === 'string' ? error : `the hub began with ${type}`);
    const everyMs = heartbeatIntervalMs > 0 ? heartbeatIntervalMs : 30_000;
    this.#isGreeted = true;
    this.#silentMs = everyMs + answerMs;
    this.#waitForWord();
    this.#timers.beat = setInterval(() => this.#send({ type: 'ping' }), everyMs);
    this.#send({ type: 'meta', runtime: 'openclaw', version: this.#deps.version });
    const { cursors, onReady } = this.#given;
    if (Object.keys(cursors).length > 0) this.#send({ type: 'replay', cursors });
    onReady();
  }

  #end(reason) {
    const { link, signal } = this.#deps;
    clearTimeout(this.#timers.silence);
    clearInterval(this.#timers.beat);
    signal.removeEventListener('abort', this.#stop);
    if (link.socket === this.#socket) link.socket = undefined;
    this.#socket.close();
    this.#given.onEnd(reason);
  }
}

function parse(data) {
  try {
    const frame = JSON.parse(String(data));
    return typeof frame === 'object' && frame !== null ? frame : undefined;
  } catch {
    return undefined;
  }
}
