import type { Agent } from '@mastra/core/agent';
import type { AskRequest } from '@perdure/models';
import { expect, test } from 'vitest';
import { throughMastra } from '../../src/agents/mastra.ts';

test('a load of Mastra that failed once is tried again with the next turn, and kept once it has worked', async () => {
  let loads = 0;
  const agent = { stream: async () => ({ consumeStream: async () => undefined }) } as unknown as Agent;
  const load = async () => {
    loads += 1;
    if (loads === 1) throw new Error('too many open files');
    return agent;
  };
  const ask = throughMastra(async () => ({ kind: 'failed', failure: { kind: 'cut' }, tail: '' }), load);
  const request = { turn: { signal: new AbortController().signal }, target: { server: {}, model: 'm' } };
  const turn = () => ask(request as unknown as AskRequest);
  await expect(turn()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('too many open'),
  });
  await expect(turn()).resolves.toMatchObject({ kind: 'failed' });
  await turn();
  expect(loads).toBe(2);
});
