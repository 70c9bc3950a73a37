import { writeFileSync } from 'node:fs';
import { errorCatalogue, PerdureError } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import {
  aFailedRun,
  aFinishedRun,
  anAskingRun,
  anOpenRun,
  aRun,
  aStep,
  aWait,
  runId,
  someEvents,
  waitId,
} from '../builders.ts';
import { fakeKey, startFakeApi, type FakeRun } from '../fake-api.ts';
import { clockText } from '../../src/text/clock.ts';
import { cli, createPlace, createRunningPlace, dataIn, envelopesIn, testNow } from '../harness.ts';

const otherId = '019a1b2c-3d4f-7000-8000-000000000002';

test('every command that needs a server says how to start one when there is none', async () => {
  using place = createPlace();
  for (const argv of [['run', 'hello'], ['runs', 'list'], ['agents', 'run', 'x'], ['waits']]) {
    const { code, stdout, stderr } = await cli(argv, { cwd: place.folder });
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('`perdure up`');
  }
});

test('a start of a run prints its output on stdout and its steps on stderr', async () => {
  await using api = await startFakeApi({ onStart: () => aFinishedRun() });
  using place = createRunningPlace(api);
  const { code, stdout, stderr } = await cli(['run', 'hello', 'Ada'], { cwd: place.folder });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ greeting: 'Hello' });
  expect(stderr).toContain('✓ greet  1.5 s');
  expect(api.starts).toEqual([{ body: { pipeline: 'hello', input: { prompt: 'Ada' } }, idempotencyKey: undefined }]);
});

test('with --json stdout is the whole run and stderr stays empty', async () => {
  await using api = await startFakeApi({ onStart: () => aFinishedRun() });
  using place = createRunningPlace(api);
  const { stdout, stderr } = await cli(['run', 'hello', '--json'], { cwd: place.folder });
  expect(stderr).toBe('');
  expect(dataIn(stdout)).toMatchObject({ id: runId, status: 'completed', output: { greeting: 'Hello' } });
});

test.each([
  ['JSON text', ['--input', '{"n":1}'], ''],
  ['stdin', ['--input', '-'], '{"n":1}'],
])('the input is taken from %s', async (_name, argv, stdin) => {
  await using api = await startFakeApi({ onStart: () => aFinishedRun() });
  using place = createRunningPlace(api);
  await cli(['run', 'hello', ...argv, '--idempotency-key', 'k-1'], { cwd: place.folder, stdin });
  expect(api.starts).toEqual([{ body: { pipeline: 'hello', input: { n: 1 } }, idempotencyKey: 'k-1' }]);
});

test('a prompt of - is read from stdin', async () => {
  await using api = await startFakeApi({ onStart: () => aFinishedRun() });
  using place = createRunningPlace(api);
  await cli(['run', 'hello', '-'], { cwd: place.folder, stdin: 'a long prompt' });
  expect(api.starts[0]?.body).toEqual({ pipeline: 'hello', input: { prompt: 'a long prompt' } });
});

test.each([
  [['--input', '{n:1}'], 'not JSON'],
  [['--input', '@missing.json'], 'missing.json'],
  [['a prompt', '--input', '{}'], '--input'],
])('a wrong input %j starts nothing', async (argv, named) => {
  await using api = await startFakeApi({ onStart: () => aFinishedRun() });
  using place = createRunningPlace(api);
  const { code, stderr } = await cli(['run', 'hello', ...argv], { cwd: place.folder });
  expect(code).toBe(2);
  expect(stderr).toContain(named);
  expect(api.starts).toEqual([]);
});

test('a run that fails exits 1 with the sentence and the hint of its cause', async () => {
  await using api = await startFakeApi({ onStart: aFailedRun });
  using place = createRunningPlace(api);
  const { code, stdout, stderr } = await cli(['run', 'hello'], { cwd: place.folder });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`✗ plan  The model server answered 401.\n✗ failed\nperdure: Run ${runId} failed.\n`);
  const json = await cli(['run', 'hello', '--json'], { cwd: place.folder });
  expect(JSON.parse(json.stderr)).toMatchObject({ error: `Run ${runId} failed: The model server answered 401.` });
  expect(stderr).toContain(errorCatalogue.model_rejected.hint);
});

