/** What the suites run on: one engine, the product's own worker with the pipelines of the bench, and the client. */

import { join } from 'node:path';
import { chooseModel, ensureHome, renewEngineKey, workerSocket, type HomePaths } from '@perdure/home';
import { childEnv, holdWorkerPort, startEngine, startNodePart, type Part } from '@perdure/launcher/parts';
import { freePorts } from '@perdure/testing';
import { connectClient, type BenchClient } from './client.ts';

export interface Stack extends AsyncDisposable {
  readonly client: BenchClient;
  readonly workerPid: number;
}

export interface StackOptions {
  /** Whether the peer's worker is started too. */
  readonly peer?: boolean;
  /** API of the model, for runs that call one. */
  readonly modelUrl?: string;
}

const worker = new URL(import.meta.resolve('@perdure/worker/main'));
const bareWorker = new URL('bare-worker.ts', import.meta.url);
/** Where nothing calls a model. */
const nobody = 'http://127.0.0.1:9/v1';

export async function startStack(home: string, { peer = false, modelUrl = nobody }: StackOptions): Promise<Stack> {
  await using owned = new AsyncDisposableStack();
  const paths = ensureHome(home);
  const engineKey = renewEngineKey(paths);
  const [workerPort = 0] = await freePorts(1);
  owned.adopt(await holdWorkerPort(workerPort, workerSocket(paths)), async (held) => await held.close());
  const engine = await startEngine({ paths, log: () => undefined, onExit: () => undefined });
  owned.defer(() => engine.stop());
  const client = owned.use(await connectClient(paths));
  const env = partEnv(paths, { modelUrl, port: 0, workerPort, engineKey });
  const { pid: workerPid } = owned.adopt(await startPart('worker', worker, { paths, env }), (part) => part.stop());
  if (peer) owned.adopt(await startPart('bare-worker', bareWorker, { paths, env }), (part) => part.stop());
  const kept = owned.move();
  return { client, workerPid, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

interface PartSettings {
  readonly modelUrl?: string;
  readonly port: number;
  /** For a worker. */
  readonly workerPort?: number;
  readonly engineKey?: string;
}

/** What a process of the product is told, on the definitions of the bench. */
export function partEnv(
  paths: HomePaths,
  { modelUrl = nobody, port, workerPort = 0, engineKey = '' }: PartSettings,
): NodeJS.ProcessEnv {
  const settings = {
    port,
    workerPort,
    demoModelPort: 0,
    logLevel: 'info',
    contextTokens: 100_000,
    modelPatience: 0,
    budgetTurns: 1_000_000,
    baseUrl: modelUrl,
    apiKey: 'none',
    modelId: 'none',
  } as const;
  return childEnv(process.env, 'worker', {
    ...settings,
    home: paths.root,
    project: join(import.meta.dirname, '../fixtures'),
    model: chooseModel(settings),
    secretVariables: [],
    engineKey,
    demoModelLog: '',
  });
}

export async function startPart(
  name: string,
  entry: URL,
  { paths, env }: { readonly paths: HomePaths; readonly env: NodeJS.ProcessEnv },
): Promise<Part> {
  const context = { signal: new AbortController().signal, onExit: () => undefined };
  return await startNodePart(name, { entry, env, logFile: join(paths.logs, `${name}.log`) }, context);
}
