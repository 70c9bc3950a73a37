/** Scripts of a shell and of another program, as they really run: several commands within the first two seconds. */

import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { until } from '@perdure/testing';
import { expect, onTestFinished, test } from 'vitest';
import { createTaskPlace } from './task-cli.ts';

const bin = join(import.meta.dirname, '../../bin/perdure');
const place = createTaskPlace();
const env = {
  ...process.env,
  PERDURE_SOURCE: '1',
  PERDURE_HOME: place.paths.root,
  HOME: place.folder,
  PERDURE_LEASE: undefined,
  PERDURE: bin,
};

function script(name: string, firstLine: string, ...lines: readonly string[]): string {
  const path = join(place.folder, name);
  writeFileSync(path, [firstLine, ...lines, ''].join('\n'));
  chmodSync(path, 0o700);
  return path;
}

const works = script(
  'work.sh',
  '#!/bin/sh',
  'set -e',
  '"$PERDURE" task create "$1" --title Work --goal Done',
  '"$PERDURE" task progress "$1" begun --next-step more',
  '"$PERDURE" task progress "$1" "in a fork" --next-step more | cat',
  'echo ready',
  '[ -z "$2" ] || read -r line',
);

test('a script that creates a task and reports at once is not refused its own lease', async () => {
  const { stdout } = await promisify(execFile)(works, ['alone'], { env });
  expect(stdout).toContain('Recorded (revision 3)');
  expect(stdout).toContain('Recorded (revision 4)');
});

test('nor is one that nobody sits above, as cron would start it', async () => {
  const out = join(place.folder, 'cron.out');
  const detached = script('cron.sh', '#!/bin/sh', `"${works}" cron >"${out}.part" 2>&1`, `mv "${out}.part" "${out}"`);
  const child = spawn('/bin/sh', ['-c', '"$0" >/dev/null 2>&1 &', detached], { env, stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  await until(() => existsSync(out), { what: 'the script has ended' });
  expect((await promisify(execFile)('cat', [out])).stdout).toContain('Recorded (revision 4)');
});

test('two scripts side by side in one terminal do not write under the lease of each other', async () => {
  const first = spawn(works, ['first', 'wait'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void first.kill());
  let said = '';
  first.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await until(() => said.includes('ready'), { what: 'the first script holds its lease' });
  const intrudes = script('intrude.sh', '#!/bin/sh', '"$PERDURE" task progress first mine; echo "ended with $?"');
  const second = spawn(intrudes, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  expect(await text(second.stdout)).toContain('ended with 8');
});