test('a run that needs attention ends the waiting instead of hanging', async () => {
  const error = { code: 'stalled', message: 'The pipeline does not go on.' } as const;
  const stopped: FakeRun = {
    run: aRun({ status: 'needs_attention', error }),
    steps: [],
    events: someEvents(['run.queued', { pipeline: 'hello' }], ['run.needs_attention', { error }]),
    ends: false,
  };
  await using api = await startFakeApi({ onStart: () => stopped });
  using place = createRunningPlace(api);
  const { code, stderr } = await cli(['run', 'hello'], { cwd: place.folder });
  expect(code).toBe(1);
  expect(stderr).toContain('needs attention: The pipeline does not go on.');
});

test('--wait 0 prints the id and does not watch', async () => {
  await using api = await startFakeApi({ onStart: anOpenRun });
  using place = createRunningPlace(api);
  const { code, stdout, stderr } = await cli(['run', 'hello', '--wait', '0'], { cwd: place.folder });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${runId}\n`, stderr: '' });
  expect(api.requests).toEqual(['POST /api/v1/runs']);
});

test('a wait that is over exits 5 and says that the run goes on', async () => {
  await using api = await startFakeApi({ onStart: anOpenRun });
  using place = createRunningPlace(api);
  const { code, stdout, stderr } = await cli(['run', 'hello', '--wait', '1'], { cwd: place.folder });
  expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
  expect(stderr).toContain(`perdure runs watch ${runId}`);
});

test('a wait that is over at a question exits 5 with the question and the command that answers', async () => {
  await using api = await startFakeApi({ onStart: anAskingRun, waits: [aWait()] });
  using place = createRunningPlace(api);
  const argv = ['run', 'hello', '--wait', '1'];
  const { code, stderr } = await cli(argv, { cwd: place.folder });
  expect(code).toBe(5);
  expect(stderr).toContain(
    `perdure: Run ${runId} waits for a person: "Which city?"; answer with \`perdure waits answer ${waitId} <answer>\`.\n`,
  );
  expect(stderr).not.toContain('runs watch');
  const json = await cli([...argv, '--json'], { cwd: place.folder });
  const asked = { id: waitId, question: 'Which city?', commands: [`perdure waits answer ${waitId} <answer>`] };
  expect(JSON.parse(json.stderr)).toMatchObject({ code: 'timeout', details: { runId, waits: [asked] } });
});

test('a text that a pipeline does not take is said to have been sent as a prompt', async () => {
  await using api = await startFakeApi({
    onStart() {
      throw new PerdureError('invalid_input', 'Pipeline hello does not accept this input: `input.name` is missing.');
    },
  });
  using place = createRunningPlace(api);
  const prompt = await cli(['run', 'hello', 'Ada'], { cwd: place.folder });
  expect(prompt.code).toBe(2);
  expect(prompt.stderr).toContain('is missing. The text was sent as { "prompt": … }; give another input with --input');
  expect((await cli(['run', 'hello', '--input', '{}'], { cwd: place.folder })).stderr).not.toContain('prompt');
});

test('Ctrl-C stops the watching and not the run', async () => {
  await using api = await startFakeApi({ onStart: anOpenRun });
  using place = createRunningPlace(api);
  const { code, stderr } = await cli(['run', 'hello'], {
    cwd: place.folder,
    interruptWhen: (written) => written.includes(`Run ${runId}`),
  });
  expect(code).toBe(130);
  expect(stderr).toContain('the run goes on');
  expect(stderr).toContain(`perdure runs watch ${runId}\``);
  expect(api.requests.filter((request) => request.includes('cancel'))).toEqual([]);
});

test('a state root named by --home is named again where a run is left or waited for too long', async () => {
  await using api = await startFakeApi({ onStart: anOpenRun });
  using place = createRunningPlace(api);
  const argv = ['run', 'hello', '--home', '.perdure'];
  const command = `perdure runs watch ${runId} --home ${place.paths.root}\``;
  const left = await cli(argv, { cwd: place.folder, interruptWhen: (written) => written.includes(`Run ${runId}`) });
  expect(left.stderr).toContain(command);
  expect((await cli([...argv, '--wait', '1'], { cwd: place.folder })).stderr).toContain(command);
});

