import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createNetServer } from 'node:net';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { gatewayProgram, probeGateway } from '@perdure/fleet/openclaw';
import { until } from '@perdure/testing';
import { isAlive, killAfterTest, tempFolder } from '@perdure/testing/after-test';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

const canary = 'canary-5b1e-of-a-provider';

/** A command line that writes down how it was called, and then does what `body` says. */
function programThat(body: string) {
  const accountHome = tempFolder();
  const home = join(accountHome, '.openclaw-scout');
  mkdirSync(home);
  writeFileSync(join(home, 'secrets.json'), JSON.stringify({ hub: canary }));
  const entry = join(accountHome, 'openclaw.mjs');
  const called = join(accountHome, 'called.json');
  const log = `writeFileSync(${JSON.stringify(called)}, JSON.stringify({ argv: process.argv, env: process.env, pid: process.pid }));`;
  writeFileSync(
    entry,
    `import { writeFileSync } from 'node:fs'; import { spawn } from 'node:child_process';\nconst words = process.argv.slice(2).join(' ');\n${body}\n${log}`,
  );
  const program = gatewayProgram({ node: process.execPath, entry }, { accountHome });
  const call = () =>
    JSON.parse(readFileSync(called, 'utf8')) as {
      readonly argv: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    };
  return { program, home, call, accountHome };
}

/** Of a command that has written down its own and that of what it has started. */
const pidsOf = async ({ accountHome }: ReturnType<typeof programThat>): Promise<readonly number[]> =>
  await until(
    () => {
      const path = join(accountHome, 'pids');
      const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
      return /^\d+ \d+;$/.test(text) && text.slice(0, -1).split(' ').map(Number);
    },
    { what: 'it runs' },
  );

const says = (value: unknown): string => `process.stdout.write(${JSON.stringify(JSON.stringify(value))});`;

