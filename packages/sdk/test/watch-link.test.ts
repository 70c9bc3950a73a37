import { expect, test } from 'vitest';
import { createClient } from '../src/index.ts';

const event = { seq: 1, type: 'run.started', at: '2026-01-02T03:04:00.000Z', actor: 'driver', data: {} };

/** A server that is there, away twice, and there again. */
function awayTwice(): typeof globalThis.fetch {
  let asked = 0;
  return async () => {
    asked += 1;
    if (asked === 1) {
      const headers = { 'content-type': 'text/event-stream' };
      return new Response(`id: 1\nevent: run.started\ndata: ${JSON.stringify(event)}\n\n`, { headers });
    }
    if (asked < 4) throw new TypeError('fetch failed');
    return new Response(null, { status: 204 });
  };
}

test('who watches is told once that the server is away, and that it is back', async () => {
  const told: string[] = [];
  const client = createClient({ url: 'http://127.0.0.1:1', key: 'k', fetch: awayTwice() });
  for await (const item of client.watchRun('019a1b2c-3d4e-7000-8000-000000000001', {
    onLink: (state) => told.push(state),
  })) {
    told.push(item.type);
  }
  expect(told).toEqual(['event', 'lost', 'back']);
});