test('a watch is NDJSON of the events with --json, and lines without it, piped too', async () => {
  const finished = { ...aFinishedRun(), text: { key: 'plan/turn-1', delta: 'Hel' } };
  await using api = await startFakeApi({ runs: [finished] });
  using place = createRunningPlace(api);
  const { code, stdout, stderr } = await cli(['runs', 'watch', runId, '--json'], { cwd: place.folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = await cli(['runs', 'watch', runId], { cwd: place.folder });
  expect(lines.stdout).toContain('✓ greet  1.5 s\n✓ completed\n');
  expect(envelopesIn(stdout).map(({ data }) => data)).toEqual(finished.events);
});

test('on a terminal text streams between the lines of steps, without control characters of its own', async () => {
  const open: FakeRun = { ...anOpenRun(), text: { key: 'plan/turn-1', delta: 'Hel\u001b[2Jlo' } };
  await using api = await startFakeApi({ runs: [open] });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'watch', runId], {
    cwd: place.folder,
    isTTY: true,
    env: { NO_COLOR: '1' },
    interruptWhen: (written) => written.includes('lo'),
  });
  expect(stdout).toBe('  plan/turn-1 says: Hel\\u001b[2Jlo\n');
});

test('a prefix of an id will do where it names one run', async () => {
  await using api = await startFakeApi({ runs: [aFinishedRun(), aFinishedRun({ id: otherId })] });
  using place = createRunningPlace(api);
  const { code, stdout } = await cli(['runs', 'show', '019a1b2c-3d4f', '--json'], { cwd: place.folder });
  expect(code).toBe(0);
  expect(dataIn(stdout)).toMatchObject({ run: { id: otherId } });
});

test('a prefix of two runs is refused with both, one of none is not found, and two letters are no prefix', async () => {
  await using api = await startFakeApi({ runs: [aFinishedRun(), aFinishedRun({ id: otherId })] });
  using place = createRunningPlace(api);
  const both = await cli(['runs', 'show', '019a'], { cwd: place.folder });
  expect(both.code).toBe(8);
  expect(both.stderr).toContain(runId);
  expect(both.stderr).toContain(otherId);
  expect((await cli(['runs', 'show', 'ffff'], { cwd: place.folder })).code).toBe(7);
  expect((await cli(['runs', 'show', '01'], { cwd: place.folder })).code).toBe(2);
});

test('show tells a person where the run stands, its steps, and how to go on', async () => {
  await using api = await startFakeApi({ runs: [aFailedRun()] });
  using place = createRunningPlace(api);
  const { code, stdout } = await cli(['runs', 'show', runId], { cwd: place.folder });
  expect(code).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "hello  failed
      id       019a1b2c-3d4e-7000-8000-000000000001
      started  2026-01-02T03:04:00.000Z
      took     3.1 s

      STEP  KIND  STATUS  TIME
      plan  step  failed  1.5 s

    Error The model server answered 401.
      \`perdure models check\` tells what the model and its server can do.

    Next
      perdure runs retry 019a1b2c-3d4e-7000-8000-000000000001
    "
  `);
});

test('show of an agent call shows what it was given and its answer, with the JSON in texts as JSON', async () => {
  const messages = [
    { role: 'user', content: '{"change":"a"}' },
    { role: 'assistant', content: 'ok' },
  ];
  const steps = [
    aStep('writer', { kind: 'agent', result: { text: '{"kind":"fixed"}' } }),
    aStep('writer/turn-1', { kind: 'turn', result: { messages } }),
    aStep('other', { kind: 'agent' }),
  ];
  await using api = await startFakeApi({ runs: [{ ...aFinishedRun(), steps }] });
  using place = createRunningPlace(api);
  const show = async (key: string, ...argv: string[]) =>
    (await cli(['runs', 'show', `${runId}/${key}`, ...argv], { cwd: place.folder })).stdout;
  expect(await show('writer')).toContain(
    'Input\n{\n  "change": "a"\n}\n\nResult\n{\n  "text": {\n    "kind": "fixed"\n  }\n}\n',
  );
  expect(dataIn(await show('writer', '--json'))).toEqual({ ...steps[0], input: { change: 'a' } });
  expect(await show('other')).not.toContain('Input');
});

test('show of a misspelt step key names the key that was meant, and lists of steps', async () => {
  const fake = { ...aFinishedRun(), steps: [aStep('review/1/planner')] };
  await using api = await startFakeApi({ runs: [fake] });
  using place = createRunningPlace(api);
  const { code, stderr } = await cli(['runs', 'show', `${runId}/review/1/plannr`], { cwd: place.folder });
  expect(code).toBe(7);
  expect(stderr).toBe(
    `perdure: Run ${runId} has no step "review/1/plannr"; \`perdure runs show ${runId}\` lists its steps. Did you mean \`review/1/planner\`?\n`,
  );
  const none = await cli(['runs', 'show', `${runId}/zzz`, '--json'], { cwd: place.folder });
  expect(JSON.parse(none.stderr)).toMatchObject({ code: 'not_found', details: {} });
  expect(none.stderr).not.toContain('Did you mean');
});

