/**
 * The worker: the only process that loads Mastra and user code. It drives runs when the engine calls, and holds nothing
 * that the record does not: killed at any moment, the next one goes on behind the last finished step.
 */

import {
  idOfProblem,
  messageOf,
  problemText,
  toErrorRecord,
  type DefinitionProblem,
  type PipelineDefinition,
} from '@perdure/contract';
import { createGroupCommit, newId, openDatabase, watchPlace, type Database } from '@perdure/db';
import { realClock } from '@perdure/engine';
import { createRestateWaker, EngineSocket, keepRegistered } from '@perdure/engine/restate';
import { serveEndpoint, type Endpoint } from '@perdure/engine/restate/endpoint';
import { fleetPipelines } from '@perdure/fleet/pipelines';
import {
  engineSockets,
  fleetSocket,
  homePaths,
  liveSocket,
  secretsSocket,
  workerSocket,
  type HomePaths,
} from '@perdure/home';
import { connectLive } from '@perdure/live';
import { createLearntStore } from '@perdure/models/store';
import { endAfterSyncFailure, endWithoutRecord, runChild, type Child, type StartedChild } from '@perdure/process';
import type { StuckDrive, WhyLeftOut } from '@perdure/runs';
import { createDriver, placeOf, wakeAfterRegistration, type Driver } from '@perdure/runs/drive';
import { publishCatalogue, createRunJournal, createSweepStore } from '@perdure/runs/store/drives';
import { createSchemaChecks } from '@perdure/schema-check';
import { agentCaller } from './agent-calls.ts';
import { loadAgents } from './agents/index.ts';
import { catalogueOf, tellFindings } from './catalogue.ts';
import { definitionRoots, loadPipelines, type LoadedPipelines } from './definitions/index.ts';
import { createStepAsker } from './fleet/index.ts';
import { takeHeldLoop, watchEnds, watchLoop } from './loop/index.ts';
import { createLender, keepOutOf, lendToTools } from './secrets/index.ts';
import { readSettings, type WorkerSettings } from './settings.ts';
import {
  allowedTools,
  createSchemaTrial,
  createShippedTools,
  createWorkspaces,
  loadTools,
  offerOf,
} from './tools/index.ts';

// Before anything of others is loaded that might keep another way to write.
const keepOut = keepOutOf([process.stdout, process.stderr]);

runChild('worker', start);

// A promise that an author's code left without a reader says nothing about the other runs of this process: the frame
// would end it.
process.on('unhandledRejection', (reason) => {
  const { message } = toErrorRecord(reason, 'internal');
  process.stderr.write(`${new Date().toISOString()} worker a pipeline left a rejection unhandled: ${message}\n`);
});

