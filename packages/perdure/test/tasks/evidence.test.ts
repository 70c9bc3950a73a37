/**
 * What the command line and the MCP tools do alike with evidence (decision 0034); the same on the other edge:
 * `packages/tasks/test/mcp`.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Outcome } from '../harness.ts';
import { aTask, createTaskPlace, type TaskPlace } from './task-cli.ts';

/** A work tree with a criterion that is proved by a check which leaves a line behind each time it runs. */
async function proved() {
  const place = createTaskPlace();
  onTestFinished(() => place[Symbol.dispose]());
  execFileSync('git', ['init', '-q'], { cwd: place.folder });
  edit(place, 'work\n');
  const env = { PERDURE_LEASE: await aTask(place) };
  const script = 'echo ran >> ran; test -e work';
  const verify = ['verify', 'ship', '--criterion', '1', '--paths', 'work', '--', 'sh', '-c', script];
  expect((await place.task(verify, { env })).code).toBe(0);
  return { place, env };
}

function edit({ folder }: TaskPlace, text: string): void {
  writeFileSync(join(folder, 'work'), text);
}

function runs({ folder }: TaskPlace): number {
  return readFileSync(join(folder, 'ran'), 'utf8').split('\n').length - 1;
}

async function typesOf(place: TaskPlace): Promise<readonly string[]> {
  const { stdout } = await place.task(['recent', 'ship', '--json']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly data: { readonly type: string } }).data.type);
}

function errorOf({ stderr }: Outcome): { readonly code: string; readonly details: Readonly<Record<string, unknown>> } {
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as ReturnType<typeof errorOf>;
}

test('complete --reverify runs no check for somebody without the lease, nor on an older revision', async () => {
  const { place, env } = await proved();
  edit(place, 'otherwise\n');
  expect((await place.task(['complete', 'ship', '--reverify'])).code).toBe(8);
  expect((await place.task(['complete', 'ship', '--reverify', '--revision', '1'], { env })).code).toBe(8);
  expect(runs(place)).toBe(1);
  expect((await place.task(['complete', 'ship', '--reverify'], { env })).code).toBe(0);
  expect(runs(place)).toBe(2);
});

test('complete tells somebody without the lease whose the task is, before it tells what is missing', async () => {
  const { place } = await proved();
  edit(place, 'otherwise\n');
  const refused = await place.task(['complete', 'ship', '--json']);
  expect(refused.code).toBe(8);
  expect(errorOf(refused)).toMatchObject({ code: 'lease_held', details: { reason: 'held' } });
});

test('complete on an older revision tells what came after it', async () => {
  const { place, env } = await proved();
  const refused = await place.task(['complete', 'ship', '--revision', '2', '--json'], { env });
  expect(refused.code).toBe(8);
  const changed = [{ seq: 3, type: 'evidence_recorded' }];
  expect(errorOf(refused)).toMatchObject({ code: 'conflict', details: { seen: 2, now: 3, changed } });
});

test('show tells that evidence is stale and writes nothing; the completion that is refused for it records it', async () => {
  const { place, env } = await proved();
  const before = await place.data(['show', 'ship'], { env });
  edit(place, 'otherwise\n');
  const shown = await place.data(['show', 'ship'], { env });
  expect(shown).toMatchObject({ gaps: [{ problem: 'void' }], revision: before.revision });
  expect(shown.evidence[0].void_since).toEqual(expect.any(String));
  expect(await typesOf(place)).not.toContain('evidence_voided');
  expect((await place.task(['complete', 'ship'], { env })).code).toBe(9);
  expect(await typesOf(place)).toContain('evidence_voided');
});

test('what is stale counts as void also for somebody who may not record that', async () => {
  const { place } = await proved();
  edit(place, 'otherwise\n');
  expect((await place.data(['show', 'ship'])).gaps).toMatchObject([{ problem: 'void' }]);
  const { brief } = await place.data(['continue', 'ship', '--dry-run']);
  expect(brief.gaps).toMatchObject([{ problem: 'void' }]);
  expect(await typesOf(place)).not.toContain('evidence_voided');
});

test('a person at a shell runs a check in any folder, also outside of the task’s', async () => {
  const place = createTaskPlace();
  onTestFinished(() => place[Symbol.dispose]());
  const inside = join(place.folder, 'inside');
  mkdirSync(inside);
  const env = { PERDURE_LEASE: await aTask(place, '--project', inside) };
  edit(place, 'work\n');
  const verify = ['verify', 'ship', '--criterion', '1', '--paths', 'work', '--', 'test', '-e', 'work'];
  expect((await place.task(verify, { env, cwd: place.folder })).code).toBe(0);
  expect((await place.data(['show', 'ship'])).evidence[0].cwd).toBe(place.folder);
});
