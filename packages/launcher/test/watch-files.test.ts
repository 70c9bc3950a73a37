import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, onTestFinished, test } from 'vitest';
import { watchFiles } from '../src/watch-files.ts';

function watchProject(root: string): string[] {
  const changes: string[] = [];
  const watching = watchFiles({
    roots: [root],
    folders: ['agents', 'pipelines'],
    onChange: (path) => changes.push(path.slice(root.length + 1)),
    log: (message) => expect.unreachable(message),
  });
  onTestFinished(() => watching.close());
  return changes;
}

test('a burst of changes below a folder is told once, and litter of editors not at all', async () => {
  const root = tempFolder();
  mkdirSync(join(root, 'agents', 'planner'), { recursive: true });
  const changes = watchProject(root);
  writeFileSync(join(root, 'agents', 'planner', '.AGENT.md.swp'), '');
  writeFileSync(join(root, 'README.md'), '');
  writeFileSync(join(root, 'agents', 'planner', 'AGENT.md'), 'a');
  writeFileSync(join(root, 'agents', 'planner', 'AGENT.md'), 'ab');
  await expect.poll(() => changes).toEqual(['agents/planner/AGENT.md']);
});

test('a folder that comes later is noticed, and so is what is written into it', async () => {
  const root = tempFolder();
  const changes = watchProject(root);
  mkdirSync(join(root, 'pipelines'));
  await expect.poll(() => changes).toEqual(['pipelines']);
  writeFileSync(join(root, 'pipelines', 'mine.ts'), '');
  await expect.poll(() => changes).toEqual(['pipelines', 'pipelines/mine.ts']);
});