test('show of a step id shows that step', async () => {
  const fake = { ...aFinishedRun(), steps: [aStep('review/1', { kind: 'review', result: { verdict: 'approved' } })] };
  await using api = await startFakeApi({ runs: [fake] });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'show', '019a1b2c/review/1'], { cwd: place.folder });
  expect(stdout).toContain('"verdict": "approved"');
});

test('a list tells where it goes on', async () => {
  await using api = await startFakeApi({ runs: [aFinishedRun(), aFinishedRun({ id: otherId })] });
  using place = createRunningPlace(api);
  const first = await cli(['runs', 'list', '--limit', '1'], { cwd: place.folder });
  expect(first.stdout).toMatchInlineSnapshot(`
    "ID             PIPELINE  STATUS     STARTED    TOKENS
    019a1b2c-3d4f  hello     completed  1 min ago
    "
  `);
  expect(first.stderr).toBe('More: the same with --cursor 1\n');
  const second = await cli(['runs', 'list', '--limit', '1', '--cursor', '1', '--json'], { cwd: place.folder });
  expect(dataIn(second.stdout)).toMatchObject([{ id: runId }]);
  const page = await cli(['runs', 'list', '--limit', '1', '--json'], { cwd: place.folder });
  expect(envelopesIn(page.stdout)).toMatchObject([{ data: [{ id: otherId }], next: '1' }]);
  expect(second.stderr).toBe('');
});

test('a list tells of which run a run is a part', async () => {
  const parent = { runId, stepKey: 'greeting' };
  await using api = await startFakeApi({ runs: [aFinishedRun(), aFinishedRun({ id: otherId, parent })] });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'list'], { cwd: place.folder });
  expect(stdout).toMatchInlineSnapshot(`
    "ID             PIPELINE  STATUS     STARTED    PART OF                 TOKENS
    019a1b2c-3d4f  hello     completed  1 min ago  019a1b2c-3d4e/greeting
    019a1b2c-3d4e  hello     completed  1 min ago
    "
  `);
});

const followIt = `Follow it with: perdure runs watch ${runId}`;
const notTakenUp = (order: string) =>
  `${order} accepted; run ${runId} is still queued: it goes on as soon as a worker takes it up\n${followIt}`;

test.each([
  ['pause', `run ${runId} is paused`],
  ['resume', notTakenUp('resume')],
  ['cancel', `run ${runId} is cancelled`],
  ['retry', notTakenUp('retry')],
])('%s sends its order once and tells what came of it', async (order, told) => {
  await using api = await startFakeApi({ runs: [anOpenRun()] });
  using place = createRunningPlace(api);
  const { code, stdout } = await cli(['runs', order, runId], { cwd: place.folder });
  expect(code).toBe(0);
  expect(stdout).toBe(`${told}\n`);
  expect(api.requests.filter((line) => line.startsWith('POST'))).toEqual([`POST /api/v1/runs/${runId}/${order}`]);
});

describe('a run whose call has an unknown outcome', () => {
  const error = { code: 'outcome_unknown', message: 'Nobody knows whether "mail" took effect.' } as const;
  const stopped = (): FakeRun => ({ ...anOpenRun(), run: aRun({ status: 'needs_attention', error }) });
  const waits = [aWait({ purpose: 'outcome', question: 'Did the call of "mail" take effect?' })];
  const answer = `\`perdure waits answer ${waitId} --run-again\``;
  const again = ['needs_attention', 'queued', 'running', 'needs_attention'] as const;

  test.each([[again], [['needs_attention']]] as const)(
    'that stops again after a resume (%j) exits 1 with the answer',
    async (seen) => {
      await using api = await startFakeApi({ runs: [stopped()], waits, afterResume: seen });
      using place = createRunningPlace(api);
      const { code, stdout, stderr } = await cli(['runs', 'resume', runId], { cwd: place.folder });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('needs attention: Nobody knows whether "mail" took effect. It asks "Did the call');
      expect(stderr).toContain(answer);
    },
  );

  test('that goes on after a resume, since its tool could tell, is no failure', async () => {
    await using api = await startFakeApi({ runs: [stopped()], waits, afterResume: ['queued', 'running', 'completed'] });
    using place = createRunningPlace(api);
    const { code, stdout } = await cli(['runs', 'resume', runId], { cwd: place.folder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `run ${runId} is completed\n` });
  });

  test('gives a program the run on stdout, and the open question with its commands on stderr', async () => {
    await using api = await startFakeApi({ runs: [stopped()], waits, afterResume: again });
    using place = createRunningPlace(api);
    const { code, stdout, stderr } = await cli(['runs', 'resume', runId, '--json'], { cwd: place.folder });
    expect(code).toBe(1);
    expect(dataIn(stdout)).toMatchObject({ id: runId, status: 'needs_attention' });
    expect(JSON.parse(stderr)).toMatchObject({ code: 'needs_attention', details: { waits: [{ id: waitId }] } });
  });
});

