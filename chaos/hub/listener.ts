/**
 * A client of the socket as Sesame's are: it keeps the highest number it has seen of each channel, comes back by
 * itself, and asks for what came behind. It writes down all that it is brought.
 */

import type { Absence, Heard, Listened } from './facts.ts';

const comeBackMs = 100;

interface Frame {
  readonly type: string;
  readonly channelId?: string;
  readonly lastSeq?: number;
  readonly message?: {
    readonly id: string;
    readonly channelId: string;
    readonly seq: number;
    readonly clientGeneratedId?: string;
  };
}

export interface ListenerOptions {
  readonly name: string;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly key: string;
  /** It wants all of these, from their beginning. */
  readonly channelIds: readonly string[];
}

/** Begins when it is made. */
export class HubListener {
  readonly heard: Heard[] = [];
  readonly #options: ListenerOptions;
  readonly #cursors: Map<string, number>;
  readonly #absences: Absence[] = [];
  #entries = 0;
  #isIn = false;
  #isOver = false;
  #goneAt: number | undefined;
  #socket: WebSocket | undefined;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#cursors = new Map(options.channelIds.map((id) => [id, 0]));
    this.#connect();
  }

  /** The highest number that came. */
  cursor(channelId: string): number {
    return this.#cursors.get(channelId) ?? 0;
  }

  get facts(): Listened {
    const { name } = this.#options;
    return { name, heard: this.heard, entries: this.#entries, absences: this.#absences, isIn: this.#isIn };
  }

  close(): void {
    this.#isOver = true;
    this.#socket?.close();
  }

  #connect(): void {
    const { url, key } = this.#options;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/connect`);
    this.#socket = socket;
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'auth', apiKey: key })));
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Frame));
    // Whatever is wrong closes it.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', () => {
      this.#isIn = false;
      this.#goneAt ??= performance.now();
      if (!this.#isOver) setTimeout(() => this.#connect(), comeBackMs);
    });
  }

  #take({ type, message, channelId = '', lastSeq = 0 }: Frame): void {
    if (type === 'authenticated') this.#enter();
    if (type === 'replay.more') this.#ask({ [channelId]: lastSeq });
    if (type !== 'message' || message === undefined) return;
    const { id: messageId, channelId: of, seq, clientGeneratedId: key = '' } = message;
    this.heard.push({ channelId: of, messageId, seq, key });
    this.#cursors.set(of, Math.max(this.cursor(of), seq));
  }

  #enter(): void {
    this.#entries += 1;
    this.#isIn = true;
    if (this.#goneAt !== undefined) this.#absences.push({ from: this.#goneAt, to: performance.now() });
    this.#goneAt = undefined;
    this.#ask(Object.fromEntries(this.#cursors));
  }

  #ask(cursors: Readonly<Record<string, number>>): void {
    this.#socket?.send(JSON.stringify({ type: 'replay', cursors }));
  }
}
