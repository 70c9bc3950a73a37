/** The model turn as agents take it: on the wire, through Mastra. */

import { ask, createModelTurn, type Ask, type ModelTurn, type ModelTurnDeps } from '@perdure/models';
import { throughMastra } from './mastra.ts';

export interface MastraTurnDeps extends ModelTurnDeps {
  /** Done around each request, where what it throws is seen: Mastra makes an answer that was cut of it. */
  readonly around?: (ask: Ask) => Ask;
}

/** Nothing is loaded or requested before the first turn. */
export function createMastraTurn({ around = (given) => given, ...deps }: MastraTurnDeps): ModelTurn {
  return createModelTurn({ ...deps, ask: around(throughMastra(deps.ask ?? ask)) });
}