describe('a command of OpenClaw', () => {
  it('is given nothing of our environment', async () => {
    process.env['ANTHROPIC_API_KEY'] = canary;
    onTestFinished(() => void delete process.env['ANTHROPIC_API_KEY']);
    const { program, home, call } = programThat(says({ valid: true }));
    expect(await program.validate(home)).toEqual([]);
    expect(JSON.stringify(call())).not.toContain(canary);
    expect(call().env).toMatchObject({ OPENCLAW_STATE_DIR: home, OPENCLAW_SUPERVISOR_MODE: 'external' });
  });

  it('is asked a text that nobody sees who lists processes', async () => {
    const turn = { status: 'ok', result: { payloads: [{ text: 'Yes.' }, { text: null }] } };
    const body = `if (words.startsWith('agent')) { ${says(turn)} } else { ${says({ ok: true, defaultAgentId: 'main' })} }`;
    const { program, home, call } = programThat(body);
    expect(await program.ask(home, 'My password is blue', { timeoutMs: 120_000 })).toBe('Yes.');
    expect(call().argv.join(' ')).not.toContain('blue');
    const file = call().argv[call().argv.indexOf('--message-file') + 1] ?? '';
    expect(existsSync(file)).toBe(false);
  });

  it('that tells of a turn from which nothing came has said nothing, and what it tells is the reason', async () => {
    const turn = { status: 'error', summary: 'failed', result: { payloads: [{ text: 'The model is silent.' }] } };
    const body = `if (words.startsWith('agent')) { ${says(turn)} process.exitCode = 1; } else { ${says({ ok: true })} }`;
    const { program, home } = programThat(body);
    await expect(program.ask(home, 'Are you there?', { timeoutMs: 120_000 })).rejects.toThrow(
      /took no turn \(The model is silent\.\)/,
    );
  });

  it('that hangs is ended with what it has started, and told so', async () => {
    const body = `const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      writeFileSync(process.env.HOME + '/pids', process.pid + ' ' + child.pid + ';'); setInterval(() => {}, 1000);`;
    const made = programThat(body);
    const { program, home } = made;
    const clock = vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const failed = expect(program.health(home, { timeoutMs: 1_500 })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('openclaw health'),
    });
    const pids = await pidsOf(made);
    killAfterTest(...pids);
    clock.advanceTimersByTime(1_500);
    await failed;
    await until(() => pids.every((pid) => !isAlive(pid)), { what: 'both are gone' });
  });

  it('that nobody waits for any more is ended with what it has started, of this home alone', async () => {
    const body = `if (!words.startsWith('status')) {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
      writeFileSync(process.env.HOME + '/pids', process.pid + ' ' + child.pid + ';'); setInterval(() => {}, 1000); }`;
    const [one, other] = [programThat(body), programThat(body)];
    const asked = [one, other].map(async ({ program, home }) => await program.health(home, { timeoutMs: 120_000 }));
    const failed = Promise.allSettled(asked);
    const [pids, others] = [await pidsOf(one), await pidsOf(other)];
    killAfterTest(...pids, ...others);
    await one.program.endCommands(one.home);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(others.filter(isAlive)).toEqual(others);
    await other.program.endCommands(other.home);
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('is not begun for a home that is not there, and makes none', async () => {
    const { program, home, accountHome } = programThat(says({ ok: true }));
    rmSync(home, { recursive: true });
    await expect(program.health(home, { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'not_found' });
    expect(existsSync(join(accountHome, 'called.json'))).toBe(false);
  });

  it('that prints without end is ended', async () => {
    const body = `const line = Buffer.alloc(65536, 'x'); const more = () => { while (process.stdout.write(line)); process.stdout.once('drain', more); }; more(); setInterval(() => {}, 1000);`;
    const { program, home } = programThat(body);
    await expect(program.validate(home)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['no JSON', `process.stdout.write('Segmentation fault');`],
    ['nothing', `process.stderr.write('Error: it broke'); process.exitCode = 1;`],
    ['JSON of another kind', says([1, 2])],
    ['null', says(null)],
  ])('that answers %s is told of with what to do', async (_what, body) => {
    const { program, home } = programThat(body);
    await expect(program.validate(home)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/could not look at its settings \(.+\); see its log\.$/),
    });
    await expect(program.health(home, { timeoutMs: 120_000 })).rejects.toMatchObject({ code: 'unavailable' });
    await expect(program.backup(home, home)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('that breaks off while it makes a backup leaves nothing of it: what was begun holds keys', async () => {
    const begun = `writeFileSync(process.argv[process.argv.indexOf('--output') + 1] + '/half.tar.gz', 'canary'); process.exit(1);`;
    const { program, home, accountHome } = programThat(begun);
    const before = readdirSync(accountHome).toSorted();
    await expect(program.backup(home, accountHome)).rejects.toMatchObject({ code: 'unavailable' });
    expect(readdirSync(accountHome).toSorted()).toEqual(before);
  });

  it('that names a file elsewhere for its backup has made none, and that file stays as it is', async () => {
    const elsewhere = join(tempFolder(), 'theirs.tar.gz');
    writeFileSync(elsewhere, '', { mode: 0o644 });
    const { program, home, accountHome } = programThat(says({ archivePath: elsewhere, verified: true }));
    await expect(program.backup(home, accountHome)).rejects.toMatchObject({ code: 'unavailable' });
    expect(statSync(elsewhere).mode & 0o777).toBe(0o644);
  });

  it.each(['secrets.json', 'openclaw.json', '.env'])(
    'is told of though %s of its home is a pipe',
    { timeout: 60_000 },
    (name) => {
      const {
        home,
        accountHome,
        program: _program,
      } = programThat(says({ valid: false, issues: [{ message: 'It is wrong.' }] }));
      rmSync(join(home, name), { force: true });
      spawnSync('mkfifo', [join(home, name)]);
      const entry = join(accountHome, 'openclaw.mjs');
      const module = JSON.stringify(import.meta.resolve('@perdure/fleet/openclaw'));
      const given = JSON.stringify([{ node: process.execPath, entry }, { accountHome }]);
      const script = `const { gatewayProgram } = await import(${module});
      const program = gatewayProgram(...${given});
      console.log(JSON.stringify([await program.validate(${JSON.stringify(home)}), await program.modelAccess(${JSON.stringify(home)})]));`;
      // In a process of its own: whoever opens a pipe waits, and nothing else of it goes on.
      const asked = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 30_000 });
      expect(asked.stdout.trim()).toBe('[["It is wrong."],{"kind":"untold"}]');
    },
  );

  it('that has no end of words is told of in a sentence that has one', async () => {
    const message = 'no'.repeat(500_000);
    const issues = Array.from({ length: 1_000 }, () => ({ path: 'a', message }));
    const { program, home } = programThat(says({ valid: false, issues: issues.slice(0, 3) }));
    const problems = await program.validate(home);
    expect([problems.length, problems.join('').length < 2_000]).toEqual([3, true]);
    const many = programThat(says({ valid: false, issues: issues.map((one) => ({ ...one, message: 'no' })) }));
    expect((await many.program.validate(many.home)).length).toBeLessThanOrEqual(20);
    const failing = programThat(says({ ok: false, error: { message } }));
    const asked = failing.program.health(failing.home, { timeoutMs: 20_000 });
    expect((await asked.catch((error: Error) => error.message.length)) as number).toBeLessThan(1_000);
  });

  it('that repeats a secret has it taken out of its words', async () => {
    const issues = [{ path: 'channels.sesame.apiKey', message: `"${canary}" is not a key` }];
    const { program, home } = programThat(says({ valid: false, issues }));
    expect(await program.validate(home)).toEqual(['channels.sesame.apiKey: "[secret]" is not a key']);
    const failing = programThat(`process.stderr.write('cannot use ${canary}'); process.exitCode = 1;`);
    await expect(failing.program.reload(failing.home)).rejects.toThrow(/^((?!canary).)*\[secret\]((?!canary).)*$/);
  });

  it('whose Node is gone is told of', async () => {
    const program = gatewayProgram({ node: '/nowhere/node', entry: '/x' }, { accountHome: '/' });
    await expect(program.validate('/')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('is Node still there?'),
    });
  });
});

/** As OpenClaw writes its log. */
const line = (text: string): string => `${JSON.stringify({ '0': '{}', '1': text })}\n`;

describe('what a gateway says of itself', () => {
  const plugins = { loaded: ['sesame'], errors: [] };

  it('is not known where its release does not tell', async () => {
    const told = { isPluginLoaded: true, isChannelRunning: undefined, problems: [] };
    expect(await answer({ plugins })).toMatchObject(told);
    expect(await answer({ plugins, channels: { sesame: { configured: true } } })).toMatchObject(told);
  });

  it('is that the channel is not there where it tells of channels, and not of ours', async () => {
    expect(await answer({ plugins, channels: {} })).toMatchObject({ isChannelRunning: false });
  });

  it.each([
    { missingProvidersInUse: ['anthropic'] },
    { missingProvidersInUse: [], modelRouteIssues: [{ kind: 'missing-auth', provider: 'anthropic' }] },
  ])('is which provider has no key, and what to do', async (auth) => {
    const channels = { sesame: { running: true, connected: true } };
    const told = await answer({ plugins, channels }, { auth });
    expect(told).toMatchObject({ missingProviders: ['anthropic'] });
    expect(told.problems.join(' ')).toMatch(/No API key found for provider anthropic: put one into the vault/);
  });

  it.each([
    [
      'is which provider is referred to a key that is not there, though the command fails',
      'models status: models.providers.demo.apiKey is unresolved in the active runtime snapshot.',
      { isModelTold: true, missingProviders: ['demo'], problems: [expect.stringContaining('provider demo')] },
    ],
    [
      'is that nothing is known of its model where the command fails in another way',
      'models status: the catalog is away.',
      { isModelTold: false, missingProviders: [], problems: [expect.stringContaining('the catalog is away')] },
    ],
  ])('%s', async (_which, message, told) => {
    const channels = { sesame: { running: true, connected: true } };
    expect(await answer({ plugins, channels }, { ok: false, error: { type: 'cli_error', message } })).toMatchObject(
      told,
    );
  });

  it('is asked again, later, of a gateway that is too busy to answer', async () => {
    const server = createServer(() => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void (server.closeAllConnections(), server.close()));
    const { port } = server.address() as { readonly port: number };
    const { program, home } = programThat('');
    writeFileSync(join(home, 'secrets.json'), JSON.stringify({ gateway: 'a-token-of-a-test' }));
    writeFileSync(join(home, 'openclaw.json'), JSON.stringify({ gateway: { port } }));
    expect(await program.modelAccess(home)).toEqual({ kind: 'silent' });
  });

  it('is asked of its plugin where that tells, and of a command where it does not', async () => {
    const answers = { '/sesame/model': [200, { isUsable: true, provider: 'demo' }] } as const;
    const models = { auth: { missingProvidersInUse: ['demo'] } };
    const asked = await answer({ plugins }, models, await answering(answers));
    expect(asked).toMatchObject({ missingProviders: [] });
    const page = await answer({ plugins }, models, await answering({}));
    expect(page).toMatchObject({ missingProviders: ['demo'] });
  });

  it('is what its plugin said last of why it is not connected, and nothing of before it was', async () => {
    const channels = { sesame: { running: true, connected: false, lastError: null } };
    const body = `if (words.startsWith('models')) { ${says({ auth: {} })} } else { ${says({ ok: true, plugins, channels })} }`;
    const { program, home } = programThat(body);
    mkdirSync(join(home, 'logs'));
    const log = join(home, 'logs', 'gateway.log');
    const refused = line(
      `[sesame] Not connected: GET /api/v1/auth/me: 401 this key \u0022${canary}\u0022 opens nothing`,
    );
    writeFileSync(log, `${'x'.repeat(300_000)}\n${refused}`);
    const { problems } = await program.health(home, { timeoutMs: 120_000 });
    expect(problems.join(' ')).toMatch(/The hub refuses its key \(GET .*401.*\[secret\].*\): `perdure family repair`/);
    writeFileSync(log, `${refused}${line('[sesame] Authenticated successfully')}`);
    expect((await program.health(home, { timeoutMs: 120_000 })).problems.join(' ')).toMatch(
      /^Its channel does not run/,
    );
  });

  it('is why its plugin could not be loaded', async () => {
    const errors = [{ id: 'sesame', error: 'extension entry not found: ./index.js' }];
    const told = await answer({ plugins: { loaded: [], errors }, channels: {} });
    expect(told.problems).toEqual([
      expect.stringMatching(/could not be loaded \(.*entry not found.*`perdure family repair`/),
    ]);
  });
});

describe('the probe of a port', () => {
  const started = [200, { ok: true, status: 'started' }] as const;

  it.each([
    ['ready', { '/startupz': started, '/readyz': [200, { ready: true }] }],
    ['not_ready', { '/startupz': started, '/readyz': [503, { ready: false, failing: ['channel'] }] }],
    ['starting', { '/startupz': [503, { ok: false, status: 'starting' }] }],
    ['draining', { '/startupz': [503, { ok: false, status: 'draining' }] }],
    ['ready', { '/readyz': [200, { ready: true }] }],
    ['stranger', {}],
    ['stranger', { '/startupz': [404, 'x'.repeat(200_000)], '/readyz': [404, { ready: 'yes' }] }],
  ] as const)('finds it %s by what it answers', async (readiness, answers) => {
    expect((await probeGateway(await answering(answers), { timeoutMs: 60_000 })).readiness).toBe(readiness);
  });

  it('finds a stranger in what does not speak HTTP, and waits for nobody who is silent', async () => {
    const server = createNetServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => void (isMute ? undefined : socket.end('SSH-2.0-OpenSSH\r\n')));
      onTestFinished(() => void socket.destroy());
    });
    let isMute = false;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as { readonly port: number };
    expect((await probeGateway(port, { timeoutMs: 60_000 })).readiness).toBe('stranger');
    isMute = true;
    expect((await probeGateway(port, { timeoutMs: 100 })).readiness).toBe('not_ready');
  });
});

async function answering(answers: Readonly<Record<string, readonly [number, unknown]>>): Promise<number> {
  const server = createServer((request, response) => {
    const [status, body] = answers[request.url ?? ''] ?? [200, '<!doctype html>'];
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { readonly port: number }).port;
}

async function answer(health: object, models: object = { auth: { missingProvidersInUse: [] } }, port?: number) {
  const body = `if (words.startsWith('models')) { ${says(models)} } else { ${says({ ok: true, ...health })} }`;
  const { program, home } = programThat(body);
  if (port !== undefined) {
    writeFileSync(join(home, 'secrets.json'), JSON.stringify({ gateway: 'a-token-of-a-test' }));
    writeFileSync(join(home, 'openclaw.json'), JSON.stringify({ gateway: { port } }));
  }
  return await program.health(home, { timeoutMs: 120_000 });
}
