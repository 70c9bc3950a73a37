import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { aFinishedRun, anAskingRun, aWait, runId, waitId } from '../builders.ts';
import { startFakeApi } from '../fake-api.ts';
import { cli, createPlace, createRunningPlace, envelopesIn } from '../harness.ts';

describe('what a program reads', () => {
  test.each([
    ['init'],
    ['status'],
    ['key'],
    ['config explain'],
    ['runs list'],
    [`runs show ${runId}`],
    [`runs show ${runId}/greet`],
    [`runs watch ${runId}`],
    ['run hello'],
    ['run hello --wait 0'],
    ['run hello --watch'],
    [`runs show ${runId} --output`],
    ['runs'],
    ['waits'],
    ['agents list'],
    ['agents new helper'],
    ['agents check'],
    ['pipelines list'],
    ['tools list'],
    ['skills install --dry-run'],
    ['task create ship --title Ship --goal Ship'],
    ['task list'],
  ])('of `%s` is one envelope a line, with its version and data', async (line) => {
    await using api = await startFakeApi({
      runs: [aFinishedRun()],
      waits: [aWait()],
      onStart: () => aFinishedRun(),
    });
    using place = createRunningPlace(api);
    const { stdout, stderr } = await cli([...line.split(' '), '--json'], { cwd: place.folder });
    expect(stderr).toBe('');
    if (line === 'task list') expect(stdout).toBe('');
    else expect(envelopesIn(stdout).length).toBeGreaterThan(0);
  });

  test('of a question is an envelope too', async () => {
    await using api = await startFakeApi({ runs: [anAskingRun()], waits: [aWait()] });
    using place = createRunningPlace(api);
    const { stdout } = await cli(['waits', 'show', waitId, '--json'], { cwd: place.folder });
    expect(envelopesIn(stdout)).toEqual([{ data: aWait() }]);
  });

  test('of `down` where nothing runs is an envelope too', async () => {
    using place = createPlace();
    const { stdout } = await cli(['down', '--json'], { cwd: place.folder });
    expect(envelopesIn(stdout)).toEqual([{ data: { stopped: false, running: false } }]);
  });

  test('of an error is the same of a task as of a run', async () => {
    await using api = await startFakeApi({ runs: [] });
    using place = createRunningPlace(api);
    for (const line of [`runs show ${runId}`, 'task show nothing']) {
      const { stdout, stderr } = await cli([...line.split(' '), '--json'], { cwd: place.folder });
      expect([line, stdout]).toEqual([line, '']);
      expect(JSON.parse(stderr)).toMatchObject({ error: expect.any(String), code: 'not_found', details: {} });
    }
  });

  test('is written by one module, so that no command has a form of its own', () => {
    const src = join(import.meta.dirname, '../../src');
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const writers = files.filter((file) =>
      /stdout\.write\(.*JSON\.stringify/.test(readFileSync(join(src, file), 'utf8')),
    );
    // The other two answer programs that are not ours, in the form that those ask for.
    expect(writers).toEqual(['cli/output.ts', 'hooks/hook.ts', 'vault/resolve.ts']);
    expect(files.length).toBeGreaterThan(90);
  });
});
