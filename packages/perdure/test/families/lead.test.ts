/** Who leads a family works by the commands of its skill, with its own key and nothing else. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHubPlace } from '../hub/hub-place.ts';

const skill = readFileSync(
  join(import.meta.dirname, '..', '..', '..', '..', 'skills', 'perdure-fleet', 'SKILL.md'),
  'utf8',
);

/** Those that ask the server, as they stand there; what wants a terminal, another program or an id is left out. */
const commands = [
  ...new Set([...skill.matchAll(/(?:^|`)perdure (family [^`\n#<…]+)/gm)].map(([, line = '']) => line.trim())),
].filter((line) => !/--task|--scan/.test(line) && line.split(' ').length > 2);

test('each command of the skill for leads is open to who leads, and closed to who does not', async () => {
  const { run, place, owner, harness, agent, other } = await openHubPlace();
  const host = { name: 'small-host', os: 'linux', arch: 'x64' };
  const named = { name: 'main', leadId: agent.principal.id, host };
  const { id } = (await owner('POST', '/api/v1/families', { json: named })).body.data as { readonly id: string };
  const json = { handle: 'scout', model: 'demo/chat', credential: 'unneeded' };
  const made = await owner('POST', `/api/v1/families/${id}/members`, { json });
  const { principalId } = made.body.data as { readonly principalId: string };
  await owner('POST', `/api/v1/families/${id}/members`, { json: { principalId: other.principal.id } });
  const { smallHost } = harness;
  await smallHost.deps.store.move(principalId, { action: 'complete', now: 1 });
  smallHost.host.states.set('scout', { kind: 'stopped' });
  const keyOf = (handle: string, key: string) => {
    const file = join(place.folder, `${handle}.json`);
    writeFileSync(file, JSON.stringify({ hub: key, gateway: 'x', model: 'y' }), { mode: 0o600 });
    return { PERDURE_KEY_FILE: `${file}#/hub` };
  };
  expect(commands.length).toBeGreaterThan(10);
  const [led, leads] = [keyOf('other', other.key), keyOf('agent', agent.key)];
  const wrong: string[] = [];
  for (const line of commands) {
    const isOrder = /^family (start|stop|restart|repair|change|refresh|backup|logs|deprovision|restore)/.test(line);
    if (!isOrder) continue;
    const { code } = await run(line, /logs|backup|refresh|--plan/.test(line) ? [] : ['--no-wait'], led);
    if (code === 0) wrong.push(`${line}: who is led may`);
  }
  for (const line of commands) {
    const { code, stderr } = await run(
      line,
      /add|provision|restart|start|stop|change/.test(line) ? ['--no-wait'] : [],
      leads,
    );
    if (code === 2 || code === 4) wrong.push(`${line}: ${code} ${stderr}`);
    if (/deprovision/.test(line)) break;
  }
  expect(wrong).toEqual([]);
});
