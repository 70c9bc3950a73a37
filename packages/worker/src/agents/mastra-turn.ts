/** The model turn as agents take it: on the wire, through Mastra. */

import { ask, createModelTurn, type ModelTurn, type ModelTurnDeps } from '@perdure/models';
import { throughMastra } from './mastra.ts';

/** Nothing is loaded or requested before the first turn. */
export function createMastraTurn(deps: ModelTurnDeps): ModelTurn {
  return createModelTurn({ ...deps, ask: throughMastra(deps.ask ?? ask) });
}
