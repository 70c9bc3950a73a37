/**
 * A family of two on one host, by the commands of the product alone: made at once, talking to each other, and going on
 * whatever dies; in the end nothing of them is left.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { busyAmong } from '@perdure/fleet/host';
import { createClient } from '@perdure/sdk';
import { installed, until } from '@perdure/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FamilyHost, readIfAny, seconds } from '../e2e/family-host.ts';
import { releases } from './releases.ts';

const handles = ['scout', 'ranger'] as const;

describe.each(releases)('a family of OpenClaw $version', (release) => {
  let host: FamilyHost;
  /** The channel of both, and the one of the person with scout. */
  let camp: string;
  let dm: string;
  /** With these they were at the hub. */
  const keys: string[] = [];
  const ports: number[] = [];

  const homeOf = (handle: string) => join(host.accountHome, `.openclaw-${handle}`);
  const channel = async (...words: readonly string[]): Promise<string> => {
    const { stdout } = await host.perdure('channels', ...words, '--json');
    return (JSON.parse(stdout) as { readonly data: { readonly id: string } }).data.id;
  };

  beforeAll(async () => {
    host = await FamilyHost.start(join(await installed(release), '..', '.bin'), {
      onLine: (line) => void process.stdout.write(`${line}\n`),
    });
    // Whatever is said to them that a test does not speak of, the welcome for one, is answered by nothing.
    host.system.setModelScript([{ text: 'NO_REPLY' }]);
  });
  afterAll(async () => await host?.[Symbol.asyncDispose]());

  test('is made by two commands at one moment, each with a home and a port of its own', async () => {
    await host.perdure('family', 'init', 'main');
    const added = await Promise.all(
      handles.map(async (handle) => {
        const words = ['--model', 'demo/demo', '--no-key', '--service', 'supervisor'];
        return { handle, ...(await host.perdure('family', 'add', handle, ...words)) };
      }),
    );
    await host.perdure('family', 'status');
    for (const { handle, tookMs } of added) {
      const { status, port, run } = await host.status(handle);
      expect(status).toBe('ready');
      ports.push(port);
      await host.perdure('runs', 'show', run?.id ?? '');
      const secrets = readFileSync(join(homeOf(handle), 'secrets.json'), 'utf8');
      keys.push((JSON.parse(secrets) as { readonly hub: string }).hub);
      const ownMs = ownTime(homeOf(handle));
      host.tell(
        `${handle}: added in ${seconds(tookMs)}, of it the gateway's own start ${seconds(ownMs)}: ${seconds(tookMs - ownMs)} beside it`,
      );
    }
    expect(new Set(ports).size).toBe(2);
    camp = await channel('create', 'Camp', '--member', 'scout', '--member', 'ranger');
    dm = await channel('dm', 'scout');
  }, 400_000);

  test('one of them writes to the other by its own tool, and is answered', async () => {
    const send = { action: 'send', channel: 'sesame', target: camp, message: 'How deep is the ford?' };
    // Some releases offer a model no more than a search for their tools, others the tools: only trying tells.
    const searched = { name: 'tool_call', arguments: { id: 'message', args: send } };
    const offered = { name: 'message', arguments: send };
    for (const [at, call] of [searched, offered].entries()) {
      const asked = `Ask ranger about the ford, way ${at}`;
      host.system.setModelScript([
        { match: { promptIncludes: 'Knee-deep.' }, text: 'NO_REPLY' },
        { match: { promptIncludes: asked, afterTools: 0 }, toolCalls: [call] },
        { match: { promptIncludes: asked }, text: 'I have asked.' },
        { match: { promptIncludes: 'How deep is the ford?' }, text: 'Knee-deep.' },
        { text: 'NO_REPLY' },
      ]);
      await host.perdure('messages', 'send', 'scout', `${asked}.`);
      const answer = async () =>
        (await host.said(dm)).filter(({ content }) => /I have asked|available/.test(content))[at];
      const { content } = await until(answer, { withinMs: 120_000, what: 'scout answers', everyMs: 250 });
      if (content === 'I have asked.') break;
    }
    await host.hears(camp, 'ranger', 'Knee-deep.');
    await host.perdure('messages', 'list', 'Camp');
    expect((await host.said(camp)).map(({ content, metadata }) => [metadata.senderHandle, content])).toEqual([
      ['scout', 'How deep is the ford?'],
      ['ranger', 'Knee-deep.'],
    ]);
  });

  test('goes on while perdure is started again: no gateway is started anew', async () => {
    const before = await Promise.all(handles.map((handle) => host.pidOf(handle)));
    await host.restart();
    host.tell('perdure was ended and started again');
    expect(await Promise.all(handles.map((handle) => host.pidOf(handle)))).toEqual(before);
    host.system.setModelScript([{ text: 'I was here all along.' }]);
    await host.perdure('messages', 'send', 'scout', 'Are you still there?');
    await host.hears(dm, 'scout', 'I was here all along.');
  });

  test('has a gateway that was killed back by itself, and it answers', async () => {
    const [before, other] = await Promise.all(handles.map((handle) => host.pidOf(handle)));
    if (before === undefined) throw new Error('scout has no process');
    host.system.setModelScript([{ text: 'Back again.' }]);
    const killedAt = performance.now();
    process.kill(before, 'SIGKILL');
    host.tell(`kill -9 ${before}: the gateway of scout`);
    await host.perdure('messages', 'send', 'scout', 'What was that?');
    await host.hears(dm, 'scout', 'Back again.');
    host.tell(`scout has answered ${seconds(performance.now() - killedAt)} after it was killed`);
    const { process: after } = await host.status('scout');
    host.tell(`scout was started again ${after.restarts} times`);
    if ((after.restarts ?? 0) > 1) await host.perdure('family', 'logs', 'scout', '--lines', '100');
    expect(after.state).toBe('running');
    expect(after.pid).not.toBe(before);
    expect(await host.pidOf('ranger')).toBe(other);
  });

  test('answers once where the server is killed in the middle of a turn', async () => {
    const { system } = host;
    const before = await Promise.all(handles.map((handle) => host.pidOf(handle)));
    system.setModelScript([
      { match: { promptIncludes: 'And now?' }, text: 'Now as well.' },
      { delayMs: 3_000, text: 'Let me think. Yes.' },
    ]);
    const asked = system.modelRequests().length;
    await host.perdure('messages', 'send', 'scout', 'Is the bridge safe?');
    await until(() => system.modelRequests().length > asked, { withinMs: 60_000, what: 'the turn is under way' });
    expect(system.kill('server')).toBe(true);
    host.tell('kill -9 of the server, in the middle of the turn of scout');
    await system.allUp(60_000);
    await host.hears(dm, 'scout', 'Let me think. Yes.');
    // What comes behind is answered behind: a second answer to the first would have been seen.
    await host.perdure('messages', 'send', 'scout', 'And now?');
    await host.hears(dm, 'scout', 'Now as well.');
    await host.perdure('messages', 'list', 'scout');
    const texts = (await host.said(dm)).map(({ content }) => content);
    expect(texts.slice(-4)).toEqual(['Is the bridge safe?', 'Let me think. Yes.', 'And now?', 'Now as well.']);
    expect(await Promise.all(handles.map((handle) => host.pidOf(handle)))).toEqual(before);
  });

  test('leaves nothing when both are taken away at once, but their archives', async () => {
    expect(host.processes().length).toBeGreaterThanOrEqual(2);
    // Somebody still asks one of them: that ends with it.
    const copied = host.perdure('family', 'backup', 'scout').catch(() => undefined);
    const isAsked = () =>
      host.processes().some((pid) => readIfAny(`/proc/${pid}/environ`).includes('PERDURE_COMMAND='));
    await until(isAsked, { withinMs: 10_000, what: 'a command is at work', everyMs: 10 });
    const archives = await Promise.all(
      handles.map(async (handle) => {
        await host.perdure('family', 'deprovision', handle, '--yes');
        return (await host.status(handle)).archive ?? '';
      }),
    );
    await copied;
    await host.perdure('family', 'status');
    expect(archives.map((path) => existsSync(path))).toEqual([true, true]);
    expect(host.processes()).toEqual([]);
    expect(await busyAmong(ports)).toEqual([]);
    expect(readdirSync(host.accountHome).filter((name) => name.startsWith('.openclaw'))).toEqual([]);
    expect(readdirSync(join(host.system.paths.run, 'fleet'))).toEqual([]);
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      await expect(createClient({ url: host.system.url, key }).whoAmI()).rejects.toMatchObject({
        code: 'unauthenticated',
      });
    }
    host.tell('nothing of them is left');
  });
});

/** From the first line that the gateway could print to that in which its channel says that it is at the hub. */
function ownTime(home: string): number {
  const { birthtimeMs } = statSync(join(home, 'logs', 'service.log'));
  const lines = readFileSync(join(home, 'logs', 'gateway.log'), 'utf8').split('\n');
  const line = lines.find((one) => one.includes('[sesame] Authenticated successfully')) ?? '{}';
  const { time = '' } = JSON.parse(line) as { readonly time?: string };
  return Date.parse(time) - birthtimeMs;
}
