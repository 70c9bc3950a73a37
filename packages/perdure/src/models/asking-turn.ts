/** The one place where a check gets what asks: the wire, without fallbacks, and a memory of its own. */

import type { LearntStore, ModelTurn } from '@perdure/models';
import type { ResolvedModels } from '@perdure/models/servers';

export interface AskingTurn {
  readonly turn: ModelTurn;
  /** What this turn has found out that its models refuse. */
  readonly learnt: LearntStore;
}

export async function askingTurn(models: ResolvedModels, now: () => number): Promise<AskingTurn> {
  const { createModelTurn, learntInMemory } = await import('@perdure/models');
  const learnt = learntInMemory();
  const planOf = (name: string | undefined) => ({ ...models.targetOf(name), fallback: [] });
  return { turn: createModelTurn({ planOf, learnt, now }), learnt };
}
