import { delegationAnswerSchema } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { schemaShape } from '../../src/text/schema-shape.ts';
import { answerForm } from '../../src/waits/answer-form.ts';
import { anAskingRun, aRun, aStep, aWait, decisionSchema, runId, someEvents, waitId } from '../builders.ts';
import { startFakeApi } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';
import { answered, otherWait, withWaits } from '../with-waits.ts';

describe('perdure waits', () => {
  test('tells a person what is asked, what to look at, and how to answer', async () => {
    const waits = [
      aWait({ context: { guests: 3 }, expiresAt: '2026-01-02T05:05:00.000Z', answerSchema: { type: 'string' } }),
      aWait({ id: otherWait, stepKey: 'review/1/decision', question: 'Approved?', answerSchema: decisionSchema }),
    ];
    const { code, stdout } = await withWaits(waits, ['waits']);
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "019a1b2c-4444  Which city?
          guests: 3
        asked    3 min ago by hello, 019a1b2c-3d4e-7000-8000-000000000001/city
        expires  in 2 h
        answer   a text
        with     perdure waits answer 019a1b2c-4444 <answer>

      019a1b2c-4445  Approved?
        asked   3 min ago by hello, 019a1b2c-3d4e-7000-8000-000000000001/review/1/decision
        answer  --approve, or --reject with what must change
        with    perdure waits answer 019a1b2c-4445 --approve
                perdure waits answer 019a1b2c-4445 --reject <feedback>
      "
    `);
  });

  test('tells what is delegated as that, to whom, and how to answer in the place of the member', async () => {
    const answerSchema = z.toJSONSchema(delegationAnswerSchema(z.object({ found: z.int() })), { io: 'input' });
    const wait = aWait({ purpose: 'delegation', question: 'Count the lamps.', context: { to: 'scout' }, answerSchema });
    expect((await withWaits([wait], ['waits'])).stdout).toMatchInlineSnapshot(`
      "019a1b2c-4444  delegation  Count the lamps.
          to: scout
        asked   3 min ago by hello, 019a1b2c-3d4e-7000-8000-000000000001/city
        answer  JSON: { outcome: "done", text: string, next_role?: "main" | "verify" | "research" | "worker" | "user" | "none", output: { found: integer }, message?: string },…
        with    perdure waits answer 019a1b2c-4444 <json>
      "
    `);
  });

  test('says so when nobody is asked anything, and gives programs the page as it is', async () => {
    expect((await withWaits([], ['waits', 'list'])).stdout).toBe('No questions.\n');
    const wait = aWait({ context: { guests: 3 } });
    expect(dataIn((await withWaits([wait], ['waits', '--json'])).stdout)).toEqual([wait]);
  });

  test('shows with --answered what was decided, and with --run the questions of that run alone', async () => {
    const other = aRun().id.replace(/1$/, '9');
    const waits = [aWait({ answered }), aWait({ id: otherWait, runId: other, question: 'Whose?' })];
    const decided = (await withWaits(waits, ['waits', '--answered'])).stdout;
    expect(decided).toContain('{"verdict":"approved"}');
    expect(decided).toContain('30.0 s ago by ada');
    expect(decided).not.toContain('perdure waits answer');
    const open = await withWaits(waits, ['waits', 'list', '--run', '019a1b2c-3d4e']);
    expect(open.stdout).toBe('No questions.\n');
    expect((await withWaits(waits, ['waits', '--run', other])).stdout).toContain('Whose?');
  });

  test('cuts what is too long to look at, and lets nobody drive the terminal', async () => {
    const context = { plan: 'x'.repeat(500), steps: Array.from({ length: 100 }, (_, at) => at), evil: '\u009b31m' };
    const { stdout } = await withWaits([aWait({ question: 'a\u001b[2Jb\nc', context })], ['waits']);
    expect(stdout).toContain('a\\u001b[2Jb\n  c\n');
    expect(stdout).toContain('    …\n');
    expect(stdout).toContain('perdure waits show 019a1b2c-4444\n');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(200);
    expect(stdout).not.toContain('\u009b');
  });

  test('a list tells where it goes on', async () => {
    const { stdout, stderr } = await withWaits([aWait(), aWait({ id: otherWait })], ['waits', '--limit', '1']);
    expect(stdout).toContain(waitId.slice(0, 13));
    expect(stderr).toBe('More: the same with --cursor 1\n');
  });

  test('a state root named by --home is named again in the commands that answer', async () => {
    const { stdout } = await withWaits([aWait()], ['waits', '--home', '.perdure']);
    expect(stdout).toMatch(/perdure waits answer 019a1b2c-4444 --home \/.+\/\.perdure <answer>/);
  });
});

const interruptWhen = (written: string) => written.includes('… waiting');

describe('a text that is to be approved', () => {
  const digest = `# Digest\n\n${Array.from({ length: 30 }, (_, at) => `- change ${at}`).join('\n')}`;
  const asked = aWait({ context: { subject: digest }, answerSchema: decisionSchema, question: 'Do you approve this?' });
  const last = '    │ - change 29\n';

  test('is its lines, all of them, where it is asked and on its page', async () => {
    const page = await withWaits([asked], ['waits', 'show', waitId]);
    expect(page.stdout).toContain('Do you approve this?\n    │ # Digest\n    │\n    │ - change 0\n');
    const asking = { ...anAskingRun(), ends: false };
    await using api = await startFakeApi({ runs: [asking], onStart: () => asking, waits: [asked] });
    using place = createRunningPlace(api);
    const options = { cwd: place.folder, isTTY: true, env: { NO_COLOR: '1' }, interruptWhen };
    const watched = await cli(['runs', 'watch', runId], options);
    const started = await cli(['run', 'hello'], options);
    for (const shown of [page.stdout, watched.stdout, started.stderr]) {
      expect(shown).toContain(last);
      expect(shown).not.toContain('\\n');
    }
  });

  test('is its first line in the list, and its first twenty below the steps of the run, each with the way to the rest', async () => {
    const { stdout } = await withWaits([asked], ['waits']);
    expect(stdout).toContain('    │ # Digest\n    … 31 more lines\n');
    expect(stdout).toContain('  in full  perdure waits show 019a1b2c-4444\n');
    const shown = await withWaits([asked], ['runs', 'show', runId]);
    expect(shown.stdout).toContain(`    │ - change 17\n    …\n  in full: perdure waits show ${waitId}\n`);
  });
});

test('a key that tells approvals apart by a hash is read without it', async () => {
  const approval = aWait({ purpose: 'approval', stepKey: 'book/approval-9cbb76488644ad7a', context: {} });
  const { stdout } = await withWaits([approval], ['waits']);
  expect(stdout).toContain(`by hello, ${runId}/book/approval\n`);
});

const call = { tool: 'shell', effect: 'once', arguments: { command: `echo ${'x'.repeat(400)}\u202e; rm -rf build` } };

describe('a call that is to be approved', () => {
  const approval = aWait({
    purpose: 'approval',
    question: 'May "shell" be called with these arguments?',
    context: call,
  });

  test('is listed with its exact arguments, never cut, and both answers', async () => {
    const { stdout } = await withWaits([approval], ['waits']);
    expect(stdout).toContain('019a1b2c-4444  approval  May "shell" be called');
    expect(stdout).toContain(`command: "echo ${'x'.repeat(400)}\\u202e; rm -rf build"`);
    expect(stdout).toContain('perdure waits answer 019a1b2c-4444 --approve\n');
    expect(stdout).toContain('perdure waits answer 019a1b2c-4444 --reject <feedback>\n');
    expect(stdout).not.toContain('in full');
  });

  test('is shown with its arguments to who watches the run or looks at it', async () => {
    const asking = anAskingRun();
    await using api = await startFakeApi({ runs: [asking], waits: [approval] });
    using place = createRunningPlace(api);
    const options = { cwd: place.folder, env: { NO_COLOR: '1' } };
    const watched = await cli(['runs', 'watch', runId], {
      ...options,
      isTTY: true,
      interruptWhen: (written) => written.includes('… waiting'),
    });
    for (const { stdout } of [watched, await cli(['runs', 'show', runId], options)]) {
      // Broken where the terminal ends, behind a bar.
      expect(stdout.replaceAll(/\n *│ /g, '')).toContain('x'.repeat(400));
      expect(stdout).toContain('\\u202e; rm -rf build');
      expect(stdout).toContain(`perdure waits answer ${waitId} --approve\n`);
    }
  });
});

test('a call whose outcome is not known is listed with the three ways to decide', async () => {
  const wait = aWait({ purpose: 'outcome', question: 'Did the call of "mail" take effect?' });
  const { stdout } = await withWaits([wait], ['waits']);
  expect(stdout).toContain('019a1b2c-4444  outcome  Did the call');
  for (const flag of ['--done <json>', '--run-again', '--fail <reason>']) {
    expect(stdout).toContain(`perdure waits answer 019a1b2c-4444 ${flag}\n`);
  }
});

/** As the server makes it of a tool's output. */
const outcomeSchema = {
  oneOf: [
    {
      type: 'object',
      properties: {
        decision: { type: 'string', const: 'done' },
        result: {
          type: 'object',
          properties: { file: { type: 'string' }, pages: { type: 'integer' } },
          required: ['file'],
        },
      },
      required: ['decision', 'result'],
    },
    { type: 'object', properties: { decision: { type: 'string', const: 'run_again' } }, required: ['decision'] },
  ],
};

test('the JSON that an answer must be is shown as fields with their types, in the list and with the run', async () => {
  const asked = { purpose: 'outcome', question: 'Did the call of "mail" take effect?' } as const;
  const outcome = aWait({ ...asked, answerSchema: outcomeSchema });
  const trip = { city: { enum: ['Oslo', 'Rome'] }, nights: { type: 'integer' } };
  const value = aWait({ answerSchema: { type: 'object', properties: trip, required: ['city'] } });
  for (const argv of [['waits'], ['waits', 'show', waitId], ['runs', 'show', runId]]) {
    expect((await withWaits([outcome], argv)).stdout).toMatch(/^ {2}result +\{ file: string, pages\?: integer \}$/m);
    expect((await withWaits([value], argv)).stdout).toMatch(
      /^ {2}answer +JSON: \{ city: "Oslo" \| "Rome", nights\?: integer \}$/m,
    );
  }
});

describe('perdure waits show', () => {
  const long = { question: `Which city? ${'Think. '.repeat(50)}`, context: { plan: 'x'.repeat(500) } };

  test('prints all of what a list cuts, of an open question and of an answered one', async () => {
    for (const wait of [aWait(long), aWait({ ...long, answered: { ...answered, answer: 'y'.repeat(500) } })]) {
      const { code, stdout } = await withWaits([wait], ['waits', 'show', '019a1b2c-4444']);
      expect(code).toBe(0);
      expect(stdout).toContain(long.question.trim());
      expect(stdout).toContain('x'.repeat(500));
      expect(stdout).not.toContain('…');
      expect(stdout.includes('y'.repeat(500))).toBe(wait.answered !== undefined);
    }
  });

  test('gives programs the question as it is, and says which one there is none of', async () => {
    const wait = aWait(long);
    expect(dataIn((await withWaits([wait], ['waits', 'show', waitId, '--json'])).stdout)).toEqual(wait);
    const { code, stderr } = await withWaits([wait], ['waits', 'show', 'ffff']);
    expect(code).toBe(7);
    expect(stderr).toContain('`perdure waits`');
  });
});

describe('perdure waits answer', () => {
  test('of a run that is paused says that it has to be resumed', async () => {
    const runs = [{ run: aRun({ status: 'paused' }), steps: [], events: [], ends: true }];
    await using api = await startFakeApi({ runs, waits: [aWait()] });
    using place = createRunningPlace(api);
    const { stdout } = await cli(['waits', 'answer', waitId, '"Oslo"'], { cwd: place.folder });
    expect(stdout).toContain(`once it is resumed: perdure runs resume ${runId}`);
  });

  test.each([
    ['JSON', undefined, ['{"name":"Oslo"}'], { name: 'Oslo' }],
    ['plain text where any answer will do', undefined, ['Oslo'], 'Oslo'],
    ['a number where any answer will do', undefined, ['7'], 7],
    ['what looks like a number where a text is asked for', { type: 'string' }, ['7'], '7'],
    ['a quoted text where a text is asked for', { type: 'string' }, ['"Oslo"'], 'Oslo'],
    ['plain text where a text may be', { anyOf: [{ type: 'string' }, { type: 'null' }] }, ['Oslo'], 'Oslo'],
    ['--approve', decisionSchema, ['--approve'], { verdict: 'approved', feedback: '' }],
    ['--reject', decisionSchema, ['--reject', 'too long'], { verdict: 'changes_requested', feedback: 'too long' }],
  ])('gives %s', async (_name, answerSchema, argv, expected) => {
    const wait = aWait(answerSchema === undefined ? {} : { answerSchema });
    const { code, stdout, answers } = await withWaits([wait], ['waits', 'answer', waitId, ...argv]);
    expect({ code, answers }).toEqual({ code: 0, answers: [expected] });
    expect(stdout).toContain('Answered: Which city?');
    expect(stdout).toContain(`perdure runs watch ${runId}\n`);
  });

  test('reads the answer from a file or from stdin, without the line break at its end', async () => {
    const files = { 'a.json': '{"name":"Oslo"}\n', 'a.txt': 'Oslo\r\n' };
    const from = async (given: string, stdin = '') =>
      (await withWaits([aWait()], ['waits', 'answer', waitId, given], { files, stdin })).answers;
    expect(await from('@a.json')).toEqual([{ name: 'Oslo' }]);
    expect(await from('@a.txt')).toEqual(['Oslo']);
    expect(await from('-', 'two\nlines\n')).toEqual(['two\nlines']);
  });

  test.each([
    [[], 'needs an answer: --approve, or --reject with what must change'],
    [['{verdict:'], 'not JSON'],
    [['approved'], 'not JSON'],
    [['@missing.json'], 'missing.json'],
    [['{}', '--approve'], 'exclude each other'],
    [['--approve', '--reject', 'no'], 'exclude each other'],
  ])('sends nothing for a wrong %j and says what is wrong', async (argv, named) => {
    const wait = aWait({ answerSchema: decisionSchema });
    const { code, stderr, answers } = await withWaits([wait], ['waits', 'answer', waitId, ...argv]);
    expect({ code, answers }).toEqual({ code: 2, answers: [] });
    expect(stderr).toContain(named);
  });

  test('takes a prefix that names one open question, whatever was answered before', async () => {
    const waits = [aWait({ answered }), aWait({ id: otherWait })];
    expect((await withWaits(waits, ['waits', 'answer', '019A1B2C', 'Oslo'])).answers).toContain('Oslo');
    const twins = [aWait(), aWait({ id: otherWait })];
    const both = await withWaits(twins, ['waits', 'answer', '019a1b2c', 'Oslo']);
    expect({ code: both.code, answers: both.answers }).toEqual({ code: 8, answers: [] });
    expect(both.stderr).toContain(otherWait);
    expect((await withWaits(twins, ['waits', 'answer', 'ffff', 'Oslo'])).code).toBe(7);
    expect((await withWaits(twins, ['waits', 'answer', '01', 'Oslo'])).code).toBe(2);
  });

  test.each([waitId, '019a1b2c-4444'])(
    'of a question answered before, named %s, lets the server refuse',
    async (id) => {
      const { code, stderr, answers } = await withWaits([aWait({ answered })], ['waits', 'answer', id, 'late']);
      expect({ code, answers }).toEqual({ code: 8, answers: [answered.answer] });
      expect(stderr).toContain('was answered by ada');
    },
  );

  const outcome = { purpose: 'outcome', question: 'Did the call of "mail" take effect?' } as const;
  test.each([
    [['--done'], { decision: 'done' }],
    [['--done', '{"sent":true}'], { decision: 'done', result: { sent: true } }],
    [['--done', '-'], { decision: 'done', result: 'from stdin' }],
    [['--run-again'], { decision: 'run_again' }],
    [['--fail', 'It never arrived'], { decision: 'fail', reason: 'It never arrived' }],
    [['{"decision":"run_again"}'], { decision: 'run_again' }],
  ])('decides with %j what became of a call', async (argv, expected) => {
    const { code, answers } = await withWaits([aWait(outcome)], ['waits', 'answer', waitId, ...argv], {
      stdin: '"from stdin"',
    });
    expect({ code, answers }).toEqual({ code: 0, answers: [expected] });
  });

  test.each([
    [outcome, ['--approve'], 'takes another answer: --done'],
    [outcome, [], 'needs an answer: --done'],
    [outcome, ['--done', 'sent'], '--done \'"text"\''],
    [outcome, ['--done', '--run-again'], 'exclude each other'],
    [outcome, ['--fail'], 'See `perdure waits answer --help`'],
    [
      { ...outcome, answerSchema: outcomeSchema },
      ['--done'],
      "needs the result of the call: --done '<json>' with { file: string, pages?: integer }.",
    ],
    [{ purpose: 'approval' }, ['--run-again'], 'takes another answer: --approve'],
    [{}, ['--fail', 'no'], 'takes another answer: any JSON'],
  ] as const)('to %j refuses %j and sends nothing', async (wait, argv, named) => {
    const { code, stderr, answers } = await withWaits([aWait(wait)], ['waits', 'answer', waitId, ...argv]);
    expect({ code, answers }).toEqual({ code: 2, answers: [] });
    expect(stderr).toContain(named);
  });

  test('that the server refuses is told what was expected', async () => {
    const wait = aWait({ answerSchema: { type: 'object', properties: { nights: { type: 'integer' } } } });
    await using api = await startFakeApi({ waits: [wait], runs: [anAskingRun()], refusesAnswers: true });
    using place = createRunningPlace(api);
    const { code, stderr } = await cli(['waits', 'answer', waitId, '{"nights":40}'], { cwd: place.folder });
    expect(code).toBe(2);
    expect(stderr).toBe('perdure: `answer` is not valid; answer again. Expected is JSON: { nights?: integer }.\n');
  });

  test('with --json prints the question with its answer, and nothing else', async () => {
    const { stdout, stderr } = await withWaits([aWait()], ['waits', 'answer', waitId, 'Oslo', '--json']);
    expect(stderr).toBe('');
    expect(dataIn(stdout)).toMatchObject({ id: waitId, answered: { answer: 'Oslo', by: 'owner' } });
  });
});

describe('a run that waits for a person', () => {
  const question = `waits for a person: Which city?`;

  test('tells who watches it what is asked and how to answer', async () => {
    await using api = await startFakeApi({ runs: [anAskingRun()], onStart: anAskingRun, waits: [aWait()] });
    using place = createRunningPlace(api);
    const watch = (argv: readonly string[]) =>
      cli(argv, {
        cwd: place.folder,
        isTTY: true,
        env: { NO_COLOR: '1' },
        interruptWhen: (written) => written.includes('… waiting'),
      });
    const watched = await watch(['runs', 'watch', runId]);
    expect(watched.stdout.split('\r')[0]?.replace(/ {2}waiting for a person, .*/, '')).toBe(
      `? city  ${question}\n  perdure waits answer ${waitId} <answer>\n… waiting for a person\n`,
    );
    expect((await watch(['run', 'hello', '--watch'])).stderr).toContain(question);
    expect((await watch(['run', 'hello', '--home', '.perdure'])).stderr).toContain(
      `perdure waits answer ${waitId} --home ${place.paths.root}`,
    );
  });

  test.each([
    ['answered since then', [aWait({ answered })]],
    ['closed with its run', []],
  ])('tells who watches it from its beginning nothing of how to answer what was %s', async (_name, waits) => {
    const asking = anAskingRun();
    const events = someEvents(
      ['step.started', { key: 'city', kind: 'human', wait: waitId, question: 'Which city?' }],
      ['run.completed', {}],
    );
    await using api = await startFakeApi({ runs: [{ ...asking, run: aRun(), events, ends: true }], waits });
    using place = createRunningPlace(api);
    const { stdout } = await cli(['runs', 'watch', runId], { cwd: place.folder });
    expect(stdout).toBe('? city  asked: Which city?\n✓ completed\n');
  });

  test('a step that asks, itself or by one below it, is shown with commands that answer as they are', async () => {
    const review = aWait({ stepKey: 'review/1/decision', question: 'Publish?', answerSchema: decisionSchema });
    const step = aStep('review', { kind: 'review', status: 'started', endedAt: undefined, result: undefined });
    const asking = { ...anAskingRun(), steps: [step] };
    await using api = await startFakeApi({ runs: [asking], waits: [review] });
    using place = createRunningPlace(api);
    for (const shown of [
      ['runs', 'show', `${runId}/review`],
      ['waits', 'show', waitId],
    ]) {
      api.waits.set(waitId, review);
      const { stdout } = await cli(shown, { cwd: place.folder });
      const [command = ''] = /perdure (waits answer .* --approve)$/m.exec(stdout)?.slice(1) ?? [];
      expect(await cli(command.split(' '), { cwd: place.folder })).toMatchObject({ code: 0 });
      expect(api.waits.get(waitId)?.answered?.answer).toMatchObject({ verdict: 'approved' });
    }
  });

  test('what was asked for in the round before is told apart from what is to be looked at', async () => {
    const question = 'Publish?\n\nAsked for in the round before:\nshorter';
    const waits = [aWait({ question, context: { subject: 'A text.' } })];
    const apart = /Asked for in the round before:\n +shorter\n\n +\S* ?A text\./;
    expect((await withWaits(waits, ['waits', 'show', waitId])).stdout).toMatch(apart);
    expect((await withWaits(waits, ['runs', 'show', runId])).stdout).toMatch(apart);
  });

  test('is shown with the question and the command, until the run is over', async () => {
    const asking = anAskingRun();
    await using api = await startFakeApi({ runs: [asking], waits: [aWait()] });
    using place = createRunningPlace(api);
    const show = async (id: string) => (await cli(['runs', 'show', id], { cwd: place.folder })).stdout;
    expect(await show(runId)).toContain(`? ${question}\n  perdure waits answer ${waitId} <answer>\n`);
    expect(await show(`${runId}/city`)).toContain(question);
    asking.run = aRun({ status: 'cancelled' });
    expect(await show(runId)).not.toContain(question);
  });
});

test.each([
  [{}, 'any JSON'],
  [true, 'any JSON'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [
    { type: 'object', properties: { nights: { type: 'integer', minimum: 1, maximum: 14 } }, required: ['nights'] },
    '{ nights: integer 1..14 }',
  ],
  [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'integer at least 0'],
  [{ type: 'number', exclusiveMinimum: 0 }, 'number more than 0'],
  [{ type: 'string', minLength: 1 }, 'string'],
  [{ type: 'string', minLength: 2, maxLength: 80 }, 'string (2..80 characters)'],
  [{ type: 'array', minItems: 1, maxItems: 5, items: { type: 'string' } }, 'list (1..5) of string'],
  [{ type: 'array', items: { enum: ['a', 1] } }, 'list of ("a" | 1)'],
  [{ type: 'array', items: { type: 'object', properties: {} } }, 'list of {}'],
  [
    { anyOf: [{ const: 'no' }, { type: 'object', properties: { why: { type: 'string' } } }] },
    '"no" | { why?: string }',
  ],
])('the schema %j reads as %s', (schema, shape) => {
  expect(schemaShape(schema)).toBe(shape);
});

test.each([
  [undefined, 'any JSON, or a plain text'],
  [{ type: 'boolean' }, 'true or false'],
  [{ type: 'integer', minimum: 1, maximum: 14 }, 'a whole number 1..14'],
  [{ type: 'string', enum: ['red', 'green'] }, 'one of red, green'],
  [{ type: 'string', const: 'yes' }, 'one of yes'],
  [decisionSchema, '--approve, or --reject with what must change'],
  [{ $schema: 'x', type: 'array' }, 'JSON: list'],
])('an answer by the schema %j is expected as: %s', (schema, expected) => {
  expect(answerForm(schema === undefined ? {} : { answerSchema: schema }).expected).toBe(expected);
});
