/** Gateways that are told where we are now. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readdress } from '@perdure/fleet/desk';
import { settingsOf } from '@perdure/fleet/openclaw';
import type { GatewayRecord } from '@perdure/fleet';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, it } from 'vitest';
import { claimHome } from '../../src/home/index.ts';
import { newGateway } from '../../src/store/conformance.ts';

const [before, after] = ['http://127.0.0.1:7373', 'http://127.0.0.1:17373'];

function createPlace() {
  const folder = tempFolder();
  const gateways: GatewayRecord[] = [];
  const lines: string[] = [];
  const add = async (handle: string, { status = 'ready', isOurs = true, text = '' }: Partial<Added> = {}) => {
    const home = join(folder, `.openclaw-${handle}`);
    const { now, ...made } = newGateway({ handle, principalId: `p-${handle}`, home });
    if (isOurs) await claimHome({ home, principalId: made.principalId });
    else mkdirSync(home);
    const settings = settingsOf({ home, port: 18_910, model: 'anthropic/m', hubUrl: before });
    writeFileSync(join(home, 'openclaw.json'), text === '' ? JSON.stringify(settings) : text);
    gateways.push({ ...made, status, createdAt: now, updatedAt: now });
    return () => readFileSync(join(home, 'openclaw.json'), 'utf8');
  };
  const look = async () =>
    await readdress(
      { store: { list: async () => gateways }, host: 'box', log: (line) => void lines.push(line) },
      { hubUrl: after },
    );
  return { add, look, lines };
}

interface Added {
  readonly status: GatewayRecord['status'];
  readonly isOurs: boolean;
  readonly text: string;
}

it('settings name where we are, of one that runs and of one that is being made, once', async () => {
  const { add, look, lines } = createPlace();
  const settings = [await add('scout'), await add('ranger', { status: 'provisioning' })];
  const gone = await add('keeper', { status: 'removed' });
  expect(await look()).toEqual(['scout', 'ranger']);
  for (const text of settings) expect([text().includes(after), text().includes(before)]).toEqual([true, false]);
  expect(gone()).toContain(before);
  expect(lines).toEqual([
    `scout looked for us at ${before}; its settings name ${after} now.`,
    `ranger looked for us at ${before}; its settings name ${after} now.`,
  ]);
  expect(await look()).toEqual([]);
  expect(lines).toHaveLength(2);
});

it('a home that is not ours is not touched, and what to do there is said', async () => {
  const { add, look, lines } = createPlace();
  const text = await add('scout', { isOurs: false });
  expect(await look()).toEqual([]);
  expect(text()).toContain(before);
  expect(lines.join()).toMatch(/scout looks for us at .*7373, and its home is not ours to write to: set .* to .*17373/);
});

it('settings that cannot be changed in one place are told, and those of others are', async () => {
  const { add, look, lines } = createPlace();
  const odd = String.raw`{ channels: { sesame: { "api\u0055rl": "${before}" } } }`;
  const text = await add('scout', { text: odd });
  await add('ranger');
  expect(await look()).toEqual(['ranger']);
  expect(text()).toBe(odd);
  expect(lines[0]).toContain(`set channels.sesame.apiUrl to ${after} in `);
});
