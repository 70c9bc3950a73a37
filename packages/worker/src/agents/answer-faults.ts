/** What is wrong with an answer, as the model is told. A check that would not end is a fault of the answer too. */

import { uncheckedText, type CheckProblem, type SchemaCheck } from '@perdure/schema-check';
import type { AgentDefinition } from './definition.ts';

/** More would not help the model to repair its answer. */
const maxFaults = 20;

/** A sentence for each fault; none where the answer satisfies the Output Contract. */
export async function answerFaults(
  check: SchemaCheck,
  { output }: Pick<AgentDefinition, 'output'>,
  answer: unknown,
): Promise<readonly string[]> {
  const outcome = await check(output, answer);
  if (outcome.kind === 'checked') return outcome.problems.slice(0, maxFaults).map(sentence);
  return [`${uncheckedText(outcome, 'the answer')}; write it in another form`];
}

/** `/milestones/0 must NOT have additional properties (owner)`. */
function sentence({ instancePath, message, params }: CheckProblem): string {
  const facts: Readonly<Record<string, unknown>> = params;
  const fact = facts['additionalProperty'] ?? facts['allowedValues'] ?? facts['allowedValue'];
  const suffix = fact === undefined ? '' : ` (${typeof fact === 'string' ? fact : JSON.stringify(fact)})`;
  return `${instancePath === '' ? 'the answer' : instancePath} ${message ?? 'is invalid'}${suffix}`;
}
