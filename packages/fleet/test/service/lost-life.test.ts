/** What we had written of a gateway goes while it runs: it is known again, and there is one of it. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SmallDisk, until } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { keepersOf, makePlace, type Place } from './place.ts';
import { folderOf, supervisorFor } from './supervisor-place.ts';

const quick = { firstRestMs: 20, longestRestMs: 100, steadyMs: 60_000 };
/** Far more than it takes: who is killed here was obstinate, and not just slow. */
const soon = { graceMs: 30_000 };

const ways: Readonly<Record<string, (folder: string) => void>> = {
  'all of it is removed': (folder) => rmSync(folder, { recursive: true }),
  'its unit is damaged': (folder) => writeFileSync(join(folder, 'unit.json'), '{"id":'),
  'its lives are removed': (folder) => rmSync(join(folder, idIn(folder)), { recursive: true }),
  'the word of its process is removed': (folder) => rmSync(join(folder, idIn(folder), '1.child')),
};

function idIn(folder: string): string {
  const { id } = JSON.parse(readFileSync(join(folder, 'unit.json'), 'utf8')) as { readonly id: string };
  return id;
}

async function running(way: (folder: string) => void) {
  const place = await makePlace('alpha');
  const first = supervisorFor(place, { pace: quick });
  await first.install(place.spec);
  await first.start(place.spec);
  await until(() => place.lives().length === 1, { what: 'a life' });
  await first[Symbol.asyncDispose]();
  way(join(folderOf(place), place.spec.handle));
  const supervisor = supervisorFor(place, { pace: quick });
  supervisor.watch();
  return { place, supervisor, pid: place.lives()[0]?.pid ?? 0 };
}

const nothingIsLeft = (place: Place): void => {
  expect(place.left()).toEqual([]);
  expect(keepersOf(place.spec.accountHome)).toEqual([]);
};

describe.each(Object.entries(ways))('a gateway that runs while %s', (_name, way) => {
  it('is seen to run, and is stopped as it is asked to', async () => {
    const { place, supervisor, pid } = await running(way);
    expect(await supervisor.state(place.spec)).toMatchObject({ kind: 'running', process: { pid } });
    expect(await supervisor.stop(place.spec, soon)).toBe('stopped');
    nothingIsLeft(place);
  });

  it('is stopped and removed also where nobody looked before', async () => {
    const { place, supervisor } = await running(way);
    await supervisor.remove(place.spec, soon);
    nothingIsLeft(place);
  });

  it('is not started a second time, and again when it ends', async () => {
    const { place, supervisor, pid } = await running(way);
    await supervisor.install(place.spec);
    await supervisor.start(place.spec);
    expect(place.left()).toEqual([pid]);
    process.kill(pid, 'SIGKILL');
    await until(() => place.lives().length === 2, { what: 'its next life' });
    await supervisor.remove(place.spec, soon);
    nothingIsLeft(place);
  });
});

/** Asked first, so that a test that cannot be run says so. */
const canMount = (() => {
  using disk = SmallDisk.mount(1);
  return disk !== undefined;
})();

it.runIf(canMount)(
  'a gateway of which nothing can be written is not begun again and again, and that is said once',
  async () => {
    using disk = SmallDisk.mount(1) as SmallDisk;
    const place = await makePlace('alpha');
    const said: string[] = [];
    const folder = join(disk.folder, 'fleet');
    const supervisor = supervisorFor(place, { folder, log: (line) => said.push(line) });
    await supervisor.install(place.spec);
    await supervisor.start(place.spec);
    await until(() => place.lives().length === 1, { what: 'a life' });
    disk.fill();
    supervisor.watch();
    process.kill(place.lives()[0]?.pid ?? 0, 'SIGKILL');
    await until(() => said.length > 0, { what: 'it is said' });
    expect(said).toEqual([expect.stringMatching(/no space|nothing can be written into/i)]);
    expect(place.left()).toEqual([]);
    disk.free();
    await until(() => place.lives().length === 2, { what: 'it is started when there is room' });
    await supervisor.remove(place.spec, soon);
    nothingIsLeft(place);
  },
);
