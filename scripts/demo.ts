/**
 * `npm run demo`: the whole product in one go, on a fresh state root and free ports. Steps appear on stderr as they are
 * recorded; stdout gets the answer of `POST /pipeline` as JSON and nothing else (`npm run` prints its own banner there,
 * `npm run -s` does not). The model is the one that AI_BASE_URL, AI_API_KEY and MODEL_ID name, else the demo model.
 */

import { join, relative } from 'node:path';
import type { Client } from '@perdure/sdk';
import { createProgress, followRun, reportFailure, shellWord, stopOf } from 'perdure/cli';
import { startFreshSystem } from './fresh-system.ts';

const prompt = process.argv[2] ?? 'Build a URL shortener service';
const repository = join(import.meta.dirname, '..');
const startedAt = new Date().toISOString().replaceAll(/[:.]/g, '-');
const root = join(repository, '.perdure-demo', startedAt);

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

try {
  process.exitCode = await demo();
} catch (error) {
  process.exitCode = reportFailure(process, error, { json: false, debug: false });
}

async function demo(): Promise<number> {
  say(`Starting on a fresh state root: ${root}`);
  const { launched, client } = await startFreshSystem(root, say);
  try {
    const { model, url } = launched.info;
    say(`Up at ${url}. Model: ${model.kind === 'demo' ? 'the demo model, which answers by rule' : model.id}.`);
    say(`Prompt: ${prompt}\n`);
    const runId = await show(client);
    if (runId !== undefined) sayHowToGoOn(runId);
    return runId === undefined ? 130 : 0;
  } finally {
    say('Stopping.');
    await launched.stop();
  }
}

/** Runs the pipeline, shows it, prints the answer. The id of the run; undefined after Ctrl-C. */
async function show(client: Client): Promise<string | undefined> {
  // The same request twice: the first starts the run and returns at once, the second finds it by its key and gets the
  // answer.
  const request = { body: { prompt }, headers: { 'idempotency-key': startedAt } };
  const { runIds } = await client.pipeline({ ...request, headers: { ...request.headers, prefer: 'respond-async' } });
  const view = createProgress(process, {}, { client, runId: runIds.pipeline, homeFlag: '' });
  const run = await followRun(client, runIds.pipeline, { show: view.show, signal: interrupt.signal });
  view.end();
  const stop = stopOf(run);
  if (stop !== undefined) throw stop;
  if (interrupt.signal.aborted) return undefined;
  process.stdout.write(`${JSON.stringify(await client.pipeline(request), null, 2)}\n`);
  return run.id;
}

function sayHowToGoOn(runId: string): void {
  const home = `--home ${shellWord(relative(process.cwd(), root))}`;
  say(`
Everything is kept in ${root}
To look at it, start it again:
  npx perdure up ${home}
and in another terminal:
  npx perdure runs show ${runId} ${home}
  npx perdure run plan-and-review ${shellWord(prompt)} --watch ${home}
`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
