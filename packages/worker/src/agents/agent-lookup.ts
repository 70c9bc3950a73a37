/** Finds a loaded agent by name, and says why when it cannot. */

import { idOfProblem, PerdureError, problemText } from '@perdure/contract';
import type { AgentDefinition } from './definition.ts';
import type { LoadedAgents } from './load-agents.ts';

/** Rejects with `definition_invalid` for an agent that was refused, with `not_found` for one that does not exist. */
export function createAgentLookup({ agents, problems }: LoadedAgents): (name: string) => Promise<AgentDefinition> {
  const byName = new Map(agents.map(({ agent }) => [agent.name, agent]));
  return async (name) => {
    const agent = byName.get(name);
    if (agent !== undefined) return agent;
    const refused = problems.filter((problem) => idOfProblem(problem) === name);
    const [first] = refused;
    if (first !== undefined) {
      const message = `The agent "${name}" was refused when loaded: ${problemText(first)}. Correct the file.`;
      throw new PerdureError('definition_invalid', message, { details: { problems: refused } });
    }
    const known = [...byName.keys()].toSorted();
    const list = known.length === 0 ? 'no agents are loaded' : `known are ${known.join(', ')}`;
    const remedy = `put it back, use one of them, or make it with \`perdure agents new ${name}\``;
    throw new PerdureError('not_found', `There is no agent "${name}": ${list}; ${remedy}.`, { details: { known } });
  };
}
