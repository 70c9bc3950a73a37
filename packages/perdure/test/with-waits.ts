/** Questions of one run, and what becomes of them when one command line is run. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Wait } from '@perdure/contract';
import { anAskingRun } from './builders.ts';
import { startFakeApi } from './fake-api.ts';
import { cli, createRunningPlace, type CliOptions, type Outcome } from './harness.ts';

export const otherWait = '019a1b2c-4445-7000-8000-000000000002';
export const answered = { answer: { verdict: 'approved' }, by: 'ada', at: '2026-01-02T03:04:30.000Z' };

/** One command line against `waits`; what it said, and the questions after it. */
export async function withWaits(
  waits: readonly Wait[],
  argv: readonly string[],
  options: Omit<CliOptions, 'cwd'> & { readonly files?: Readonly<Record<string, string>> } = {},
): Promise<Outcome & { readonly answers: readonly unknown[]; readonly requests: readonly string[] }> {
  await using api = await startFakeApi({ waits, runs: [anAskingRun()] });
  using place = createRunningPlace(api);
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(place.folder, name), text);
  const outcome = await cli(argv, { ...options, cwd: place.folder });
  const answers = [...api.waits.values()].flatMap((wait) => (wait.answered ? [wait.answered.answer] : []));
  return { ...outcome, answers, requests: api.requests };
}
