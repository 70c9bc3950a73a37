/**
 * A harness with the shipped agents, which ask a real HTTP model: only the engine is the inline one. Time passes by
 * itself.
 */

import { join } from 'node:path';
import type { PipelineDefinition, RunStatus } from '@perdure/contract';
import type { RunsTable } from '@perdure/db';
import type { DemoModel } from '@perdure/demo-model';
import { realClock } from '@perdure/engine';
import { learntInMemory, oneServer } from '@perdure/models';
import { createSchemaChecks } from '@perdure/schema-check';
import { noOutages } from '@perdure/models';
import { createAgentCaller, createAgentLookup, createMastraTurn, loadAgents } from '@perdure/worker/agents';
import { shippedRoot } from '@perdure/worker/definitions';
import { Harness } from './harness.ts';

export async function openShipped(pipeline: PipelineDefinition, model: DemoModel): Promise<Harness> {
  const loaded = await loadAgents([{ dir: join(shippedRoot, 'agents'), origin: 'shipped' }], {
    knownTools: new Set(),
    disabledTools: new Map(),
  });
  const agents = createAgentCaller({
    check: createSchemaChecks().check,
    loadAgent: createAgentLookup(loaded),
    turn: createMastraTurn({
      planOf: oneServer({ baseUrl: model.url, apiKey: 'key', modelId: 'demo-model' }),
      learnt: learntInMemory(),
      now: Date.now,
    }),
    retry: { outages: noOutages, patienceMs: 0, random: () => 0, now: Date.now },
    nameOf: (model) => model,
    offer: () => undefined,
    contextOf: () => 100_000,
    defaultModel: 'demo-model',
  });
  const harness = await Harness.open([pipeline], { agents });
  harness.replaceWorker({ clock: realClock });
  return harness;
}

const resting: readonly RunStatus[] = ['completed', 'failed', 'needs_attention', 'waiting'];

/** The run once it can go no further by itself, with its output, wherever that lies. */
export async function rested(harness: Harness, runId: string): Promise<RunsTable> {
  const deadline = Date.now() + 50_000;
  while (!resting.includes(harness.run(runId).status) || harness.engine.isDriving) {
    if (Date.now() > deadline) throw new Error(`the run is still ${harness.run(runId).status}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const run = harness.run(runId);
  return run.output_blob === null ? run : { ...run, output: await harness.journal.readBlob(run.output_blob) };
}
