/**
 * What somebody has typed, on its way: one after the other, each with an id of its own, so that one whose answer was
 * lost can be sent again and is in the channel once. While the server is away it waits.
 */

import { errorCatalogue, isPerdureError, type Message, type PerdureError } from '@perdure/contract';

export interface OutboxDeps {
  /** On disk when it resolves. @throws PerdureError */
  readonly send: (content: string, clientGeneratedId: string) => Promise<Message>;
  readonly newId: () => string;
  readonly sent: (message: Message) => void;
  /** It will not be sent. */
  readonly refused: (content: string, error: PerdureError) => void;
  /** Calls back after so long; the returned function prevents it. */
  readonly after: (ms: number, call: () => void) => () => void;
  /** How many wait has changed. */
  readonly changed: () => void;
}

const firstWaitMs = 250;
const longestWaitMs = 10_000;
/** A failure of the server itself may be one of this very message. */
const mostFailures = 5;

export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #waiting: { readonly content: string; readonly id: string }[] = [];
  #isSending = false;
  #isStopped = false;
  #hurry: () => void = () => undefined;
  #idle: (() => void)[] = [];

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /** How many are not acknowledged yet. */
  get size(): number {
    return this.#waiting.length;
  }

  add(content: string): void {
    this.#waiting.push({ content, id: this.#deps.newId() });
    this.#deps.changed();
    if (!this.#isSending) void this.#work();
  }

  /** The server is back: what waits need wait no longer. */
  hurry(): void {
    this.#hurry();
  }

  /** Nothing more is tried. */
  stop(): void {
    this.#isStopped = true;
    this.#hurry();
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #work(): Promise<void> {
    this.#isSending = true;
    for (let next = this.#waiting[0]; next !== undefined && !this.#isStopped; next = this.#waiting[0]) {
      await this.#deliver(next);
      if (this.#isStopped) break;
      this.#waiting.shift();
      this.#deps.changed();
    }
    this.#isSending = false;
    if (this.#waiting.length === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #deliver({ content, id }: { readonly content: string; readonly id: string }): Promise<void> {
    const { send, sent, refused } = this.#deps;
    let waitMs = firstWaitMs;
    for (let failures = 0; !this.#isStopped;) {
      try {
        sent(await send(content, id));
        return;
      } catch (error) {
        if (!isPerdureError(error)) throw error;
        if (error.code === 'internal') failures += 1;
        if (!errorCatalogue[error.code].retryable || failures >= mostFailures) return refused(content, error);
        const { retryAfterSeconds } = error.details;
        await this.#pause(typeof retryAfterSeconds === 'number' ? retryAfterSeconds * 1_000 : waitMs);
        waitMs = Math.min(waitMs * 2, longestWaitMs);
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#deps.after(ms, resolve);
    this.#hurry = resolve;
    await promise;
    cancel();
    this.#hurry = () => undefined;
  }
}
