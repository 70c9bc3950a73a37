import { expect, test } from 'vitest';
import { aRun, aStep, anOpenRun, runId } from '../builders.ts';
import { startFakeApi, type FakeRun } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

test('steer sends the text once, from the command line or from stdin, and says when it is read', async () => {
  await using api = await startFakeApi({ runs: [anOpenRun()] });
  using place = createRunningPlace(api);
  const steer = (text: string, stdin = '') => cli(['runs', 'steer', '019a1b2c', text], { cwd: place.folder, stdin });
  const { code, stdout, stderr } = await steer('Leave the payment service alone');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe('Recorded; no agent is at work, so the next turn of an agent reads it.\n');
  await steer('-', 'two\nlines');
  expect(api.steers).toEqual(['Leave the payment service alone', 'two\nlines']);
});

test('steer names the agents at work, who read the text', async () => {
  const steps = [
    aStep('plan', { kind: 'agent' }),
    aStep('write', { kind: 'agent', status: 'started' }),
    aStep('write/turn-1', { kind: 'turn', status: 'started' }),
  ];
  await using api = await startFakeApi({ runs: [{ ...anOpenRun(), steps }] });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'steer', runId, 'x'], { cwd: place.folder });
  expect(stdout).toBe('Recorded; read before its next turn by each agent at work: write.\n');
});

const at = (ms: number) => new Date(Date.parse('2026-01-02T03:04:00.000Z') + ms).toISOString();

const steer = (seq: number, ms: number, text: string) =>
  ({ seq, type: 'order.received', at: at(ms), actor: 'owner', data: { id: text, order: 'steer', text } }) as const;

test('show tells which turns read a text, and of which nobody has', async () => {
  const steps = [
    aStep('a/turn-2', { kind: 'turn', detail: { steers: ['one'] } }),
    aStep('b/turn-1', { kind: 'turn', detail: { steers: ['one', 'three'] } }),
  ];
  const events = [steer(1, 100, 'one'), steer(2, 200, 'two'), steer(3, 300, 'three')];
  const open: FakeRun = { ...anOpenRun(), steps, events };
  await using api = await startFakeApi({ runs: [open] });
  using place = createRunningPlace(api);
  const show = async () => (await cli(['runs', 'show', runId], { cwd: place.folder })).stdout;
  expect(await show()).toMatch(
    /one\n {4}read by a\/turn-2, b\/turn-1\n.*two\n {4}not read yet\n.*three\n {4}read by b\/turn-1\n/,
  );
  open.run = aRun({ status: 'completed' });
  expect(await show()).toContain('two\n    read by nobody\n');
});

test('steer of a run that stands still says how to go on, and with --json gives the run', async () => {
  const stopped: FakeRun = { ...anOpenRun(), run: aRun({ status: 'needs_attention' }) };
  await using api = await startFakeApi({ runs: [stopped] });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'steer', runId, 'x', '--home', '.perdure'], { cwd: place.folder });
  expect(stdout).toContain(`perdure runs resume ${runId} --home ${place.paths.root}\n`);
  const json = await cli(['runs', 'steer', runId, 'x', '--json'], { cwd: place.folder });
  expect(dataIn(json.stdout)).toMatchObject({ id: runId, status: 'needs_attention' });
});
