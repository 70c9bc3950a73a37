/**
 * `npm run demo`: the whole product in one go, on a fresh state root and free ports. Two agents work on a prompt, and
 * between them the worker is killed; at the end the model's own log tells whether anything was asked twice. All of it
 * is for reading; with `--json` stdout gets the answer of `POST /pipeline` and nothing else (`npm run -s`). The model
 * is the one that AI_BASE_URL, AI_API_KEY and MODEL_ID name, else the demo model.
 */

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { homePaths } from '@perdure/home';
import type { Launched } from '@perdure/launcher';
import type { Run } from '@perdure/contract';
import type { WatchItem } from '@perdure/sdk';
import { createProgress, followRun, reportFailure, shellWord, stopOf } from 'perdure/cli';
import { startFreshSystem, type FreshSystem } from '../fresh-system.ts';
import { askedText, timesAsked } from './asked.ts';
import { demoFolder, markKilled } from './hand-over.ts';

const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const prompt = positionals[0] ?? 'Build a URL shortener service';
const startedAt = new Date().toISOString().replaceAll(/[:.]/g, '-');
const root = join(demoFolder, startedAt);
const modelLog = join(homePaths(root).logs, 'demo-model-requests.ndjson');

/** The same request each time: the first starts the run, each further one finds it by its key. */
const request = { body: { prompt }, headers: { 'idempotency-key': startedAt } };

const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());

try {
  process.exitCode = await demo();
} catch (error) {
  process.exitCode = reportFailure(process, error, { json: false, debug: false });
}

async function demo(): Promise<number> {
  const system = await startFreshSystem({ root, project: import.meta.dirname, say });
  const { info } = system.launched;
  try {
    say(
      `Up, with ${info.model.kind === 'demo' ? 'the demo model, which answers by rule' : info.model.id}. ${prompt}:\n`,
    );
    const run = await show(system);
    if (run === undefined) return 130;
    if (flags.json === true)
      process.stdout.write(`${JSON.stringify(await system.client.pipeline(request), null, 2)}\n`);
    return sum(run, info.model.kind === 'demo');
  } finally {
    await system.launched.stop();
  }
}

/** Runs the pipeline, shows it, kills its worker on the way. Undefined after Ctrl-C. */
async function show({ launched, client }: FreshSystem): Promise<Run | undefined> {
  const { runIds } = await client.pipeline({ ...request, headers: { ...request.headers, prefer: 'respond-async' } });
  const view = createProgress(process, {}, { client, runId: runIds.pipeline, homeFlag: '' });
  const killer = killOnce(launched, runIds.pipeline);
  const showAndKill = async (item: WatchItem) => {
    await view.show(item);
    killer(item);
  };
  const run = await followRun(client, runIds.pipeline, { show: showAndKill, signal: interrupt.signal });
  view.end();
  const stop = stopOf(run);
  if (stop !== undefined) throw stop;
  return interrupt.signal.aborted ? undefined : run;
}

/** SIGKILL to the worker when the first agent has answered and the second was not called. */
function killOnce(launched: Launched, runId: string): (item: WatchItem) => void {
  let isDone = false;
  return (item) => {
    if (isDone || item.type !== 'event' || item.event.type !== 'step.done' || item.event.data.kind !== 'agent') return;
    const worker = launched.info.processes['worker'];
    if (worker === undefined) return;
    isDone = true;
    say(`  kill -9 ${worker.pid}: the worker, between the two agents`);
    process.kill(worker.pid, 'SIGKILL');
    markKilled(runId);
  };
}

/** What came of it, in a few lines; the exit code. */
function sum({ id, output }: Run, isDemo: boolean): number {
  const { plan, verdict } = output as { readonly plan: { readonly title?: unknown }; readonly verdict: string };
  const times = isDemo ? timesAsked(readFileSync(modelLog, 'utf8'), id) : new Map<string, number>();
  const isTwice = [...times.values()].some((count) => count > 1);
  say(`\nPlan: ${String(plan.title)}. Review: ${verdict}.`);
  if (isDemo)
    say(`By the model's own log it was asked: ${askedText(times)}. ${isTwice ? 'Too often.' : 'Nothing twice.'}`);
  const home = `--home ${shellWord(relative(process.cwd(), root))}`;
  say(`Look at all of it:
  export PATH="$PWD/packages/perdure/bin:$PATH"
  perdure up ${home}
  perdure runs show ${id.slice(0, 13)} ${home}   # in another terminal`);
  return isTwice ? 1 : 0;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
