/** Calls of neighbours, counted; one of them fails, or is the last that its server makes. */

import { PerdureError, type ErrorCode } from '@perdure/contract';

export interface Fault {
  /** From 1. */
  readonly at: number;
  readonly side: 'before' | 'after';
  readonly what: 'refuses' | 'is away' | 'dies';
}

const codes: Readonly<Record<'refuses' | 'is away', ErrorCode>> = { refuses: 'conflict', 'is away': 'unavailable' };

export class Faults {
  calls = 0;
  readonly names: string[] = [];
  #fault: Fault | undefined;
  readonly #onDeath: () => void;

  constructor(fault: Fault | undefined, onDeath: () => void) {
    this.#fault = fault;
    this.#onDeath = onDeath;
  }

  /** `of` as one server sees it; nothing comes of its calls once it `isDead`. */
  around<T extends object>(of: T, name: string, isDead: () => boolean): T {
    return new Proxy(of, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== 'function' || ['nameOf', 'isConnected'].includes(String(key))) return value;
        return (...given: unknown[]) =>
          this.#call(`${name}.${String(key)}`, isDead, () => value.apply(target, given) as unknown);
      },
    });
  }

  async #call(name: string, isDead: () => boolean, call: () => unknown): Promise<unknown> {
    if (isDead()) return await new Promise(() => undefined);
    this.calls += 1;
    this.names.push(name);
    const fault = this.#fault?.at === this.calls ? this.#fault : undefined;
    if (fault !== undefined) this.#fault = undefined;
    if (fault?.side === 'before') await this.#strike(fault, name);
    const answer = await call();
    if (fault?.side === 'after') await this.#strike(fault, name);
    return isDead() ? await new Promise(() => undefined) : answer;
  }

  async #strike({ what }: Fault, name: string): Promise<void> {
    if (what !== 'dies') throw new PerdureError(codes[what], `${name} fails, as the test wants it.`);
    this.#onDeath();
    await new Promise(() => undefined);
  }
}
