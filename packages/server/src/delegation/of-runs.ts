/** What pipelines have delegated (`ctx.delegate`), as errands. */

import { compact, type DelegationAnswer } from '@perdure/contract';
import {
  answerWait,
  delegationStanding,
  type DelegationRecord,
  type DelegationStanding,
  type Delegations,
  type RunDeskDeps,
} from '@perdure/runs/desk';
import { returnForm } from '@perdure/tasks/returns';
import type { Errand, Returned, Taken } from './errand.ts';
import { outputIn } from './hear.ts';

export interface RunErrandDeps {
  readonly runs: RunDeskDeps;
  readonly delegations: Delegations;
}

/** Returns that come later than this are read in the hub, by who looks for them. */
const listensMs = 7 * 86_400_000;

export async function errandsOfRuns(deps: RunErrandDeps): Promise<readonly Errand[]> {
  const now = deps.runs.clock();
  const records = await deps.delegations.list(now - listensMs);
  return records.map((record) => errandOf(deps, record, delegationStanding(record, now)));
}

function errandOf(deps: RunErrandDeps, record: DelegationRecord, standing: DelegationStanding): Errand {
  const { waitId, runId, context } = record;
  return {
    id: waitId,
    to: context.to,
    ...compact({ channelId: context.channel, over: standing.kind === 'over' ? overText[standing.why] : undefined }),
    message: briefOf(record),
    standing: standing.kind === 'open' ? 'tell' : standing.kind === 'held' ? 'take' : 'closed',
    marks: [waitId],
    isFor: (given) => given.task_id === runId && given.line === waitId,
    take: (returned) => take(deps, record, returned),
    undeliverable: async (why) => {
      await answer(deps, record, { outcome: 'undeliverable', reason: why.slice(0, 1_000) });
    },
  };
}

const again = 'Stop working on it, and return nothing.';
const overText: Readonly<Record<Extract<DelegationStanding, { kind: 'over' }>['why'], string>> = {
  answered: `Somebody has answered this in your place. ${again}`,
  timed_out: `The time for this is up, and nobody waits for it any more. ${again}`,
  run_ended: `The run that asked for this has ended. ${again}`,
  not_needed: `This is not needed any more. ${again}`,
};

/** What the member is told: one message, so all of it is bounded. */
export function briefOf(record: DelegationRecord): string {
  const { waitId, runId, stepKey, pipeline, brief, expiresAt } = record;
  const output = outputSchemaOf(record.answerSchema);
  return [
    `The pipeline ${pipeline} delegates this to you, and waits for what you return:`,
    brief.trim(),
    ...(expiresAt === null ? [] : [`It waits until ${new Date(expiresAt).toISOString()}.`]),
    'When you have done it, or know that you cannot, answer with this form alone: the six headers with one of the choices each, a blank line, and in a few sentences what you did and found, in at most 6000 characters.',
    returnForm({ task_id: runId, line: waitId, node: stepKey.slice(-100) }),
    ...(output === undefined
      ? ['If there is data to return, end with it in a fence that begins with ```json.']
      : [
          `Where goal_status is complete, end with a fence that begins with \`\`\`json and holds JSON for this JSON Schema:\n${output}`,
        ]),
  ].join('\n\n');
}

/** Of what a pipeline asks for itself; undefined: any JSON will do. */
function outputSchemaOf(answerSchema: unknown): string | undefined {
  const ways =
    (answerSchema as { readonly oneOf?: readonly Schema[]; readonly anyOf?: readonly Schema[] } | null) ?? {};
  const done = [...(ways.oneOf ?? ways.anyOf ?? [])].find(
    ({ properties }) => properties?.['outcome']?.const === 'done',
  );
  const output = done?.properties?.['output'];
  return output === undefined || Object.keys(output).length === 0 ? undefined : JSON.stringify(output);
}

interface Schema {
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

async function take(deps: RunErrandDeps, record: DelegationRecord, returned: Returned): Promise<Taken> {
  const { given, messageId } = returned;
  const { goal_status, next_role, body } = given;
  const { text, output } = outputIn(body);
  if (goal_status !== 'complete') {
    return await answer(
      deps,
      record,
      { outcome: 'not_done', text: body, next_role, goal_status, message: messageId },
      returned,
    );
  }
  if (output.kind === 'broken') {
    return { kind: 'unfit', why: 'what stands in the fence that begins with ```json is no JSON' };
  }
  const value = output.kind === 'json' ? { output: output.value } : {};
  return await answer(deps, record, { outcome: 'done', text, next_role, message: messageId, ...value }, returned);
}

async function answer(
  { runs, delegations }: RunErrandDeps,
  { waitId, runId, stepKey, context, closedAt }: DelegationRecord,
  given: DelegationAnswer,
  returned?: Returned,
): Promise<Taken> {
  const outcome = await answerWait(runs, { waitId, answer: given, actor: context.to });
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'taken' };
    case 'answer_refused': {
      const problems = outcome.problems.map(({ field, message }) => `${field.replace(/^answer\./, '')} ${message}`);
      return { kind: 'unfit', why: problems.join('; ') };
    }
    default:
      if (returned !== undefined && returned.at > (closedAt ?? 0) && outcome.kind !== 'no_such_wait') {
        const { messageId: message, by, text, at } = returned;
        const late = { runId, wait: waitId, key: stepKey, message, text: text.slice(0, 2_000).toWellFormed() };
        await delegations.noteLate({ ...late, actor: by, at });
      }
      return { kind: 'taken' };
  }
}
