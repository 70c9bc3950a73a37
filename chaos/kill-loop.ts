/**
 * `npm run chaos -- --kills 25 [--runs 20] [--seed 1] [--json]`: runs in flight, parts killed with SIGKILL, and a
 * judge who looks at it from outside. With `--hub` messages in flight instead, and the server killed; with
 * `--family [--only text]` an agent that is made, changed, upgraded or taken away, and a death at each boundary of each
 * step. Progress (not with `--json`) and a table on stderr, one line of figures on stdout, exit code 1 when one of them
 * is not met; then the state root is kept.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { figureJson, figureOf, figureTable } from './figures.ts';
import { runFamilyChaos } from './family/run-family-chaos.ts';
import { runHubChaos } from './hub/run-hub-chaos.ts';
import { measureRecovery } from './recovery.ts';
import { runChaos } from './run-chaos.ts';

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { json, hub, family, only, ...options } = readOptions();
  const say = (line: string): void => {
    if (!json) tell(line);
  };
  const interrupt = new AbortController();
  const { signal } = interrupt;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interrupt.abort(new Error(`Ended by ${name}; the state root is kept in ${folder}`)));
  }
  const { kills, runs, seed } = options;
  const folder = mkdtempSync(join(tmpdir(), 'perdure-chaos-'));
  const startedAt = performance.now();
  const measure = async () => {
    if (family) return await runFamilyChaos(folder, { only, say, signal });
    say(`seed ${seed}: ${kills} kills, ${hub ? 'people talk' : `${runs} runs in flight`}`);
    if (hub) return await runHubChaos(folder, { kills, seed, say, signal });
    return [...(await runChaos(folder, { ...options, say, signal })), await measureRecovery(signal)];
  };
  const measured = await measure();
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  const figures = [...measured, figureOf({ id: 'took', value: tookSeconds, unit: 's' })];
  // A missed time is told and fails nothing: a busy machine breaks no promise.
  const isFine = figures.every(({ ok, unit }) => ok || unit === 'ms');
  tell(`\n${figureTable(figures)}\n`);
  if (isFine) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  else tell(`The state root and the logs are kept in ${folder}`);
  const asked = family ? {} : hub ? { kills, seed } : options;
  process.stdout.write(`${figureJson(figures, asked)}\n`);
  return isFine ? 0 : 1;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '25' },
      runs: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      hub: { type: 'boolean', default: false },
      family: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      json: { type: 'boolean', default: false },
    },
  });
  const { hub, family, only, json } = values;
  const switches = { hub, family, only, json };
  const count = (name: 'kills' | 'runs' | 'seed'): number => {
    if (/^[1-9]\d{0,5}$/.test(values[name])) return Number(values[name]);
    throw new Error(`--${name} takes a number from 1 to 999999.`);
  };
  return { kills: count('kills'), runs: count('runs'), seed: count('seed'), ...switches };
}
