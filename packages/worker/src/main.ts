/**
 * The worker: the only process that loads Mastra and user code. It drives runs when the engine calls, and holds nothing
 * that the record does not: killed at any moment, the next one goes on behind the last finished step.
 */

import { randomUUIDv7 } from 'node:crypto';
import {
  messageOf,
  PerdureError,
  toErrorRecord,
  type Budget,
  type Catalogue,
  type DefinitionNote,
  type DefinitionProblem,
} from '@perdure/contract';
import { createGroupCommit, openDatabase, watchPlace, type Database, type GroupCommit } from '@perdure/db';
import { realClock } from '@perdure/engine';
import { createRestateWaker, EngineSocket, keepRegistered } from '@perdure/engine/restate';
import { serveEndpoint, type Endpoint } from '@perdure/engine/restate/endpoint';
import { engineSockets, homePaths, liveSocket, workerSocket, type HomePaths } from '@perdure/home';
import { connectLive } from '@perdure/live';
import { modelName, type LearntStore } from '@perdure/models';
import { resolveModels, serverEntries, type ResolvedModels } from '@perdure/models/servers';
import { createLearntStore, createOutages } from '@perdure/models/store';
import { endAfterSyncFailure, endWithoutRecord, runChild, type Child, type StartedChild } from '@perdure/process';
import { createSchemaChecks, type SchemaCheck } from '@perdure/schema-check';
import {
  agentEntry,
  createAgentCaller,
  createAgentLookup,
  createMastraTurn,
  loadAgents,
  type LoadedAgents,
} from './agents/index.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { AgentCaller, StuckDrive, Waker } from '@perdure/runs';
import { createDriver, placeOf, wakeAfterRegistration, type Driver } from '@perdure/runs/drive';
import { definitionRoots, loadPipelines, type LoadedPipelines } from './definitions/index.ts';
import { takeHeldLoop, watchEnds, watchLoop } from './loop/index.ts';
import { publishCatalogue, createRunJournal, createSweepStore } from '@perdure/runs/store/drives';
import {
  allowedTools,
  createSchemaTrial,
  createShippedTools,
  createWorkspaces,
  loadTools,
  offerOf,
  type LoadedTools,
} from './tools/index.ts';

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
  const agents = await loadAgents(definitionRoots('agents', settings.project), allowedTools(tools.tools));
  const group = createGroupCommit(database, { onSyncFailure: endAfterSyncFailure(log) });
  const checks = createSchemaChecks();
  const learnt = createLearntStore({ database, group, clock: Date.now });
  const catalogue = catalogueOf({ pipelines, agents, tools, models: settings.models });
  await publishCatalogue(catalogue, { database, group, at: Date.now() });
  const notes = [...agents.notes, ...pipelines.notes, ...tools.notes];
  const warnings = tellFindings({ problems: catalogue.problems, notes, missing: settings.models.missing }, log);

  const ingress = new EngineSocket(sockets.ingress);
  const admin = new EngineSocket(sockets.admin);
  const live = connectLive({ path: liveSocket(paths) });
  const waker = createRestateWaker(ingress, realClock);
  const definitions = new Map(pipelines.pipelines.map(({ definition }) => [definition.id, definition]));
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
    agents: agentCaller({ agents, offers, learnt, check: checks.check, database, group, waker, settings }),
    tools: (id) => toolsById.get(id),
    trial: createSchemaTrial(checks.check),
    workspace: createWorkspaces(paths.workspaces),
    budget: settings.budget,
    pipelines: (id) => definitions.get(id),
    newId: randomUUIDv7,
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

