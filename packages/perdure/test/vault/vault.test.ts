import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { expect, test } from 'vitest';
import { printable } from '../../src/text/format.ts';
import { auditList } from '../../src/vault/view.ts';
import { startFakeApi } from '../fake-api.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

const secret = 'canary-5d1b7e20';

async function openVault() {
  const api = await startFakeApi();
  const place = createRunningPlace(api);
  const run = async (line: string, more: readonly string[] = [], stdin?: string) =>
    await cli([...`vault ${line}`.split(' '), ...more], { cwd: place.folder, ...(stdin !== undefined && { stdin }) });
  await run('create scout-main');
  return {
    run,
    folder: place.folder,
    async [Symbol.asyncDispose]() {
      place[Symbol.dispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

test('a value comes from stdin or a file, is shown masked, and is given with a reason alone', async () => {
  await using vault = await openVault();
  const put = await vault.run('put scout-main GitHub --field token', [], `${secret}\n`);
  expect(put).toMatchObject({ code: 0, stdout: 'GitHub is in scout-main now: token.\n' });
  for (const shown of ['items scout-main', 'get scout-main github', 'get SCOUT-MAIN github --json']) {
    const { code, stdout } = await vault.run(shown);
    expect([code, stdout.includes('••••'), stdout.includes(secret)], shown).toEqual([0, true, false]);
  }
  const got = await vault.run('get scout-main github --reason deploy');
  expect(got).toMatchObject({ code: 0, stdout: `${secret}\n`, stderr: '' });
  writeFileSync(join(vault.folder, 'new.txt'), `${secret}-2`);
  const rotated = await vault.run('rotate scout-main github --field token --from new.txt');
  expect(rotated.stdout).toBe('GitHub is at version 2; what it held is gone.\n');
  expect((await vault.run('get scout-main github --reason deploy')).stdout).toBe(`${secret}-2\n`);
  expect((await vault.run('leases')).stdout.match(/deploy/g)).toHaveLength(2);
});

test('the audit is told by names where it has them, and by ids where it has none', () => {
  const row = { vaultId: 'v', at: '2026-01-02T03:04:05.000Z', actorId: 'a', actorHandle: 'ada', itemId: 'i' } as const;
  const rows = [
    { ...row, seq: 3, action: 'item.deleted', itemName: 'Git\u001bHub', version: 1 },
    {
      ...row,
      seq: 2,
      action: 'member.added',
      itemId: undefined,
      principalHandle: 'scout',
      principalId: 'p',
      role: 'viewer',
    },
    { vaultId: 'v', at: row.at, seq: 1, action: 'item.damaged', actorId: 'somebody', itemId: 'something' },
  ] as const;
  const [, ...lines] = auditList(rows, undefined).split('\n');
  expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['3', '2026-01-02 03:04', 'ada', 'item.deleted', printable('Git\u001bHub')],
    ['2', '2026-01-02 03:04', 'ada', 'member.added', 'scout viewer'],
    ['1', '2026-01-02 03:04', 'somebody', 'item.damaged', 'something'],
  ]);
});

test('several fields come as a JSON object, and one that is none is refused without a word of it', async () => {
  await using vault = await openVault();
  const object = JSON.stringify({ user: 'ada', 'api-key': secret });
  expect((await vault.run('put scout-main mail --object', [], object)).stdout).toContain('user, api-key');
  expect((await vault.run('get scout-main mail --reason x')).stderr).toContain('--field: user, api-key');
  for (const bad of [`{"user":${secret}`, `["${secret}"]`, `{"${secret}":1}`, '{}']) {
    const { code, stdout, stderr } = await vault.run('put scout-main other --object', [], bad);
    expect([code, stdout, stderr.includes(secret)]).toEqual([2, '', false]);
  }
  expect((await vault.run('put scout-main other', [], '\n')).code).toBe(2);
});

test('exec gives values to the environment of its child, not to its arguments, and has its exit code', async () => {
  await using vault = await openVault();
  await vault.run('put scout-main mail --object', [], JSON.stringify({ path: 'ada', 'api-key': secret }));
  const script = `const { USER_NAME, MAIL_API_KEY, PATH } = process.env;
    const seen = { USER_NAME, MAIL_API_KEY, PATH, argv: process.argv, execArgv: process.execArgv };
    require('node:fs').writeFileSync('seen.json', JSON.stringify(seen));
    process.exit(7);`;
  const items = ['--item', 'scout-main/mail', '--item', 'USER_NAME=scout-main/mail/path'];
  const { code, stdout, stderr } = await vault.run('exec', [...items, '--', execPath, '-e', script]);
  expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: '', stderr: '' });
  const seen = JSON.parse(readFileSync(join(vault.folder, 'seen.json'), 'utf8')) as Record<string, unknown>;
  expect(seen).toMatchObject({ USER_NAME: 'ada', MAIL_API_KEY: secret });
  expect(seen['PATH']).not.toBe('ada');
  expect(JSON.stringify([seen['argv'], seen['execArgv']])).not.toContain(secret);
  expect(process.env['MAIL_API_KEY']).toBeUndefined();
  const unnamed = await vault.run('exec', ['--item', 'NAME=scout-main/mail', '--', 'true']);
  expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringContaining('say which field') });
  const missing = await vault.run('exec', ['--item', 'scout-main/mail', '--', './no-such-program']);
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('ENOENT') });
});

