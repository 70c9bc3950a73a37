/**
 * Jobs as pipelines: a step of the run for each step of the job, which only asks for it to be done. So a crash at any
 * point goes on or is taken back by the engine (M1), and what is at work is seen as in any run.
 */

import { definePipeline, PerdureError, type PipelineDefinition, type RetryPolicy } from '@perdure/contract';
import { z } from 'zod';
import { jobs, type JobId, type JobStep, type StepOrder, type StepReply } from '../core/jobs.ts';
import { memberStep, upgradeInputSchema, type UpgradeInput, type UpgradeOrder } from '../core/upgrade-run.ts';

/** Never rejects: where nobody answers, that is a reply too. */
export type AskStep = (order: StepOrder | UpgradeOrder, signal: AbortSignal) => Promise<StepReply>;

/** What a run of a job is started with. */
export const jobInputSchema = z.strictObject({
  principalId: z.string(),
  /** For who looks at the run. */
  handle: z.string(),
});
export type JobInput = z.infer<typeof jobInputSchema>;

const outputSchema = z.object({ told: z.record(z.string(), z.string()) });

const descriptions: Readonly<Record<JobId, string>> = {
  'provision-agent': 'Makes the gateway of an agent: home, service, health; taken back where a step fails.',
  'change-agent':
    'Changes the gateway of an agent: another release, other settings; taken back where it is not well then.',
  'deprovision-agent': 'Takes the gateway of an agent away, into an archive.',
};

/** A moment in which something is away must not take back what was made, nor stop half of a removal. */
const patient: RetryPolicy = { attempts: 4, delayMs: 1_000, maxDelayMs: 10_000 };

export function fleetPipelines(ask: AskStep): readonly PipelineDefinition[] {
  const own = (Object.keys(jobs) as JobId[]).map((job) => pipelineOf(job, ask) as PipelineDefinition);
  return [...own, upgradePipeline(ask)];
}

function pipelineOf(job: JobId, ask: AskStep): PipelineDefinition<JobInput, z.infer<typeof outputSchema>> {
  return definePipeline({
    id: job,
    description: descriptions[job],
    input: jobInputSchema,
    output: outputSchema,
    async run(ctx, { principalId }) {
      const told: Record<string, string> = {};
      for (const { id, hasUndo } of jobs[job] as readonly JobStep[]) {
        const order = (direction: StepOrder['direction'], signal: AbortSignal) =>
          done(ask({ job, step: id, direction, principalId, runId: ctx.runId }, signal));
        told[id] = await ctx.step(id, ({ signal }) => order('do', signal), {
          ...(hasUndo && {
            undo: (_told: unknown, { signal }: { readonly signal: AbortSignal }) => order('undo', signal),
          }),
          retry: patient,
        });
      }
      return { told };
    },
  });
}

/**
 * One member after the other, each by a run of its own: a step waits for that, and its undo ends it where it is still
 * at work. Members that have the release keep it, whatever comes after.
 */
function upgradePipeline(ask: AskStep): PipelineDefinition<UpgradeInput, z.infer<typeof outputSchema>> {
  return definePipeline({
    id: 'upgrade-family',
    description: 'Brings the gateways of a family to another release of OpenClaw: one first, then one after the other.',
    input: upgradeInputSchema,
    output: outputSchema,
    async run(ctx, { members }) {
      const order = (of: Pick<UpgradeOrder, 'step' | 'principalId' | 'direction'>, signal: AbortSignal) =>
        done(ask({ job: 'upgrade-family', runId: ctx.runId, ...of }, signal));
      const step = async (key: string, of: Pick<UpgradeOrder, 'step' | 'principalId'>): Promise<string> =>
        await ctx.step(key, ({ signal }) => order({ ...of, direction: 'do' }, signal), {
          undo: (_told: unknown, { signal }: { readonly signal: AbortSignal }) =>
            order({ ...of, direction: 'undo' }, signal),
          retry: patient,
        });
      const told: Record<string, string> = { begin: await step('begin', { step: 'begin' }) };
      for (const { handle, principalId } of members) {
        told[handle] = await step(memberStep(handle), { step: 'member', principalId });
      }
      const report = ({ signal }: { readonly signal: AbortSignal }) =>
        order({ step: 'report', direction: 'do' }, signal);
      return { told: { ...told, report: await ctx.step('report', report, { retry: patient }) } };
    },
  });
}

async function done(asked: Promise<StepReply>): Promise<string> {
  const reply = await asked;
  if (reply.kind === 'done') return reply.told;
  throw new PerdureError(reply.code, reply.message);
}
