/** What agents need to know of the tools: which they may list, and how each is put to the model. */

import { idOfProblem, problemText, type DefinitionProblem } from '@perdure/contract';
import type { LoadedTool } from './tool.ts';

/** The tools that an AGENT.md may name; those that are switched off, with what switches them on; and refused ones. */
export function allowedTools(tools: readonly LoadedTool[], problems: readonly DefinitionProblem[] = []) {
  const [on, off] = [tools.filter(({ entry }) => entry.enabled), tools.filter(({ entry }) => !entry.enabled)];
  return {
    knownTools: new Set(on.map(({ entry }) => entry.id)),
    disabledTools: new Map(off.map(({ entry }) => [entry.id, entry.remedy ?? 'It is switched off.'])),
    refusedTools: new Map(problems.map((problem) => [idOfProblem(problem), problemText(problem)])),
  };
}

export function offerOf({ tool, entry }: LoadedTool) {
  const { id, description, input } = entry;
  const asksSomebody = tool.kind === 'question' || tool.confirm === true;
  return { id, description, input, isParallel: entry.effect === 'pure' && !asksSomebody };
}