test('exec gives a value by a descriptor that the child reads once, and its number where the command names it', async () => {
  await using vault = await openVault();
  const long = `${secret}\0${'x'.repeat(15_000)}é`;
  await vault.run('put scout-main mail --object', [], JSON.stringify({ user: 'ada', long }));
  const script = `const { readFileSync, writeFileSync } = require('node:fs');
    const { argv, env } = process;
    const read = [env.ONE_FD, argv[1]].map((fd) => readFileSync(Number(fd), 'utf8'));
    writeFileSync('seen.json', JSON.stringify({ read, argv, env }));
    process.kill(process.pid, 'SIGTERM'); setTimeout(() => undefined, 60_000)`;
  const given = ['--fd', 'ONE=scout-main/mail/user', '--fd', 'TWO=scout-main/mail/long'];
  const program = [execPath, '-e', script, '{TWO}', '{OTHER}', '/dev/fd/{ONE}'];
  const { code, stdout, stderr } = await vault.run('exec', [...given, '--', ...program]);
  expect({ code, stdout, stderr }).toEqual({ code: 143, stdout: '', stderr: '' });
  const seen = JSON.parse(readFileSync(join(vault.folder, 'seen.json'), 'utf8')) as Record<string, unknown>;
  expect(seen['read']).toEqual(['ada', long]);
  expect(seen['argv']).toEqual([execPath, '4', '{OTHER}', '/dev/fd/3']);
  expect(seen['env']).toMatchObject({ ONE_FD: '3', TWO_FD: '4' });
  expect(JSON.stringify([seen['argv'], seen['env']])).not.toContain(secret);
  // A child that does not read, and one that never starts.
  expect((await vault.run('exec', [...given, '--', execPath, '-e', '0'])).code).toBe(0);
  expect((await vault.run('exec', [...given, '--', './no-such-program'])).stderr).toContain('ENOENT');
});

test('exec refuses what it cannot give in a sentence without the value', async () => {
  await using vault = await openVault();
  await vault.run(
    'put scout-main node --object',
    [],
    JSON.stringify({ options: '--require=./evil.js', nul: `${secret}\0` }),
  );
  const refused: readonly (readonly [given: readonly string[], why: string])[] = [
    [[], '--item'],
    [['--fd', 'scout-main/node/nul'], 'NAME=<vault>/<item>/<field>'],
    [['--fd', 'N=scout-main/node'], 'NAME=<vault>/<item>/<field>'],
    [['--fd', 'A-B=scout-main/node/nul'], 'NAME=<vault>/<item>/<field>'],
    [['--item', 'NUL=scout-main/node/nul'], 'holds a NUL'],
    [['--item', 'scout-main/node/options'], 'NODE_OPTIONS, by which programs run other code'],
  ];
  for (const [given, why] of refused) {
    const { code, stdout, stderr } = await vault.run('exec', [...given, '--', 'true']);
    expect([code, stdout, stderr.includes(secret)], stderr).toEqual([2, '', false]);
    expect(stderr).toContain(why);
  }
});

