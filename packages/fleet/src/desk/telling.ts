/** What is told in the hub of a gateway: each once for a run, however often a step is repeated. */

import type { MemberStatus } from '@perdure/contract';
import type { StepWork } from './ports.ts';

export interface Told {
  /** Of this telling, within its run. */
  readonly id: string;
  readonly status?: MemberStatus;
  readonly activity?: { readonly type: 'progress' | 'blocker'; readonly message: string };
  readonly message?: { readonly text: string; readonly intent: 'chat' | 'error' };
}

/** Each is tried, also where one before failed; the first failure is thrown then. */
export async function tell({ deps, gateway, runId }: StepWork, told: Told): Promise<void> {
  const { hub } = deps;
  const { principalId, taskId, port, home } = gateway;
  const id = `${runId}/${told.id}`;
  const { status, activity, message } = told;
  const tellings = [
    async () => status !== undefined && (await hub.setStatus(principalId, status, { port, home })),
    async () => activity !== undefined && taskId !== undefined && (await hub.activity(taskId, { id, ...activity })),
    async () => message !== undefined && (await hub.tell(principalId, { id, ...message })),
  ];
  const failures: unknown[] = [];
  for (const telling of tellings) await telling().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/** How a run ended, for people: what failed, what was seen, and where what is left lies. */
export function whatFailed(gateway: StepWork['gateway'], what: string): string {
  const { archive } = gateway;
  return `${whyFailed(gateway, what)}${archive === undefined ? '' : ` What was made lies in ${archive}.`}`;
}

export function whyFailed({ handle, failure }: StepWork['gateway'], what: string): string {
  const why =
    failure === undefined
      ? `${what} of ${handle} was cancelled.`
      : `${what} of ${handle} failed at step \`${failure.step}\`: ${failure.message}`;
  const exit = failure?.exitCode === undefined ? '' : ` Its gateway ended with exit code ${failure.exitCode}.`;
  return `${why}${exit}`;
}

export function withLines(text: string, lines: readonly string[] = []): string {
  return lines.length === 0 ? text : `${text}\n\nIts last lines:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}
