/**
 * Who is given a text that a person sent to the agents at work: every agent call in flight at that moment, and where there was none (or
 * none of them took another turn) the next one. Told from the record alone: when the text was sent, when the call was started, and
 * whether a turn has consumed it; so a drive that begins anew decides the same.
 */

import type { Steer } from './ports.ts';

export class Steers {
  readonly #steers = new Map<string, Steer>();
  /** The call that took a text first, in this drive. */
  readonly #takers = new Map<string, string>();

  constructor(steers: readonly Steer[]) {
    this.add(steers);
  }

  add(steers: readonly Steer[]): void {
    for (const steer of steers) if (!this.#steers.has(steer.id)) this.#steers.set(steer.id, steer);
  }

  /** What the next turn of an agent call is told, oldest first. `given`: what its finished turns were told. */
  take(call: { readonly key: string; readonly startedAt: number }, given: ReadonlySet<string>): readonly Steer[] {
    const news = [...this.#steers.values()].filter((steer) => !given.has(steer.id) && this.#isFor(steer, call));
    for (const { id } of news) if (!this.#takers.has(id)) this.#takers.set(id, call.key);
    return news;
  }

  #isFor(steer: Steer, call: { readonly key: string; readonly startedAt: number }): boolean {
    const wasInFlight = call.startedAt <= steer.at;
    const taker = this.#takers.get(steer.id);
    return wasInFlight || taker === call.key || (!steer.isConsumed && taker === undefined);
  }
}
