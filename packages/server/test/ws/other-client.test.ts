/** A client of another make and language, written from the interface alone: two implementations check each other. */

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createTestTls, listen } from './listening-world.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!hasPython).each([false, true])(
  'a client in Python that shares nothing with ours finds every rule kept, over TLS: %s',
  async (isTls) => {
    const tls = isTls ? createTestTls() : undefined;
    const { server, agent, human, outsider, lead, owner, channel } = await listen(tls);
    const family = await owner('POST', '/api/v1/families', { json: { name: 'Main', leadId: lead.principal.id } });
    const { id: familyId } = family.body.data as { readonly id: string };
    const made = await owner('POST', `/api/v1/principals/${agent.principal.id}/keys`, { json: {} });
    const revoked = made.body.data as { readonly id: string; readonly key: string };
    await owner('POST', `/api/v1/keys/${revoked.id}/revoke`);
    const child = spawn('python3', [join(import.meta.dirname, 'other-client.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const keys = { agent: agent.key, human: human.key, outsider: outsider.key, revoked: revoked.key, lead: lead.key };
    const base = isTls ? `https://127.0.0.1:${server.beyond?.port}` : `http://127.0.0.1:${server.port}`;
    const place = { base, ...(tls !== undefined && { ca: tls.authority.caFile }) };
    child.stdin.end(JSON.stringify({ ...place, channelId: channel.id, familyId, keys }));
    const lines = (await text(child.stdout)).trim().split('\n');
    expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([]);
    expect(lines).toHaveLength(26);
  },
);
