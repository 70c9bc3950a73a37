/**
 * `npm run bench -- [steps] [long] [start] [tasks] [models] [hub] [family] [--json]`: the figures that
 * Perdure promises, measured on this machine, now. All suites by default.
 *
 * Progress and the table go to stderr; with `--json` the last line on stdout is
 * `{"figures":[{"id","value","unit","target","ok"}]}`, with `skipped` and no value where one could not be measured. A
 * missed target is printed and fails nothing: the figures of a busy machine are those of its neighbours too, which is
 * why most are ratios to a peer measured in turn, and why the load is told. The exit code is 0 unless the bench itself
 * broke. To see where time goes: `NODE_OPTIONS="--cpu-prof --cpu-prof-dir=<folder>" npm run bench -- steps` leaves a
 * profile of each process.
 */

import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { figuresJson, figuresTable, type Figure } from './figures.ts';
import type { Suite } from './suite.ts';

const suites: Readonly<Record<string, () => Promise<Suite>>> = {
  steps: async () => (await import('./steps/suite.ts')).measureSteps,
  long: async () => (await import('./long/suite.ts')).measureLong,
  start: async () => (await import('./start/suite.ts')).measureStart,
  tasks: async () => (await import('./tasks/suite.ts')).measureTasks,
  models: async () => (await import('./models/suite.ts')).measureModels,
  hub: async () => (await import('./hub/suite.ts')).measureHub,
  family: async () => (await import('./family/suite.ts')).measureFamily,
};

// `exit` handlers end what was started; a signal alone would not call them.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exitCode = await main();

async function main(): Promise<number> {
  const { positionals, json } = readArguments();
  const unknown = positionals.find((name) => !(name in suites));
  if (unknown !== undefined) {
    say(`There is no suite "${unknown}"; give ${Object.keys(suites).join(' or ')}, or nothing for all.`);
    return 2;
  }
  say(`load before: ${load()}`);
  const figures: Figure[] = [];
  for (const [name, loadSuite] of Object.entries(suites)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const measure = await loadSuite();
    figures.push(...(await measure((line) => say(`${name}: ${line}`))));
  }
  say(`load after: ${load()}\n\n${figuresTable(figures)}\n`);
  if (json) process.stdout.write(`${figuresJson(figures)}\n`);
  return 0;
}

function readArguments(): { readonly positionals: readonly string[]; readonly json: boolean } {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
  return { positionals, json: values.json === true };
}

function load(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
