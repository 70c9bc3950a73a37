/** What is known of models: from the store, since others learn and people forget, and what was tried here in vain. */

import { learntForMs, type Learnt, type LearntStore, type OptionalFeature } from '../turn/learnt.ts';

/** How long a server that fails is not asked without a feature again, where that changed nothing. */
const vainForMs = 10 * 60_000;

export class LearntMemory {
  readonly #vain = new Map<string, number>();
  readonly #store: LearntStore;
  readonly #now: () => number;

  constructor(store: LearntStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async about(model: string, schemaHash: (feature: OptionalFeature) => string): Promise<readonly Learnt[]> {
    const known = await this.#store.load();
    const since = this.#now() - learntForMs;
    return known.filter((one) => one.model === model && one.at > since && one.schemaHash === schemaHash(one.feature));
  }

  async keep(learnt: Learnt): Promise<void> {
    await this.#store.keep(learnt);
  }

  /** A server that failed has failed without the feature too: it was not the reason. */
  triedInVain({ model, feature, schemaHash }: Learnt): void {
    this.#vain.set([model, feature, schemaHash].join(' '), this.#now());
  }

  wasInVain(model: string, feature: OptionalFeature, schemaHash: string): boolean {
    const at = this.#vain.get([model, feature, schemaHash].join(' '));
    return at !== undefined && this.#now() - at < vainForMs;
  }
}