/** One file after the other: a loop without an end in one must not use up the time of another. */
async function loadCode({ project, tools }: Pick<WorkerSettings, 'project' | 'tools'>) {
  const pipelines = await loadPipelines(definitionRoots('pipelines', project));
  return [pipelines, await loadTools(definitionRoots('tools', project), createShippedTools(tools))] as const;
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

interface Loaded {
  readonly pipelines: LoadedPipelines;
  readonly agents: LoadedAgents;
  readonly tools: LoadedTools;
  readonly models: ResolvedModels;
}

interface AgentCallerDeps {
  readonly agents: LoadedAgents;
  readonly offers: ReadonlyMap<string, ReturnType<typeof offerOf>>;
  readonly learnt: LearntStore;
  readonly check: SchemaCheck;
  readonly database: Database;
  readonly group: GroupCommit;
  readonly waker: Waker;
  readonly settings: Pick<WorkerSettings, 'models' | 'defaultModel' | 'patienceMs'>;
}

/** Agents as runs call them, on the models that the settings name. */
function agentCaller({
  agents,
  offers,
  learnt,
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
    turn: createMastraTurn({ planOf: models.targetOf, learnt, now: Date.now }),
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

const wordsOf = (error: unknown) => ({ message: messageOf(error), place: placeOf(error) });

type WorkerSettings = ReturnType<typeof readSettings>;

function catalogueOf({ pipelines, agents, tools, models }: Loaded): Catalogue {
  const asking = agents.agents.map(({ agent: { name, model } }) => ({ name, model }));
  return {
    pipelines: pipelines.pipelines.map(({ entry }) => entry),
    agents: agents.agents.map(agentEntry),
    tools: tools.tools.map(({ entry }) => entry),
    modelServers: [...serverEntries(models, { agents: asking, env: process.env })],
    problems: [...pipelines.problems, ...agents.problems, ...tools.problems],
  };
}

interface Findings {
  readonly problems: readonly DefinitionProblem[];
  readonly notes: readonly DefinitionNote[];
  readonly missing: ResolvedModels['missing'];
}

/** Logs what there is to say of what was loaded; answers what everybody is to be told. */
function tellFindings({ problems, notes, missing }: Findings, log: (line: string) => void): readonly string[] {
  const [harmful, harmless] = [notes.filter(isWarning), notes.filter((note) => !isWarning(note))];
  const warnings = [...problems.map(warningOf), ...missing.entries().map(missingKey), ...harmful.map(noteOf)];
  for (const line of [...warnings, ...harmless.map(noteOf)]) log(line);
  return warnings;
}

function warningOf(problem: DefinitionProblem): string {
  return `This ${problem.kind} is left out: ${placed(problem)}`;
}

function isWarning({ severity }: DefinitionNote): boolean {
  return severity === 'warning';
}

function noteOf(note: DefinitionNote): string {
  return `This ${note.kind} is taken, with a ${note.severity}: ${placed(note)}`;
}

function placed({ file, line, message }: DefinitionProblem): string {
  // Most messages begin with the place already.
  return message.startsWith(file) ? message : `${file}${line === undefined ? '' : `:${line}`}: ${message}`;
}

function missingKey([server, variable]: readonly [string, string]): string {
  return `The models of "${server}" cannot be asked: ${variable} is not set; put it into the environment or into the .env file of the state root.`;
}

function readSettings() {
  const workerPort = Number(required('PERDURE_WORKER_PORT'));
  return {
    home: required('PERDURE_HOME'),
    project: required('PERDURE_PROJECT'),
    workerPort,
    engineKey: required('PERDURE_ENGINE_KEY'),
    defaultModel: required('MODEL_ID'),
    models: resolveModels(required('PERDURE_MODELS'), process.env),
    patienceMs: Number(required('PERDURE_MODEL_PATIENCE')),
    budget: budgetOf(process.env),
    tools: {
      enabled: new Set((process.env['PERDURE_ENABLED_TOOLS'] ?? '').split(',')),
      sqlDatabase: process.env['PERDURE_SQL_DATABASE'] ?? '',
      version: packageJson.version,
    },
  };
}

/** What is not set is not limited. */
function budgetOf(env: NodeJS.ProcessEnv): Budget {
  const limits = [
    ['tokens', env['PERDURE_BUDGET_TOKENS']],
    ['turns', env['PERDURE_BUDGET_TURNS']],
    ['minutes', env['PERDURE_BUDGET_MINUTES']],
  ] as const;
  return Object.fromEntries(limits.flatMap(([limit, text]) => (text === undefined ? [] : [[limit, Number(text)]])));
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
