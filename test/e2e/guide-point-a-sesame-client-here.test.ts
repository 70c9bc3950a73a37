/** `docs/guides/point-a-sesame-client-here.md` tells the truth, but for the settings of clients that are not ours. */

import { expect, test } from 'vitest';
import { Guide } from './guide-session.ts';

test(
  'what a client of Sesame asks first is answered with a key of its own, and a route that is not here is told in the log',
  { timeout: 300_000 },
  async () => {
    await using guide = await Guide.open('point-a-sesame-client-here.md');
    for (const command of ['mkdir', 'perdure init']) await guide.run(command);
    const up = await guide.start('perdure up');
    for (const command of ['perdure principals create', '(umask 077; perdure keys', 'perdure channels dm'])
      await guide.run(command);

    await guide.run('(umask 077; printf');
    await guide.run('curl');
    await guide.run('curl');
    const said = [await guide.run('curl'), await guide.run('curl')].map(({ text }) => text);
    expect(said[1]).toBe(said[0]);
    await guide.run('perdure messages list');
    await guide.run('perdure messages send');
    const { text } = await guide.run('curl');
    expect(JSON.parse(text)).toMatchObject({
      data: { unread: 1, channels: [{ name: 'Owner', lastSeq: 2, readSeq: 1 }] },
    });
    guide.write('knock.mjs');
    await guide.run('node knock.mjs');

    await guide.run('perdure keys list');
    await guide.run('curl');
    await guide.run('grep');
    await guide.run('perdure down');
    expect(await up.ended(60_000)).toBe(0);
    expect(guide.left).toEqual([]);
  },
);
