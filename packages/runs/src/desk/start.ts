/**
 * Starting a run: checked, recorded, then driven. Once it is in the record nothing can fail any more: an engine that
 * cannot be reached only delays the run, and the sweep brings it.
 */

import { createHash } from 'node:crypto';
import {
  canonicalJson,
  compact,
  idOfProblem,
  isFinished,
  problemText,
  type Budget,
  type Catalogue,
  type PipelineEntry,
} from '@perdure/contract';
import type { RunDeskDeps, StartOutcome } from './ports.ts';
import { problemsIn } from './schema-check.ts';
import type { SchemaProblem } from './schema-problems.ts';
import { wakeOrLog } from './wake.ts';

export interface RunRequest {
  readonly pipeline: string;
  readonly input: unknown;
  readonly idempotencyKey?: string | undefined;
  readonly budget?: Budget | undefined;
  readonly actor: string;
}

export interface StartedRun {
  readonly kind: 'started';
  readonly runId: string;
  /** False when the idempotency key had started this run before. */
  readonly created: boolean;
  /** False when the engine could not be told. */
  readonly woken: boolean;
}

export type StartRefusal =
  /** The worker has not come up: nothing is known of any pipeline. */
  | { readonly kind: 'no_pipelines_yet' }
  /** `known`: ids of those there are. */
  | { readonly kind: 'no_such_pipeline'; readonly pipeline: string; readonly known: readonly string[] }
  /** It is there and not in order. */
  | { readonly kind: 'pipeline_left_out'; readonly pipeline: string; readonly problem: string }
  | { readonly kind: 'input_refused'; readonly pipeline: string; readonly problems: readonly SchemaProblem[] }
  | KeyConflict;

/** The idempotency key belongs to another request. */
export interface KeyConflict {
  readonly kind: 'key_reused';
  readonly runId: string;
}

export type StartRun = (request: RunRequest) => Promise<StartedRun | StartRefusal>;

export function createStart(deps: RunDeskDeps): StartRun {
  return async ({ pipeline, input, idempotencyKey, budget, actor }) => {
    const found = findPipeline(await deps.catalogue.read(), pipeline);
    if (found.kind !== 'found') return found;
    const problems = await problemsIn(deps.check, { schema: found.entry.input, value: input, name: 'input' });
    if (problems.length > 0) return { kind: 'input_refused', pipeline, problems };
    const outcome = await deps.intake.start({
      id: deps.newId(),
      pipeline,
      input: JSON.stringify(input),
      // Of what is to be run, not of how long the client would wait for it: a retry may be more patient.
      ...idempotency(idempotencyKey, { pipeline, input, budget }),
      ...compact({ budget }),
      actor,
      at: deps.clock(),
    });
    return setGoing(deps, outcome);
  };
}

/** A run of ours: of a pipeline that is in no catalogue, under an id that is known before. Once, however often. */
export async function recordRun(
  deps: RunDeskDeps,
  { id, pipeline, input, actor }: Pick<RunRequest, 'pipeline' | 'input' | 'actor'> & { readonly id: string },
): Promise<StartedRun | KeyConflict> {
  const keyed = idempotency(`own:${id}`, { pipeline, input });
  const text = JSON.stringify(input);
  return setGoing(deps, await deps.intake.start({ id, pipeline, input: text, ...keyed, actor, at: deps.clock() }));
}

/**
 * The key of a request and what tells whether it asks for the same again; a member that is undefined counts as absent.
 */
export function idempotency(
  idempotencyKey: string | undefined,
  asked: object,
): { idempotencyKey?: string; requestHash?: string } {
  return idempotencyKey === undefined ? {} : { idempotencyKey, requestHash: hashOf(asked) };
}

/** Has a run that is in the record driven, unless it has ended. */
export async function setGoing(deps: RunDeskDeps, { kind, runId }: StartOutcome): Promise<StartedRun | KeyConflict> {
  if (kind === 'key_reused') return { kind, runId };
  const created = kind === 'started';
  const ended = !created && isFinished((await deps.reader.getStatus(runId)) ?? 'queued');
  return { kind: 'started', runId, created, woken: ended || (await wakeOrLog(deps, runId)) };
}

type FoundPipeline = { readonly kind: 'found'; readonly entry: PipelineEntry } | StartRefusal;

function findPipeline({ pipelines, problems }: Catalogue, pipeline: string): FoundPipeline {
  const entry = pipelines.find(({ id }) => id === pipeline);
  if (entry !== undefined) return { kind: 'found', entry };
  const problem = problems.find((each) => each.kind === 'pipeline' && idOfProblem(each) === pipeline);
  if (problem !== undefined) return { kind: 'pipeline_left_out', pipeline, problem: problemText(problem) };
  if (pipelines.length === 0) return { kind: 'no_pipelines_yet' };
  return { kind: 'no_such_pipeline', pipeline, known: pipelines.map(({ id }) => id) };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