async function start({ log }: Child): Promise<StartedChild> {
  const settings = readSettings();
  const paths = homePaths(settings.home);
  const sockets = engineSockets(paths);
  const [database, [pipelines, tools]] = await Promise.all([openRecord(paths, log), loadCode(settings)]);
  const agents = await loadAgents(
    definitionRoots('agents', settings.project),
    allowedTools(tools.tools, tools.problems),
  );
  const group = createGroupCommit(database, { onSyncFailure: endAfterSyncFailure(log) });
  const checks = createSchemaChecks();
  const learnt = createLearntStore({ database, group, clock: Date.now });
  const catalogue = catalogueOf({ pipelines, agents, tools, models: settings.models });
  await publishCatalogue(catalogue, { database, group, at: Date.now() });
  const notes = [...agents.notes, ...pipelines.notes, ...tools.notes];
  const warnings = tellFindings({ problems: catalogue.problems, notes, missing: settings.models.missing }, log);

  const ingress = new EngineSocket(sockets.ingress);
  const admin = new EngineSocket(sockets.admin);
  const askSecrets = createLender({ path: secretsSocket(paths), keepOut });
  const live = connectLive({ path: liveSocket(paths) });
  const waker = createRestateWaker(ingress, realClock);
  const definitions = definitionsOf(pipelines, paths);
  const offers = new Map(tools.tools.map((tool) => [tool.entry.id, offerOf(tool)]));
  const toolsById = new Map(tools.tools.map(({ tool }) => [tool.id, tool]));
  const stuck = takeHeldLoop(paths.heldLoop);
  if (stuck !== undefined) log(heldUpBy(stuck));
  const watch = watchLoop({ file: paths.heldLoop, log });
  watchEnds({ occupant: watch.occupant, file: paths.heldLoop, log, describe: wordsOf });
  const driver = createDriver({
    register: watch.register,
    stuck: stuck === undefined ? [] : [stuck],
    journal: createRunJournal(database, group),
    waker,
    live,
    clock: realClock,
    agents: agentCaller({ agents, offers, learnt, askSecrets, check: checks.check, database, group, waker, settings }),
    tools: (id) => toolsById.get(id),
    whyLeftOut: whyLeftOutOf(catalogue.problems),
    trial: createSchemaTrial(checks.check),
    workspace: createWorkspaces(paths.workspaces),
    lend: lendToTools(askSecrets),
    budget: settings.budget,
    pipelines: (id) => definitions.get(id),
    newId,
  });
  const endpoint = await serveEngine(paths, { engineKey: settings.engineKey, driver, log });
  const recovery = { store: createSweepStore(database), waker, clock: realClock, log };
  const registration = keepRegistered({
    admin,
    workerPort: settings.workerPort,
    onRegistered: async (engine) => await wakeAfterRegistration(recovery, engine),
    log,
  });
  await registration.first;

  return {
    ready: { port: settings.workerPort, pipelines: pipelines.pipelines.length, agents: agents.agents.length, warnings },
    isDelicate: () => driver.isDelicate,
    close: async () => {
      registration.close();
      await driver.drain();
      await endpoint.close();
      await watch.close();
      await checks.close();
      live.close();
      ingress.close();
      admin.close();
      database.close();
    },
  };
}

/** The database of the state root; taken away, it ends this process. */
async function openRecord({ database: path }: HomePaths, log: Child['log']): Promise<Database> {
  const database = await openDatabase({
    path,
    identity: process.env['PERDURE_DATABASE_FILE'],
    init: process.env['PERDURE_DATABASE_INIT'] === '1',
  });
  watchPlace(database, endWithoutRecord(log));
  return database;
}

/** Ours are in no catalogue, and under names that nobody's file takes. */
function definitionsOf({ pipelines }: LoadedPipelines, paths: HomePaths): ReadonlyMap<string, PipelineDefinition> {
  const own = fleetPipelines(createStepAsker({ path: fleetSocket(paths) }));
  const loaded = pipelines.map(({ definition }) => definition);
  return new Map([...loaded, ...own].map((definition) => [definition.id, definition]));
}

/** One file after the other: a loop without an end in one must not use up the time of another. */
async function loadCode({ project, tools }: Pick<WorkerSettings, 'project' | 'tools'>) {
  const pipelines = await loadPipelines(definitionRoots('pipelines', project));
  return [pipelines, await loadTools(definitionRoots('tools', project), createShippedTools(tools))] as const;
}

function whyLeftOutOf(problems: readonly DefinitionProblem[]): WhyLeftOut {
  return (kind, id) => {
    const problem = problems.find((each) => each.kind === kind && idOfProblem(each) === id);
    return problem && problemText(problem);
  };
}

interface Served {
  readonly engineKey: string;
  readonly driver: Pick<Driver, 'drive'>;
  readonly log: (line: string) => void;
}

async function serveEngine(paths: HomePaths, { engineKey, driver, log }: Served): Promise<Endpoint> {
  const at = { socket: workerSocket(paths) };
  return await serveEndpoint({ at, engineKey, drive: (runId) => driver.drive(runId), log });
}

function heldUpBy({ runId, at, place, error }: StuckDrive): string {
  const where = place === undefined ? at : `${at} (${place})`;
  const how =
    error === undefined
      ? `was held up by the run ${runId} until it was killed, ${where}`
      : `was ended by an error of the run ${runId} that nobody caught, ${where}: ${error}`;
  return `the worker before this one ${how}; it is taken up after the others`;
}

const wordsOf = (error: unknown) => ({ message: messageOf(error), place: placeOf(error) });
