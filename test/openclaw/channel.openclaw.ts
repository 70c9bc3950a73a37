/**
 * Our channel plugin in real gateways: what a person says in the hub goes to an agent of OpenClaw and its answer comes
 * back, whatever dies meanwhile.
 */

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts, installed, until } from '@perdure/testing';
import type { Message } from '@perdure/contract';
import { System } from '../e2e/system.ts';
import { Gateway } from './gateway.ts';
import { releases } from './releases.ts';

describe.each(releases)('$name $version', (release) => {
  let system: System;
  let folder: string;
  let scout: Gateway;
  let channelId: string;

  const send = async (content: string, inChannel = channelId): Promise<Message> =>
    (await system.client.sendMessage({ params: { channelId: inChannel }, body: { content } })).data;
  const said = async (inChannel = channelId): Promise<readonly Message[]> =>
    (await system.client.listMessages({ params: { channelId: inChannel }, query: {} })).data;
  const answered = async (count: number, what: string): Promise<readonly Message[]> => {
    await until(async () => (await said()).length >= count, { withinMs: 120_000, what, everyMs: 250 });
    return await said();
  };
  const answersSaying = async (content: string) => (await said()).filter((one) => one.content === content).length;
  /** A new agent with a gateway of its own, which is yet to be started. */
  const hire = async (handle: string) => {
    const { data: principal } = await system.client.createPrincipal({ body: { handle, kind: 'agent' } });
    const { data: key } = await system.client.createKey({ params: { principalId: principal.id }, body: {} });
    const [port = 0] = await freePorts(1);
    const gateway = new Gateway({
      openclaw: await installed(release),
      home: folder,
      handle,
      port,
      hub: { url: system.url, apiKey: key.key },
      modelUrl: system.demoModelUrl,
      channel: { agentTurns: 3 },
    });
    return { principal, gateway };
  };

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-openclaw-')));
    system = await System.start();
    const { principal, gateway } = await hire('scout');
    scout = gateway;
    const made = await system.client.createChannel({ body: { kind: 'dm', memberIds: [principal.id] } });
    channelId = made.data.id;
  });

  afterAll(async () => {
    await scout?.[Symbol.asyncDispose]();
    await system?.[Symbol.asyncDispose]();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('takes the settings without a warning', async () => {
    expect(await scout.validate()).toMatchObject({ valid: true, warnings: [] });
  });

  test('answers what a person said to it before it was up, once', async () => {
    system.setModelScript([{ text: 'I am here.' }]);
    await send('Are you there?');
    await scout.start();
    const messages = await answered(2, 'an answer');
    expect(messages.map(({ content }) => content)).toEqual(['Are you there?', 'I am here.']);
    expect(messages[1]?.metadata).toMatchObject({ senderHandle: 'scout', senderKind: 'agent' });
  });

  test('goes on with a turn in which it was killed, and hears what it missed', async () => {
    const before = (await said()).length;
    system.setModelScript([{ times: 1, delayMs: 60_000, text: 'Too late.' }, { text: 'In the end.' }]);
    const asked = system.modelRequests().length;
    await send('Take your time.');
    await until(() => system.modelRequests().length > asked, { withinMs: 60_000, what: 'the turn is under way' });
    await scout.kill();
    await send('And this?');
    await scout.start();
    await until(async () => (await answersSaying('In the end.')) >= 2, {
      withinMs: 120_000,
      what: 'they are answered',
    });
    const texts = (await said()).slice(before).map(({ content }) => content);
    expect(texts).not.toContain('Too late.');
    expect(texts.slice(0, 2)).toEqual(['Take your time.', 'And this?']);
  });

  test('comes back by itself when the hub does, and hears what was said meanwhile', async () => {
    const before = (await said()).length;
    system.setModelScript([{ text: 'Welcome back.' }]);
    const came = scout.timesAuthenticated();
    system.kill('server');
    await until(() => scout.timesAuthenticated() > came, { withinMs: 60_000, what: 'it is back', everyMs: 250 });
    await send('Did you notice?');
    expect((await answered(before + 2, 'an answer')).at(-1)?.content).toBe('Welcome back.');
    // Nothing was answered twice meanwhile.
    expect(await answersSaying('In the end.')).toBeLessThanOrEqual(2);
  });

  test('tells as an error that its model has failed', async () => {
    const before = (await said()).length;
    system.setModelScript([{ status: 500 }]);
    await send('Try.');
    const messages = await answered(before + 2, 'a word about it');
    expect(messages.at(-1)).toMatchObject({ intent: 'error' });
  });

  test('lets two siblings talk, and stops them until a person speaks', async () => {
    system.setModelScript([{ text: 'And what do you think?' }]);
    const { principal, gateway } = await hire('ranger');
    await using ranger = gateway;
    await ranger.start();
    const [own] = await said();
    const memberIds = [principal.id, (await said())[1]?.senderId ?? ''];
    const made = await system.client.createChannel({ body: { kind: 'group', name: 'Camp', memberIds } });
    const camp = made.data.id;
    expect(own?.senderId).not.toBe(principal.id);
    await send('Discuss the weather.', camp);
    // Each answers the person, and then three times the other.
    await until(async () => (await said(camp)).length >= 1 + 2 + 6, { withinMs: 200_000, what: 'they have talked' });
    const senders = new Set((await said(camp)).map(({ metadata }) => metadata.senderHandle));
    expect(senders).toEqual(new Set(['owner', 'scout', 'ranger']));
    const stopped = () => [scout, ranger].some((one) => one.log().includes('it is left to a person to go on'));
    await until(stopped, { withinMs: 60_000, what: 'they are stopped', everyMs: 250 });
    expect(await said(camp)).toHaveLength(1 + 2 + 6);
  });
});
