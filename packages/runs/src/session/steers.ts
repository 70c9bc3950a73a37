/**
 * Who is given a text that a person sent to the agents at work: every agent call in flight at that moment, and where
 * there was none (or none of them took another turn) the next one. Told from the record alone: when the text was sent,
 * when the call was started, and whether a turn has consumed it; so a drive that begins anew decides the same.
 */

import type { Steer } from '../record/record.ts';

export class Steers {
  readonly #steers = new Map<string, Steer>();
  /** The call that took a text first, in this drive. */
  readonly #takers = new Map<string, string>();

  readonly #isAtWork: (callKey: string) => boolean;

  constructor(steers: readonly Steer[], isAtWork: (callKey: string) => boolean) {
    this.#isAtWork = isAtWork;
    this.add(steers);
  }

  add(steers: readonly Steer[]): void {
    for (const steer of steers) if (!this.#steers.has(steer.id)) this.#steers.set(steer.id, steer);
  }

  /** A turn has recorded that it was told these. */
  consumed(ids: readonly string[]): void {
    for (const id of ids) {
      const steer = this.#steers.get(id);
      if (steer !== undefined) this.#steers.set(id, { ...steer, isConsumed: true });
    }
  }

  /** What the next turn of an agent call is told, oldest first. `given`: what its finished turns were told. */
  take(call: { readonly key: string; readonly startedAt: number }, given: ReadonlySet<string>): readonly Steer[] {
    const news = [...this.#steers.values()].filter((steer) => !given.has(steer.id) && this.#isFor(steer, call));
    for (const { id } of news) if (!this.#isTaken(id)) this.#takers.set(id, call.key);
    return news;
  }

  #isFor(steer: Steer, call: { readonly key: string; readonly startedAt: number }): boolean {
    const wasInFlight = call.startedAt <= steer.at;
    const isOwn = this.#takers.get(steer.id) === call.key;
    return wasInFlight || isOwn || (!steer.isConsumed && !this.#isTaken(steer.id));
  }

  /** A call that failed with the turn that took a text up tells nobody of it. */
  #isTaken(id: string): boolean {
    const taker = this.#takers.get(id);
    return taker !== undefined && this.#isAtWork(taker);
  }
}
