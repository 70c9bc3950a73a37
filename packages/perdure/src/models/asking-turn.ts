/** The one place where a check gets what asks: the wire, without fallbacks, and a memory of its own. */

import { PerdureError, isPerdureError } from '@perdure/contract';
import type { Ask, LearntStore, ModelServer, ModelTurn } from '@perdure/models';
import type { ResolvedModels } from '@perdure/models/servers';

export interface AskingTurn {
  readonly turn: ModelTurn;
  /** What this turn has found out that its models refuse. */
  readonly learnt: LearntStore;
}

/** Values by name, of what a server has in a vault. */
export type ReadSecrets = (server: ModelServer) => Promise<Readonly<Record<string, string>>>;

export interface AskingDeps {
  readonly now: () => number;
  readonly readSecrets: ReadSecrets;
}

export async function askingTurn(models: ResolvedModels, { now, readSecrets }: AskingDeps): Promise<AskingTurn> {
  const { ask, createModelTurn, learntInMemory, withSecretValues } = await import('@perdure/models');
  const learnt = learntInMemory();
  const asking: Ask = async (request) => {
    const { server } = request.target;
    if (server.secrets === undefined) return await ask(request);
    const values = await readSecrets(server).catch((error: unknown) => {
      if (!isPerdureError(error)) throw error;
      throw new PerdureError('model_rejected', error.message, { details: { misconfigured: true } });
    });
    return await ask({ ...request, target: { ...request.target, server: withSecretValues(server, values) } });
  };
  const planOf = (name: string | undefined) => ({ ...models.targetOf(name), fallback: [] });
  return { turn: createModelTurn({ planOf, learnt, now, ask: asking }), learnt };
}
