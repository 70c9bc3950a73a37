import { expect, test } from 'vitest';
import { textWidth } from '../../src/text/width.ts';
import { aFinishedRun, aRun, aStep, aWait, decisionSchema, runId, waitId } from '../builders.ts';
import { startFakeApi } from '../fake-api.ts';
import { cli, createRunningPlace } from '../harness.ts';

/** What is copied is left to the terminal to break: then it is copied whole. */
const isCopied = (line: string) => /perdure (run|runs|waits|up|key) |curl /.test(line);

const question = aWait({
  question: 'Do you approve this digest, which goes to everybody who asked to be told of changes?',
  context: { subject: `# Digest\n\n${'A line that is longer than most terminals are wide, or nearly so. '.repeat(3)}` },
  answerSchema: decisionSchema,
});

const steps = [
  aStep('review', { kind: 'review' }),
  aStep('review/1/reviewer', { kind: 'agent', seq: 2 }),
  aStep('review/1/reviewer/turn-1', { kind: 'turn', seq: 3 }),
  aStep('fetch', {
    kind: 'tool',
    seq: 4,
    detail: { tool: 'http-get', effect: 'pure', input: { url: 'a b '.repeat(40) } },
  }),
];

test.each([
  ['runs list'],
  [`runs show ${runId}`],
  ['waits'],
  [`waits show ${waitId}`],
  ['tools list'],
  ['models list'],
  ['config explain'],
  ['runs --help'],
  ['run --help'],
])('%s fits terminals of 120, 80 and 50 columns', async (line) => {
  await using api = await startFakeApi({
    runs: [
      {
        ...aFinishedRun(),
        run: aRun({ pipeline: 'weekly-digest', status: 'waiting', waitingFor: { kind: 'human' } }),
        steps,
      },
    ],
    waits: [question],
  });
  using place = createRunningPlace(api);
  for (const columns of [120, 80, 50]) {
    const env = { NO_COLOR: '1', COLUMNS: String(columns) };
    const { stdout, stderr } = await cli(line.split(' '), { cwd: place.folder, isTTY: true, env });
    const wide = stdout.split('\n').filter((each) => textWidth(each) > columns && !isCopied(each));
    expect({ columns, wide }).toEqual({ columns, wide: [] });
    expect(stdout).not.toBe('');
    expect(stderr).toMatch(line === 'config explain' ? /^\(these are for the next start; .*\)\n$/ : /^$/);
  }
});
