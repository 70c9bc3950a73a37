/** What the suite runs on: one engine, the product's own worker with the pipelines of the bench, the peer's worker, and the client. */

import { join } from 'node:path';
import { ensureHome } from '@perdure/home';
import { startEngine } from '../../packages/server/src/engine/restate/server-process.ts';
import { childEnv } from '../../packages/server/src/launcher/child-env.ts';
import { startNodePart } from '../../packages/server/src/launcher/node-part.ts';
import { connectClient, type BenchClient } from './client.ts';

export interface Stack extends AsyncDisposable {
  readonly client: BenchClient;
}

/** Nothing of ours calls a model. */
const noModel = { kind: 'configured', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'none', modelId: 'none' } as const;

export async function startStack(home: string): Promise<Stack> {
  await using owned = new AsyncDisposableStack();
  const paths = ensureHome(home);
  const engine = await startEngine({ paths, log: () => undefined, onExit: () => undefined });
  owned.defer(() => engine.stop());
  const client = owned.use(await connectClient(paths));
  const env = childEnv(process.env, {
    home,
    project: join(import.meta.dirname, '../fixtures'),
    port: 0,
    workerPort: 0,
    contextTokens: 100_000,
    budgetTurns: 1_000_000,
    demoModelPort: 0,
    logLevel: 'info',
    model: noModel,
    demoModelLog: '',
  });
  const entries = {
    worker: new URL('../../packages/server/src/main-worker.ts', import.meta.url),
    'bare-worker': new URL('bare-worker.ts', import.meta.url),
  };
  const context = { signal: new AbortController().signal, onExit: () => undefined };
  for (const [name, entry] of Object.entries(entries)) {
    const part = await startNodePart(name, { entry, env, logFile: join(paths.logs, `${name}.log`) }, context);
    owned.defer(() => part.stop());
  }
  const kept = owned.move();
  return { client, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