describe('a run that waits for a model', () => {
  const until = new Date(testNow + 180_000).toISOString();
  const waitingFor = { kind: 'model', model: 'groq/llama', until } as const;
  const waiting = (): FakeRun => ({ ...anOpenRun(), run: aRun({ status: 'waiting', waitingFor }) });
  const clock = clockText(testNow + 180_000, testNow);
  const stillAway = `run ${runId} is waiting for groq/llama, asked again at ${clock}, in 3 min\n${followIt}\n`;

  test.each([
    [['running', 'completed'], `run ${runId} is completed\n`],
    [['running', 'waiting'], stillAway],
    [['waiting'], stillAway],
  ] as const)('is looked at after a resume until it is known what came of it: %j', async (seen, told) => {
    await using api = await startFakeApi({ runs: [waiting()], afterResume: seen });
    using place = createRunningPlace(api);
    const { code, stdout } = await cli(['runs', 'resume', runId], { cwd: place.folder });
    expect({ code, stdout }).toEqual({ code: 0, stdout: told });
  });
});

test('an order that nobody has taken up yet is said to be accepted, and why it takes its time', async () => {
  const still = Array.from({ length: 30 }, () => 'paused' as const);
  await using api = await startFakeApi({
    runs: [{ ...anOpenRun(), run: aRun({ status: 'paused' }) }],
    afterResume: still,
  });
  using place = createRunningPlace(api);
  const { code, stdout } = await cli(['runs', 'resume', runId], { cwd: place.folder });
  expect(code).toBe(0);
  expect(stdout).toBe(
    `resume accepted; run ${runId} is still paused: it goes on as soon as a worker takes it up\n${followIt}\n`,
  );
});

test('a list names what a run waits for', async () => {
  await using api = await startFakeApi({ runs: [anAskingRun()] });
  using place = createRunningPlace(api);
  expect((await cli(['runs', 'list'], { cwd: place.folder })).stdout).toContain('waiting for a person');
});

test('a wrong key is exit code 3, and the key is in no message', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  writeFileSync(place.paths.ownerKey, 'sk_perdure_other\n');
  const { code, stderr } = await cli(['runs', 'list', '--debug'], { cwd: place.folder });
  expect(code).toBe(3);
  expect(stderr).not.toContain('sk_perdure_other');
  expect(stderr).not.toContain(fakeKey);
});

test('no answer of any command holds a complete cancel command', async () => {
  await using api = await startFakeApi({ runs: [anOpenRun()] });
  using place = createRunningPlace(api);
  const shown = await cli(['runs', 'show', runId], { cwd: place.folder });
  expect(shown.stdout).not.toContain('runs cancel');
});

test.each([
  [[0.0021, 0.0004], 'cost     0.0025'],
  [[0.0021, undefined], 'cost     0.0021, and 1 turn without a price'],
  [[0.00001], 'cost     less than 0.0001'],
  [[1.5, 0.25], 'cost     1.75'],
])('show sums what turns have cost: %j', async (costs, line) => {
  const detail = { agent: 'writer', agentHash: 'ab', model: 'demo' };
  const steps = costs.map((cost, n) =>
    aStep(`writer/turn-${n + 1}`, { kind: 'turn', detail: { ...detail, ...(cost === undefined ? {} : { cost }) } }),
  );
  await using api = await startFakeApi({ runs: [{ ...aFinishedRun(), steps }] });
  using place = createRunningPlace(api);
  const { stdout } = await cli(['runs', 'show', runId], { cwd: place.folder });
  expect(stdout).toContain(line);
});

test('show says nothing of a cost where no price is known', async () => {
  const detail = { agent: 'writer', agentHash: 'ab', model: 'demo' };
  const steps = [aStep('writer/turn-1', { kind: 'turn', detail })];
  await using api = await startFakeApi({ runs: [{ ...aFinishedRun(), steps }] });
  using place = createRunningPlace(api);
  expect((await cli(['runs', 'show', runId], { cwd: place.folder })).stdout).not.toContain('cost');
});
