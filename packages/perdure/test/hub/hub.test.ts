import { expect, test } from 'vitest';
import { startFakeApi } from '../fake-api.ts';
import { fakeMadeKey } from '../fake-hub.ts';
import { cli, createRunningPlace, dataIn } from '../harness.ts';

async function openHub() {
  const api = await startFakeApi();
  const place = createRunningPlace(api);
  const run = async (line: string, more: readonly string[] = [], stdin?: string) =>
    await cli([...line.split(' '), ...more], { cwd: place.folder, ...(stdin !== undefined && { stdin }) });
  return {
    run,
    async [Symbol.asyncDispose]() {
      place[Symbol.dispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

test('a principal is made, listed and renamed, and what to do next is said', async () => {
  await using hub = await openHub();
  const made = await hub.run('principals create scout --kind agent --name', ['The scout']);
  expect(made).toMatchObject({ code: 0, stdout: 'Made agent scout. It needs a key: perdure keys create scout\n' });
  expect((await hub.run('principals create scout')).code).toBe(8);
  expect((await hub.run('principals create Scout')).stderr).toContain('1 to 40 lower-case letters');
  expect((await hub.run('principals rename scout', ['Sam'])).stdout).toBe('scout is shown as Sam.\n');
  expect((await hub.run('principals list')).stdout).toBe(
    ['HANDLE  KIND   NAME   SINCE', 'owner   owner  Owner  2026-01-02', 'scout   agent  Sam    2026-01-02', ''].join(
      '\n',
    ),
  );
});

test('what was managed is told newest first, of all or of one', async () => {
  await using hub = await openHub();
  await hub.run('principals create scout');
  expect((await hub.run('principals log')).stdout).toBe(
    [
      'NO  WHEN              WHO    DID                TO     DETAIL',
      '2   2026-01-02 03:04  owner  principal.created  scout  scout',
      '1   2026-01-02 03:04  owner  principal.created  owner  owner',
      '',
    ].join('\n'),
  );
  expect((await hub.run('principals log scout')).stdout.split('\n')).toHaveLength(3);
  expect((await hub.run('principals log nobody')).code).toBe(7);
});

test('a key is alone on stdout, shown once, and revoked by its label or the beginning of its id', async () => {
  await using hub = await openHub();
  await hub.run('principals create scout');
  const made = await hub.run('keys create scout --label laptop');
  expect(made.stdout).toBe(`${fakeMadeKey}\n`);
  expect(made.stderr).toContain('the only time');
  const json = dataIn((await hub.run('keys create scout --json')).stdout) as { id: string; key: string };
  expect(json.key).toBe(fakeMadeKey);
  expect((await hub.run('keys revoke scout laptop')).stdout).toContain('Revoked key laptop');
  expect((await hub.run(`keys revoke scout ${json.id.slice(0, 14)}`)).stdout).toContain('Revoked key key');
  const { stdout } = await hub.run('keys list scout');
  expect(stdout).not.toContain(fakeMadeKey);
  expect(stdout.match(/revoked 2026-01-02 03:04/g)).toHaveLength(2);
  expect(await hub.run('keys list nobody')).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('perdure principals list'),
  });
});

test('a channel is made of handles and named by its name, letter case aside', async () => {
  await using hub = await openHub();
  await hub.run('principals create scout');
  await hub.run('principals create ada --kind human');
  expect((await hub.run('channels create Plans --member scout')).stdout).toContain('perdure messages send Plans');
  expect((await hub.run('channels add plans ada')).stdout).toBe('ada is in Plans now.\n');
  expect((await hub.run('channels members PLANS')).stdout.match(/up to 0/g)).toHaveLength(3);
  expect((await hub.run('channels remove Plans @ada')).stdout).toBe('ada is in Plans no more.\n');
  expect((await hub.run('channels dm scout')).stdout).toMatch(/The dm with scout is [0-9a-f-]{36}\. Say something/);
  expect((await hub.run('channels list')).stdout).toMatch(/^NAME +KIND +MESSAGES +UNREAD +ID\nPlans +group +0 +0 /);
  expect(await hub.run('channels members Nothing')).toMatchObject({ code: 7 });
  expect(await hub.run('channels create', [' '])).toMatchObject({ code: 2 });
});

test('messages are sent as they are, from stdin too, answered by number, and shown without what a terminal obeys', async () => {
  await using hub = await openHub();
  await hub.run('channels create Plans');
  expect((await hub.run('messages list Plans')).stdout).toBe('Nothing was said yet.\n');
  expect((await hub.run('messages send Plans', ['Good morning'])).stdout).toBe('Sent to Plans as number 1.\n');
  await hub.run('messages send Plans - --reply 1', [], 'two\nlines \u001b[31mred\n');
  const { stdout } = await hub.run('messages list Plans');
  expect(stdout).not.toContain('\u001b');
  expect(stdout.split('\n').slice(0, 4)).toEqual([
    '1  2026-01-02 03:04  owner',
    '  Good morning',
    '2  2026-01-02 03:04  owner  in a thread',
    '  two',
  ]);
  expect((await hub.run('messages list Plans --limit 1')).stderr).toContain('--before 2');
  expect(await hub.run('messages send Plans', [' '])).toMatchObject({ code: 2 });
  expect(await hub.run('messages send Plans x --reply 9')).toMatchObject({ code: 7 });
});
