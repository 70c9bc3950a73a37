import { expect, test } from 'vitest';
import type { Family, FamilyMember } from '@perdure/contract';
import { dataIn } from '../harness.ts';
import { openHubPlace } from '../hub/hub-place.ts';

test('a family is made with its lead, told with its members and how they are, and nobody else’s', async () => {
  const { run, lead, owner } = await openHubPlace();
  expect((await run('family list')).stdout).toBe('No families; make one with `perdure family create <name>`.\n');
  expect((await run('family create Main --lead lead')).stdout).toBe('Made family Main. lead leads it.\n');
  expect((await run('family create Main')).code).toBe(8);
  expect((await run('family create Other --lead nobody')).code).toBe(7);
  const [family] = dataIn((await run('family list --json')).stdout) as Family[];
  const path = `/api/v1/families/${family?.id}`;
  const json = { handle: 'sam', displayName: 'Sam\u001B[31m', gatewayPort: 18_910 };
  expect((await lead.json('POST', `${path}/members`, { json })).status).toBe(400);
  const made = await lead.json('POST', `${path}/members`, { json: { ...json, displayName: 'Sam' } });
  const { principalId } = made.body.data as FamilyMember;
  await owner('PATCH', `${path}/members/${principalId}`, { json: { status: 'online' } });
  await lead.json('POST', `${path}/health`, { json: { members: [{ handle: 'sam', gateway: 'up' }] } });
  const shown = (await run('family show main')).stdout;
  expect(shown).toMatch(/^Main {2}.*\nlead {9}lead\nhost {9}not said\nlooked at {4}\d{4}-/);
  expect(shown).toMatch(/^sam +online +\S+ \S+ +away +up +18910 +Sam$/m);
  expect((await run('family members main')).stdout).toMatch(/^sam +online .* away +- +18910 +Sam$/m);
  expect(await run('family members nobody')).toMatchObject({ code: 7, stderr: expect.stringContaining('family list') });
});

test('what a family shares is set one by one, and taken out', async () => {
  const { run } = await openHubPlace();
  await run('family create main');
  expect((await run('family resources list main')).stdout).toBe('It shares nothing.\n');
  await run('family resources set main wiki http://wiki');
  const two = await run('family resources set main nas', ['/mnt/nas']);
  expect(two.stdout).toBe(['NAME  VALUE', 'nas   /mnt/nas', 'wiki  http://wiki', ''].join('\n'));
  expect((await run('family resources set main wiki --remove')).stdout).not.toContain('wiki');
  expect((await run('family resources set main nas')).code).toBe(2);
  expect((await run('family resources set main nas x --remove')).code).toBe(2);
});
