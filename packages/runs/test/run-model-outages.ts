/** While a model is known to be away, it is asked once for each claim, and by nobody without one. */

import type { Snapshot } from './run-model-world.ts';

export class Probes {
  /** Claims with which it was asked. Time may stand still between two of them, and between two orders to ask now. */
  readonly #used = new Set<string>();

  /** `now`: as a turn is asked for. */
  faultsOfAsking({ outage, orders, now }: Pick<Snapshot, 'outage' | 'orders' | 'now'>): readonly string[] {
    if (outage === undefined) return [];
    const { since, tries, next_at: until } = outage;
    const toldToAsk = orders.filter(
      ({ kind, created_at, consumed_at }) => kind === 'resume' && consumed_at === created_at,
    );
    const claim = [since, tries, until, toldToAsk.length].join(' ');
    if (until <= now) return ['the model is asked while it is away, and nobody has claimed that'];
    if (this.#used.has(claim)) return ['the model is asked twice while it is away, and was claimed once'];
    this.#used.add(claim);
    return [];
  }
}