test('an item is deleted, a vault is sealed under a new key, and is deleted with what is in it', async () => {
  await using vault = await openVault();
  await vault.run('put scout-main one', [], secret);
  await vault.run('put scout-main two', [], secret);
  expect((await vault.run('delete scout-main ONE')).stdout).toBe('one is in scout-main no more.\n');
  expect((await vault.run('items scout-main')).stdout).toMatch(/^NAME.*\ntwo [^\n]*\n$/);
  expect((await vault.run('rekey scout-main')).stdout).toBe('All of scout-main is sealed under a new key.\n');
  expect((await vault.run('root rotate')).stdout).toBe(
    '1 vault is sealed under another root key now, 00112233445566ff. Make a backup anew; those of before open with the key of before alone.\n',
  );
  expect((await vault.run('delete scout-main none')).code).toBe(7);
  expect((await vault.run('delete scout-main')).stdout).toBe('Vault scout-main is gone, with all that was in it.\n');
  expect((await vault.run('list')).stdout).toContain('No vaults');
});

test('resolve answers OpenClaw in its form: what can be had, and why not what cannot', async () => {
  await using vault = await openVault();
  await vault.run('put scout-main mail --object', [], JSON.stringify({ user: 'ada', password: secret }));
  const ids = ['scout-main/mail/password', 'scout-main/mail', 'scout-main/none/x', 'odd'];
  const request = JSON.stringify({ protocolVersion: 1, provider: 'vault', ids });
  const { code, stdout } = await vault.run('resolve', [], request);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    protocolVersion: 1,
    values: { 'scout-main/mail/password': secret },
    errors: {
      'scout-main/mail': { code: 'NOT_FOUND', message: expect.stringContaining('say which') },
      'scout-main/none/x': { code: 'NOT_FOUND', message: expect.stringContaining('There is no item') },
      odd: { code: 'NOT_FOUND', message: expect.stringContaining('<vault>/<item>') },
    },
  });
  for (const bad of ['', 'null', '{"ids":[]}', '{"protocolVersion":2,"ids":["a/b"]}']) {
    expect((await vault.run('resolve', [], bad)).stderr).toContain('"protocolVersion": 1');
  }
});

test('an item that asks for approval waits for it, and a lease is decided on by the beginning of its id', async () => {
  await using vault = await openVault();
  await vault.run('drop scout-main bank --approval', [], secret);
  const waiting = await vault.run('get scout-main bank --reason x');
  expect([waiting.code, waiting.stdout]).toEqual([8, '']);
  const asked = await vault.run('lease scout-main bank --reason rent --for 1h --json');
  const { id, ttlSeconds } = dataIn(asked.stdout) as { id: string; ttlSeconds: number };
  expect(ttlSeconds).toBe(3600);
  expect((await vault.run(`decide ${id.slice(0, 8)} approved`)).stdout).toBe('The lease is active now.\n');
  expect((await vault.run(`decide ${id.slice(0, 8)} perhaps`)).code).toBe(2);
});

test('an item is granted to a tool or a model server as a whole, listed, and taken back', async () => {
  await using vault = await openVault();
  await vault.run('put scout-main GitHub --field token', [], secret);
  expect((await vault.run('grant scout-main/github --tool open-issue')).stdout).toBe(
    'GitHub is given to the tool open-issue from now on, until its file changes.\n',
  );
  expect((await vault.run('grant scout-main/github --model groq')).stdout).toContain('until its address changes');
  const { stdout } = await vault.run('grants');
  expect(stdout).toMatch(/model groq +scout-main\/GitHub .*\ntool open-issue +scout-main\/GitHub/);
  expect((await vault.run('ungrant scout-main/github --tool open-issue')).stdout).toContain('Rotate what it may know.');
  expect((await vault.run('grants')).stdout).not.toContain('open-issue');
  for (const [line, said] of [
    ['ungrant scout-main/github --tool open-issue', 'was not granted'],
    ['grant scout-main/github', 'Say to whom'],
    ['grant scout-main/github --tool a --model b', 'Say to whom'],
    ['grant scout-main/github/token --tool a', 'granted as a whole'],
    ['grant scout-main --tool a', 'names no item'],
    ['grant scout-main/none --tool a', 'There is no item'],
  ] as const) {
    expect((await vault.run(line)).stderr, line).toContain(said);
  }
});
