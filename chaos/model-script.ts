/**
 * What the demo model does in a chaos run: it takes its time, so that turns are there to be interrupted, and as the
 * clerk it asks for every tool of its desk before it answers.
 */

/** The rules hold for every drive alike: a turn that is asked again is told the same. */
export const modelScript: readonly object[] = [
  clerkTurn({ afterTools: 0 }, ['look', 'charge']),
  clerkTurn({ afterTools: 2 }, ['send', 'ship']),
  { match: { ...clerk(), afterTools: 4 }, delayMs: 300, json: { isDone: true } },
  { delayMs: 600 },
];

function clerkTurn(match: { readonly afterTools: number }, tools: readonly string[]): object {
  const toolCalls = tools.map((name) => ({ name, arguments: name === 'look' ? {} : { delayMs: 150, holdMs: 200 } }));
  return { match: { ...clerk(), ...match }, delayMs: 300, toolCalls };
}

/** A phrase of its instructions. */
function clerk() {
  return { agentIncludes: 'clerk of a dispatch desk' };
}
