/** The real hub with a person and an agent of it, and gateways of that agent. */

import type { Channel, Message } from '@perdure/contract';
import { until } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { onTestFinished } from 'vitest';
import { listen } from '../../../packages/server/test/ws/listening-world.ts';
import { runAccount } from '../src/run-account.js';
import { fakeHost, fakeMedia, type Turn } from './fake-host.ts';

const isAlways = async (): Promise<boolean> => true;

interface Gateway {
  readonly isReady?: () => Promise<boolean>;
  /** What its accounts share. */
  readonly gateway?: Map<string, unknown>;
}

export async function createWorld() {
  const world = await listen();
  const stateDir = tempFolder();
  const { human, agent } = world;
  const opened = await human.json('POST', '/api/v1/channels', {
    json: { kind: 'dm', memberIds: [agent.principal.id] },
  });
  const dm = opened.body.data as Channel;
  const say = async (content: string, more: object = {}) =>
    (await human.json('POST', `/api/v1/channels/${dm.id}/messages`, { json: { content, ...more } })).body
      .data as Message;
  const said = async (channelId = dm.id): Promise<readonly Message[]> =>
    (await human.json('GET', `/api/v1/channels/${channelId}/messages`)).body.data as Message[];
  /** The gateway of the agent begins, or an account of one that is there. */
  const start = (turn: Turn, section: object = {}, { isReady = isAlways, gateway = new Map() }: Gateway = {}) => {
    const apiUrl = `http://127.0.0.1:${world.server.port}`;
    const host = fakeHost({ apiKey: agent.key, apiUrl, ...section }, turn);
    const ended = runAccount(host.ctx, { stateDir, media: fakeMedia(stateDir), isReady, restMs: 100, gateway });
    const stop = async (): Promise<void> => {
      host.stop();
      await ended;
    };
    onTestFinished(stop);
    return {
      ...host,
      abort: host.stop,
      stop,
      stateDir,
      isIn: () => until(() => host.status().connected === true, { what: 'it is in' }),
    };
  };
  const saidBy = (count: number, channelId = dm.id) =>
    until(
      async () => {
        const messages = await said(channelId);
        return messages.length >= count ? messages : undefined;
      },
      { what: `${count} messages` },
    );
  return { ...world, dm, say, said, saidBy, start };
}
