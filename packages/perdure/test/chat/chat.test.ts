/** `perdure chat` against the server itself, through pipes; `docs/testing.md` tells of the terminal. */

import { randomUUIDv7 } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Message } from '@perdure/contract';
import { saveKey } from '@perdure/home';
import { until } from '@perdure/testing';
import { listenHttp } from '../../../server/test/http/harness.ts';
import { socketPath } from '../../../server/test/ws/listening-world.ts';
import { cli, envelopesIn } from '../harness.ts';
import { openHubPlace } from '../hub/hub-place.ts';

/** A pipe into a chat of the human in Plans, with all that came out of it so far. */
async function openChat(more: readonly string[] = []) {
  const world = await openHubPlace();
  saveKey(world.place.paths, 'human', world.human.key);
  const stdin = new Readable({ read: () => undefined });
  let written = '';
  const argv = ['chat', 'plans', '--as', 'human', '--json', ...more];
  const done = cli(argv, { cwd: world.place.folder, stdin, onWrite: (text) => (written += text) });
  const news = () =>
    (written.trim() === '' ? [] : envelopesIn(written.slice(0, written.lastIndexOf('\n') + 1))).map(
      ({ data }) => data as { readonly kind: string; readonly message?: Message },
    );
  const contents = () => news().flatMap(({ kind, message }) => (kind === 'message' ? [message?.content] : []));
  const sees = async (count: number) => await until(() => contents().length >= count, { what: `${count} messages` });
  const isConnected = async (times = 1) =>
    await until(() => news().filter(({ kind }) => kind === 'connected').length >= times, { what: 'a connection' });
  return { ...world, stdin, done, news, contents, sees, isConnected };
}

test('lines of a pipe are said in their order, as they are, and it ends when all are acknowledged', async () => {
  const { run, place, human } = await openHubPlace();
  saveKey(place.paths, 'human', human.key);
  const stdin = 'first\r\n\n  \n/not an order\n/quit\nnever said\n';
  const { code, stdout } = await cli(['chat', 'plans', '--as', 'human'], { cwd: place.folder, stdin });
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\d\d:\d\d/g, 'T').replaceAll(/\d{4}-\d\d-\d\d /g, '')).toBe(
    'T human: first\nT human: /not an order\n',
  );
  const { stdout: listed } = await run('messages list Plans');
  expect(listed).not.toContain('never said');
});

test('what others say comes once and in order, and edits, deletions and reactions with it', async () => {
  const { say, agent, stdin, done, contents, sees, isConnected, news, channel } = await openChat();
  await isConnected();
  const { id } = await say('one');
  await say('two');
  await sees(2);
  const path = `/api/v1/channels/${channel.id}/messages/${id}`;
  await agent.json('PATCH', path, { json: { content: 'one and', streaming: true } });
  await agent.json('PATCH', path, { json: { content: 'one and more' } });
  await agent.json('POST', `${path}/reactions`, { json: { emoji: '+' } });
  await agent.json('DELETE', path);
  await until(() => news().some(({ kind }) => kind === 'deleted'), { what: 'the deletion' });
  stdin.push(null);
  expect((await done).code).toBe(0);
  expect(contents()).toEqual(['one', 'two']);
  expect(news().map(({ kind }) => kind)).toEqual([
    'connected',
    'message',
    'message',
    'edited',
    'edited',
    'reaction',
    'deleted',
  ]);
});

test('a server that is away for a while costs nothing: what came and what was said is there once', async () => {
  const { say, agent, stdin, done, contents, sees, isConnected, server, sockets, harness, owner, channel } =
    await openChat();
  await isConnected();
  const first = await say('before');
  await sees(1);
  await server.close();
  stdin.push('said meanwhile\n');
  await say('missed 1');
  await say('missed 2');
  await agent.json('PATCH', `/api/v1/channels/${channel.id}/messages/${first.id}`, { json: { content: 'edited' } });
  const again = await listenHttp(harness.app, {
    port: server.port,
    newId: randomUUIDv7,
    log: () => undefined,
    sockets: { ...sockets, path: socketPath },
  });
  await isConnected(2);
  await sees(4);
  stdin.push('after\n');
  stdin.push(null);
  expect((await done).code).toBe(0);
  await again.close();
  expect(contents()[0]).toBe('before');
  expect(new Set(contents())).toEqual(new Set(['before', 'missed 1', 'missed 2', 'said meanwhile', 'after']));
  expect(contents()).toHaveLength(5);
  const { body } = await owner('GET', `/api/v1/channels/${channel.id}/messages`);
  expect((body.data as Message[]).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
});

test('a server that is away at the start is waited for, as one that goes away later, and Ctrl-C ends the wait', async () => {
  const { place, run } = await openHubPlace();
  await run('channels dm agent');
  const instance = readFileSync(place.paths.instance);
  rmSync(place.paths.instance);
  let written = '';
  const onWrite = (text: string): void => void (written += text);
  const argv = ['chat', 'agent', '--json'];
  const done = cli(argv, { cwd: place.folder, stdin: 'said beforehand\n', onWrite });
  await until(() => written.includes('"away"'), { what: 'that it waits' });
  writeFileSync(place.paths.instance, instance);
  const { code, stderr } = await done;
  expect(code).toBe(0);
  expect(stderr.match(/is waited for/g)).toHaveLength(1);
  expect((await run('messages list agent')).stdout).toContain('said beforehand');
  // Whose dm is called as its other member is shown.
  expect((await run('messages list @agent')).code).toBe(0);
  expect(await run('messages list other')).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('no dm with other: `perdure channels dm other` makes one'),
  });
  expect((await run('messages list owner')).stderr).toContain('perdure channels list');
  rmSync(place.paths.instance);
  const ended = await cli(['chat', 'agent'], {
    cwd: place.folder,
    stdin: 'never\n',
    interruptWhen: (text) => text.includes('waited for'),
  });
  expect(ended).toMatchObject({
    code: 130,
    stderr: expect.stringMatching(/not running on .*`perdure up`.*waited for/),
  });
});

test('a key that is revoked ends it with the reason', async () => {
  const { run, done, isConnected } = await openChat();
  await isConnected();
  await run('keys revoke human key');
  expect(await done).toMatchObject({ code: 3, stderr: expect.stringContaining('Your key was revoked') });
});

test('what the server refuses is told by its beginning, and the rest is said', async () => {
  const { place, run } = await openHubPlace();
  await run('channels dm agent');
  const stdin = `${'x'.repeat(10_001)}\nshort\n`;
  const { code, stdout, stderr } = await cli(['chat', 'agent'], { cwd: place.folder, stdin });
  expect([code, stdout]).toEqual([2, expect.stringMatching(/owner: short\n$/)]);
  expect(stderr).toMatch(/^Not sent: "x{40}…"\. .*at most 10000 characters/);
});

test('one talks with whom there is, in channels that one is in, and not with oneself', async () => {
  const { place, run } = await openHubPlace();
  const refusal = async (...who: readonly string[]) => {
    const { code, stderr } = await cli(['chat', ...who], { cwd: place.folder, stdin: '' });
    return `${code} ${stderr}`;
  };
  expect(await refusal('nobody')).toMatch(/^7 .*no channel "nobody"/);
  expect(await refusal('@nobody')).toMatch(/^7 .*perdure principals list/);
  expect(await refusal('owner')).toMatch(/^2 .*yourself/);
  expect(await refusal('Plans')).toMatch(/^4 .*channels add/);
  expect((await run('channels list')).stdout).toContain('No channels');
});
