/** A turn as the worker takes it. */

import { learntInMemory, oneServer, type ModelTurnRequest } from '@perdure/models';
import { createMastraTurn } from '@perdure/worker/agents';

/** Takes one turn; resolves with the answer as it came in pieces. */
export type TakeTurn = (request: ModelTurnRequest) => Promise<string>;

export function productTurn(baseUrl: string): TakeTurn {
  const turn = createMastraTurn({
    planOf: oneServer({ baseUrl, modelId: 'any' }),
    learnt: learntInMemory(),
    now: Date.now,
  });
  return async (request) => {
    const pieces: string[] = [];
    await turn({ ...request, onText: (piece) => pieces.push(piece) });
    return pieces.join('');
  };
}
