/** How much there was to judge: without it, a judgement that finds nothing says nothing. */

import { compact } from '@perdure/contract';
import type { Facts } from './facts.ts';
import { figureOf, type Figure } from './figures.ts';
import { isRunAgain } from './rules-of-outcomes.ts';

export function told(facts: Facts, wanted: { readonly kills: number }): readonly Figure[] {
  const { kills, acknowledgements, steps, modelRequests, effects, inquiries } = facts;
  const answered = facts.decisions.filter(({ isAcknowledged }) => isAcknowledged);
  const again = answered.filter(isRunAgain).length;
  return [
    count('kills', kills.length, `= ${wanted.kills}`),
    count('runs_acknowledged', new Set(acknowledgements.map(({ runId }) => runId)).size),
    count('steps_recorded', steps.length),
    count('tool_calls_recorded', steps.filter(({ kind }) => kind === 'tool').length),
    count('undos_recorded', steps.filter(({ kind }) => kind === 'undo').length),
    count('model_requests', modelRequests.length),
    count(
      'model_requests_for_interrupted_turns',
      modelRequests.length - new Set(modelRequests.map(({ key }) => key)).size,
    ),
    count('effects_accepted', effects.filter(({ outcome }) => outcome === 'accepted').length),
    count('effects_attempted_again', effects.filter(({ outcome }) => outcome === 'duplicate').length),
    count('once_effects_attempted', effects.filter(({ kind }) => kind === 'once').length),
    count('outcomes_verified', inquiries.filter(({ asker }) => asker === 'verify').length),
    count('outcomes_answered_done', answered.length - again),
    count('outcomes_answered_run_again', again),
  ];
}

function count(id: string, value: number, target?: string): Figure {
  return figureOf({ id, value, unit: 'count', ...compact({ target }) });
}
