/**
 * `POST /pipeline`: start, wait for a while, answer with what there is. The run does not depend on the request: a
 * client that goes away, or a server that stops, ends only the waiting.
 */

import {
  compact,
  isFinished,
  parseStepFacts,
  PerdureError,
  type ErrorRecord,
  type PipelineDone,
  type Run,
} from '@perdure/contract';
import { refusalError, type StartRun, untilSettled } from '@perdure/runs/desk';
import type { Dependencies } from './dependencies.ts';
import type { Handler, RouteReply } from './table.ts';

const defaultPipeline = 'plan-and-review';
const defaultWaitSeconds = 120;

export function pipelineHandler(deps: Dependencies, start: StartRun): Handler<'pipeline'> {
  return async ({ body, headers }, call) => {
    const { prompt, pipeline = defaultPipeline, wait = defaultWaitSeconds } = body;
    const idempotencyKey = headers['idempotency-key'];
    const started = await start({ pipeline, input: { prompt }, idempotencyKey, actor: 'owner' });
    if (started.kind !== 'started') throw refusalError(started);
    const { runId, woken } = started;
    if (woken && !asksForNoWait(headers.prefer)) {
      const signal = AbortSignal.any([call.signal, deps.closing]);
      await untilSettled(deps, runId, { ms: wait * 1_000, signal });
    }
    const run = await deps.reader.getRun(runId);
    if (run === undefined) throw new PerdureError('internal', `Run ${runId} was recorded and cannot be read back.`);
    return isFinished(run.status) ? { status: 200, body: await doneBody(deps, run) } : accepted(run, woken);
  };
}

function asksForNoWait(prefer: string | undefined): boolean {
  return (prefer ?? '').split(',').some((preference) => preference.trim().toLowerCase() === 'respond-async');
}

async function doneBody(deps: Dependencies, run: Run): Promise<PipelineDone> {
  if (run.status !== 'completed') {
    return { success: false, error: run.error ?? cancelledError(run), runIds: { pipeline: run.id } };
  }
  const output = asObject(run.output);
  if (!('plan' in output && 'review' in output)) {
    return { success: true, output: run.output, runIds: { pipeline: run.id } };
  }
  const { plan, review } = output;
  const keys = asObject(output['steps']);
  const stepId = (name: 'plan' | 'review') =>
    typeof keys[name] === 'string' ? { [name]: `${run.id}/${keys[name]}` } : {};
  const model = await modelOf(deps, run, keys['plan']);
  return {
    success: true,
    ...compact({ model }),
    plan,
    review,
    runIds: { pipeline: run.id, ...stepId('plan'), ...stepId('review') },
  };
}

/** Who wrote the plan: nobody should take an answer of the demo model for one of a real model. */
async function modelOf({ reader }: Dependencies, run: Run, planKey: unknown): Promise<string | undefined> {
  if (typeof planKey !== 'string') return undefined;
  const turn = await reader.getStep(run.id, `${planKey}/turn-1`);
  return turn?.kind === 'turn' ? parseStepFacts(turn.kind, turn.detail, turn.key).detail.model : undefined;
}

function cancelledError(run: Run): ErrorRecord {
  return { code: 'run_cancelled', message: `Run ${run.id} was cancelled; start it again.` };
}

function accepted(run: Run, woken: boolean): RouteReply<'pipeline'> {
  const statusUrl = `/api/v1/runs/${run.id}`;
  const error = run.error ?? (woken ? undefined : notDriven);
  const body = { status: run.status, ...compact({ error }), runIds: { pipeline: run.id }, statusUrl };
  return { status: 202, body, headers: { location: statusUrl } };
}

const notDriven: ErrorRecord = {
  code: 'unavailable',
  message: 'The engine cannot be reached now; the run is recorded and goes on by itself when it is back.',
};

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
