/** The guide tells the truth: its files, taken from the page, are checked, run, killed in the middle and go on. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAgents } from '@perdure/worker/agents';
import { onTestFinished, test, expect } from 'vitest';
import { fileIn, readGuide } from './guide-page.ts';
import { System } from './system.ts';

const page = readGuide('first-pipeline.md');

function projectFromPage(): string {
  const project = mkdtempSync(join(tmpdir(), 'perdure-guide-'));
  onTestFinished(() => rmSync(project, { recursive: true }));
  const files = ['agents/writer/AGENT.md', 'agents/editor/AGENT.md', 'pipelines/announce.ts'];
  for (const name of files) {
    mkdirSync(join(project, dirname(name)), { recursive: true });
    // The guide's reader has half a minute to kill things; a test needs less.
    writeFileSync(join(project, name), fileIn(page, name).replace('30_000', '8_000'));
  }
  return project;
}

test('the agents of the guide pass the check', async () => {
  const loaded = await loadAgents([{ dir: join(projectFromPage(), 'agents'), origin: 'project' }], {
    knownTools: new Set(),
    disabledTools: new Map(),
  });
  expect(loaded.problems).toEqual([]);
  expect(loaded.agents.map(({ agent }) => agent.name)).toEqual(['editor', 'writer']);
});

// Longer than its deadlines together: cut off by the runner it would leave its processes behind.
const limit = { timeout: 240_000 };

test(
  'the pipeline of the guide goes on after everything was killed while it rests, and asks the writer once',
  limit,
  async () => {
    await using system = await System.start({ project: projectFromPage() });
    const id = await system.startRun('announce', { prompt: 'Runs survive a power cut' });
    await system.untilStatus(id, 'waiting', { withinMs: 60_000 });
    system.kill('all');
    await system.up();
    await system.untilStatus(id, 'completed', { withinMs: 60_000 });
    expect(system.modelRequests().map((request) => request.key)).toEqual([
      `${id}/writer/turn-1/1`,
      `${id}/review/1/editor/turn-1/1`,
    ]);
  },
);
