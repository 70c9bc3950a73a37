/**
 * The worker: the only process that loads Mastra and user code. It drives runs when the engine calls, and holds nothing that the record
 * does not: killed at any moment, the next one goes on behind the last finished step.
 */

import { randomUUIDv7 } from 'node:crypto';
import { PerdureError, type Catalogue, type DefinitionProblem } from '@perdure/contract';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { engineSockets, homePaths, liveSocket } from '@perdure/home';
import {
  createAgentCaller,
  createAgentLookup,
  createModelTurn,
  loadAgents,
  type LoadedAgents,
} from './agents/index.ts';
import { definitionRoots } from './definitions.ts';
import { realClock } from './engine/real-clock.ts';
import { serveEndpoint } from './engine/restate/endpoint.ts';
import { EngineSocket } from './engine/restate/http.ts';
import { registerWorker } from './engine/restate/register.ts';
import { createRestateWaker } from './engine/restate/waker.ts';
import { runChild, type Child, type StartedChild } from './launcher/child.ts';
import { connectLive } from './live/index.ts';
import { createDriver } from './pipelines/driver.ts';
import { loadPipelines, type LoadedPipelines } from './pipelines/loader.ts';
import { publishCatalogue } from './storage/catalogue-writer.ts';
import { createRunJournal } from './storage/run-journal.ts';

runChild('worker', start);

// A promise that an author's code left without a reader says nothing about the other runs of this process: the frame would end it.
process.on('unhandledRejection', (reason) => {
  process.stderr.write(`${new Date().toISOString()} worker a pipeline left a rejection unhandled: ${String(reason)}\n`);
});

async function start({ log }: Child): Promise<StartedChild> {
  const settings = readSettings();
  const paths = homePaths(settings.home);
  const sockets = engineSockets(paths);
  const [database, pipelines, agents] = await Promise.all([
    openDatabase({ path: paths.database, init: process.env['PERDURE_DATABASE_INIT'] === '1' }),
    loadPipelines(definitionRoots('pipelines', settings.project)),
    loadAgents(definitionRoots('agents', settings.project), { knownTools: new Set() }),
  ]);
  const group = createGroupCommit(database, { onSyncFailure: endAfterSyncFailure(log) });
  const catalogue = catalogueOf(pipelines, agents);
  await publishCatalogue(catalogue, { database, group, at: Date.now() });
  const warnings = catalogue.problems.map(warningOf);
  for (const warning of warnings) log(warning);

  const ingress = new EngineSocket(sockets.ingress);
  const admin = new EngineSocket(sockets.admin);
  const live = connectLive({ path: liveSocket(paths) });
  const definitions = new Map(pipelines.pipelines.map(({ definition }) => [definition.id, definition]));
  const driver = createDriver({
    journal: createRunJournal(database, group),
    waker: createRestateWaker(ingress, realClock),
    live,
    clock: realClock,
    agents: createAgentCaller({
      loadAgent: createAgentLookup(agents),
      turn: createModelTurn(settings.model),
      random: Math.random,
      defaultModel: settings.model.modelId,
    }),
    pipelines: (id) => definitions.get(id),
    newId: randomUUIDv7,
  });
  const endpoint = await serveEndpoint({ port: settings.workerPort, drive: (runId) => driver.drive(runId), log });
  await untilRegistered(admin, endpoint.port, log);

  return {
    ready: { port: endpoint.port, pipelines: pipelines.pipelines.length, agents: agents.agents.length, warnings },
    close: async () => {
      await driver.drain();
      await endpoint.close();
      live.close();
      ingress.close();
      admin.close();
      database.close();
    },
  };
}

function catalogueOf(pipelines: LoadedPipelines, agents: LoadedAgents): Catalogue {
  return {
    pipelines: pipelines.pipelines.map(({ entry }) => entry),
    agents: agents.agents.map(({ agent, origin }) => {
      const { name, description, model, tools, output, hash } = agent;
      return {
        name,
        description,
        origin,
        tools: [...tools],
        output: { ...output },
        hash,
        ...(model === undefined ? {} : { model }),
      };
    }),
    problems: [...pipelines.problems, ...agents.problems],
  };
}

function warningOf({ kind, file, line, message }: DefinitionProblem): string {
  // Most messages begin with the place already.
  const place = message.startsWith(file) ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
  return `This ${kind} is left out: ${place}${message}`;
}

/** The engine starts at the same time as we do, and after a crash it may need a moment to replay its log. */
async function untilRegistered(admin: EngineSocket, port: number, log: Child['log']): Promise<void> {
  for (let delay = 50; ; delay = Math.min(delay * 2, 1_000)) {
    try {
      await registerWorker(admin, port);
      return;
    } catch (error) {
      if (delay === 1_000) log(`not registered yet: ${error instanceof Error ? error.message : String(error)}`);
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

/** After a failed sync only a new process can know what is on disk. */
function endAfterSyncFailure(log: Child['log']): (error: unknown) => void {
  return (error) => {
    log(`the disk refused to sync, starting again: ${String(error)}`);
    process.exit(6);
  };
}

function readSettings() {
  const workerPort = Number(required('PERDURE_WORKER_PORT'));
  return {
    home: required('PERDURE_HOME'),
    project: required('PERDURE_PROJECT'),
    workerPort,
    model: { baseUrl: required('AI_BASE_URL'), apiKey: required('AI_API_KEY'), modelId: required('MODEL_ID') },
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new PerdureError(
      'config_invalid',
      `${name} is not set: the worker is started by \`perdure up\`, not by hand.`,
    );
  }
  return value;
}
