/** A model turn on one server, as the worker makes it: through Mastra. What it learns is forgotten. */

import { learntInMemory, oneServer, type ModelTurn, type OneServer } from '@perdure/models';
import { createMastraTurn } from '../../../src/agents/index.ts';

export function turnAt(server: OneServer): ModelTurn {
  return createMastraTurn({ planOf: oneServer(server), learnt: learntInMemory(), now: Date.now });
}
