import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { canary, list, place, read, write } from './files-support.ts';
import { dataOf, failureOf } from './support.ts';

/** In each, `OUT` stands for the absolute path of the folder outside. */
const hostilePaths: readonly string[] = [
  '..',
  '../outside/canary.txt',
  '../../etc/passwd',
  'notes/../../outside/canary.txt',
  'notes/..',
  './../outside/canary.txt',
  'notes/./../../outside/canary.txt',
  '/etc/passwd',
  '//etc/passwd',
  '/',
  'OUT/canary.txt',
  'OUT',
  'link-out',
  'link-out/canary.txt',
  'link-out/new.txt',
  'link-out/a/b/new.txt',
  './link-out//canary.txt',
  'link-out/../canary.txt',
  'link-in/plan.md',
  'link-in/deep/a.txt',
  'link-in/new.txt',
  'notes/file-link',
  'notes/file-link/',
  'loop',
  'loop/a.txt',
  'dangling',
  'dangling/a.txt',
  'notes/plan.md\0',
  '\0',
  'notes/plan.md\0.txt',
  '../outside\0/canary.txt',
];

/** They look as if they led out; they are names like others, and nothing of these names exists. */
const harmlessPaths: readonly string[] = [
  '..\\outside\\canary.txt',
  '%2e%2e/outside/canary.txt',
  '..%2foutside%2fcanary.txt',
  '．．/outside/canary.txt',
  '‥/outside/canary.txt',
  '.. /outside/canary.txt',
  '.../outside/canary.txt',
  '~/.ssh/id_rsa',
  '$HOME/canary.txt',
  'file:///etc/passwd',
  'C:\\canary.txt',
  '..;/outside/canary.txt',
  '-rf',
];

describe('a path that leads out of the workspace', () => {
  it.each(hostilePaths)('F1, F4: is neither read, written nor listed: %j', async (form) => {
    const { workspace, outside } = await place();
    const path = form.replace('OUT', outside);
    const before = (await readdir(workspace, { recursive: true })).toSorted();
    const attempts = [read(workspace, path), write(workspace, path), list(workspace, path)];
    for (const failure of await Promise.all(attempts.map(failureOf))) {
      expect(failure).toMatch(/absolute|`\.\.`|NUL|symbolic link/);
      expect(failure).not.toContain('canary:');
    }
    expect(await readdir(outside)).toEqual(['canary.txt']);
    expect(await readFile(join(outside, 'canary.txt'), 'utf8')).toBe(canary);
    expect((await readdir(workspace, { recursive: true })).toSorted()).toEqual(before);
  });

  it.each(harmlessPaths)('is not one that only looks so: %j', async (path) => {
    const { workspace, outside } = await place();
    expect(await failureOf(read(workspace, path))).toMatch(/does not exist/);
    expect(await dataOf(write(workspace, path, 'inside'))).toMatchObject({ bytes: 6 });
    expect(await dataOf(read(workspace, path))).toMatchObject({ text: 'inside' });
    expect(await readdir(outside)).toEqual(['canary.txt']);
    expect(await readFile(join(outside, 'canary.txt'), 'utf8')).toBe(canary);
  });
});

describe('a folder that another process swaps for a link all the time', () => {
  it('F2, F3: lets nothing from outside be read, written or listed', async () => {
    const { workspace, outside } = await place();
    await writeFile(join(outside, 'plan.md'), canary);
    await writeFile(join(outside, 'secret-name.txt'), canary);
    let raced = '';
    const swaps = await whileSwapping(workspace, outside, async () => {
      const victim = join(import.meta.dirname, 'fixtures/race-files.ts');
      const { stdout } = await promisify(execFile)(process.execPath, [victim, workspace, '3000', '20'], {
        timeout: 25_000,
      });
      raced = stdout;
    });
    const { outcomes } = JSON.parse(raced) as { outcomes: { done: number; refused: number } };
    expect(swaps).toBeGreaterThan(1_000);
    // Both happened, or the race was none.
    expect(outcomes.done).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(100);
    expect(raced).toContain('the plan');
    expect(raced).not.toMatch(/canary|secret-name/);
    expect((await readdir(outside)).toSorted()).toEqual(['canary.txt', 'plan.md', 'secret-name.txt']);
    for (const name of await readdir(outside)) expect(await readFile(join(outside, name), 'utf8')).toBe(canary);
  });
});

/** How often `notes` was swapped for a link to the folder outside, and back, during `work`. */
async function whileSwapping(workspace: string, outside: string, work: () => Promise<void>): Promise<number> {
  const swapper = fork(join(import.meta.dirname, 'fixtures/swap-folder.ts'), [join(workspace, 'notes'), outside], {
    execArgv: [],
  });
  const ended = once(swapper, 'exit');
  try {
    await once(swapper, 'message');
    await work();
    swapper.send('stop');
    const [swaps] = (await once(swapper, 'message')) as [number];
    return swaps;
  } finally {
    swapper.kill('SIGKILL');
    await ended;
  }
}
