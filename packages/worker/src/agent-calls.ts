/** Agents as runs call them, on the models that the settings name. */

import type { Database, GroupCommit } from '@perdure/db';
import { realClock } from '@perdure/engine';
import { modelName, type LearntStore } from '@perdure/models';
import { createOutages } from '@perdure/models/store';
import type { AgentCaller, Waker } from '@perdure/runs';
import type { SchemaCheck } from '@perdure/schema-check';
import { createAgentCaller, createAgentLookup, createMastraTurn, type LoadedAgents } from './agents/index.ts';
import type { WorkerSettings } from './settings.ts';
import { withModelSecrets, type AskSecrets } from './secrets/index.ts';
import type { offerOf } from './tools/index.ts';

export interface AgentCallerDeps {
  readonly agents: LoadedAgents;
  readonly offers: ReadonlyMap<string, ReturnType<typeof offerOf>>;
  readonly learnt: LearntStore;
  readonly askSecrets: AskSecrets;
  readonly check: SchemaCheck;
  readonly database: Database;
  readonly group: GroupCommit;
  readonly waker: Waker;
  readonly settings: Pick<WorkerSettings, 'models' | 'defaultModel' | 'patienceMs'>;
}

export function agentCaller({
  agents,
  offers,
  learnt,
  askSecrets,
  check,
  database,
  group,
  waker,
  settings,
}: AgentCallerDeps): AgentCaller {
  const { models, defaultModel, patienceMs } = settings;
  return createAgentCaller({
    loadAgent: createAgentLookup(agents),
    check,
    turn: createMastraTurn({
      planOf: models.targetOf,
      learnt,
      now: Date.now,
      around: (ask) => withModelSecrets(ask, askSecrets),
    }),
    retry: {
      outages: createOutages({
        database,
        group,
        wake: (runId) => waker.wake(runId),
        clock: realClock,
        random: Math.random,
      }),
      patienceMs,
      random: Math.random,
      now: Date.now,
    },
    nameOf: (model) => modelName(models.targetOf(model).target),
    defaultModel,
    offer: (id) => offers.get(id),
    contextOf: (model) => models.describe(model).contextTokens,
    pricesOf: (model) => models.describe(model).prices,
  });
}
