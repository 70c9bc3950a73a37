/**
 * Starting a run: checked, recorded, then driven. Once it is in the record nothing can fail any more: an engine that cannot be
 * reached only delays the run, and the sweep brings it.
 */

import { createHash } from 'node:crypto';
import { parse } from 'node:path';
import {
  canonicalJson,
  isFinished,
  PerdureError,
  type Budget,
  type Catalogue,
  type PipelineEntry,
  type Run,
} from '@perdure/contract';
import type { Dependencies } from './dependencies.ts';
import { createInputCheck, type InputCheck } from './input-check.ts';
import type { StartOutcome } from './ports.ts';
import { problemDetails, problemsText } from './schema-check.ts';
import type { Handler, JsonReply } from './table.ts';
import { wakeOrLog } from './wake.ts';

export interface StartOrder {
  readonly pipeline: string;
  readonly input: unknown;
  readonly idempotencyKey?: string | undefined;
  readonly budget?: Budget | undefined;
}

export interface StartedRun {
  readonly runId: string;
  /** False when the idempotency key had started this run before. */
  readonly created: boolean;
  /** False when the engine could not be told. */
  readonly woken: boolean;
}

export type RunStarter = (order: StartOrder) => Promise<StartedRun>;

export function createRunStarter(deps: Dependencies): RunStarter {
  const checkInput = createInputCheck();
  return async ({ pipeline, input, idempotencyKey, budget }) => {
    const entry = findPipeline(await deps.catalogue.read(), pipeline);
    assertInput(checkInput, entry, input);
    const outcome = await deps.intake.start({
      id: deps.newId(),
      pipeline,
      input: JSON.stringify(input),
      // Of what is to be run, not of how long the client would wait for it: a retry may be more patient.
      ...idempotency(idempotencyKey, { pipeline, input, budget }),
      ...(budget !== undefined && { budget }),
      actor: 'owner',
      at: deps.clock(),
    });
    return setGoing(deps, outcome);
  };
}

/** The key of a request and what tells whether it asks for the same again; a member that is undefined counts as absent. */
export function idempotency(
  idempotencyKey: string | undefined,
  asked: object,
): { idempotencyKey?: string; requestHash?: string } {
  return idempotencyKey === undefined ? {} : { idempotencyKey, requestHash: hashOf(asked) };
}

/** Has a run that is in the record driven, unless it has ended. */
export async function setGoing(deps: Dependencies, { kind, runId }: StartOutcome): Promise<StartedRun> {
  if (kind === 'key_reused') {
    throw new PerdureError('conflict', 'This Idempotency-Key belongs to another request; send a new key.', {
      details: { runId },
    });
  }
  const created = kind === 'started';
  const ended = !created && isFinished((await deps.reader.getStatus(runId)) ?? 'queued');
  return { runId, created, woken: ended || (await wakeOrLog(deps, runId)) };
}

export function startRunHandler(deps: Dependencies, start: RunStarter): Handler<'startRun'> {
  return async ({ body, headers }) => {
    const { pipeline, input } = body;
    // A member of parsed JSON is there or not, and never undefined.
    const budget = body.budget as Budget | undefined;
    return startedReply(deps, await start({ pipeline, input, budget, idempotencyKey: headers['idempotency-key'] }));
  };
}

/** 201 for a new run, 200 for one that the idempotency key found. */
export async function startedReply(
  deps: Dependencies,
  { runId, created }: StartedRun,
): Promise<JsonReply<200 | 201, { data: Run }>> {
  const run = await deps.reader.getRun(runId);
  if (run === undefined) throw new PerdureError('internal', `Run ${runId} was recorded and cannot be read back.`);
  return { status: created ? 201 : 200, body: { data: run }, headers: { location: `/api/v1/runs/${runId}` } };
}

function findPipeline({ pipelines, problems }: Catalogue, id: string): PipelineEntry {
  const entry = pipelines.find((pipeline) => pipeline.id === id);
  if (entry !== undefined) return entry;
  const problem = problems.find(({ kind, file }) => kind === 'pipeline' && parse(file).name === id);
  if (problem !== undefined) {
    throw new PerdureError(
      'not_found',
      `Pipeline ${id} is left out: ${problem.message}; \`perdure pipelines check\` tells when it is in order.`,
    );
  }
  if (pipelines.length === 0) {
    throw new PerdureError(
      'unavailable',
      'No pipelines are known yet: the worker has not come up; try again in a moment.',
    );
  }
  const known = pipelines.map((pipeline) => pipeline.id);
  throw new PerdureError('not_found', `There is no pipeline ${id}; known are ${known.join(', ')}.`, {
    details: { pipelines: known },
  });
}

function assertInput(check: InputCheck, pipeline: PipelineEntry, input: unknown): void {
  const problems = check(pipeline, input);
  if (problems.length === 0) return;
  throw new PerdureError(
    'invalid_input',
    `Pipeline ${pipeline.id} does not accept this input: ${problemsText(problems)}.`,
    { details: problemDetails(problems) },
  );
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
