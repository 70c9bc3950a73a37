/** `docs/guides/talk-to-your-agents.md` tells the truth. */

import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Guide } from './guide-session.ts';

test(
  'an agent that is killed, started twice, and left without a server answers each message once',
  { timeout: 300_000 },
  async () => {
    // It thinks for as long as the page needs it: however late a kill comes, it meets the thought.
    const thinking = "do await setTimeout(100); while (process.getBuiltinModule('node:fs').existsSync('hold'));";
    const swap = { 'await setTimeout(8_000);': thinking };
    await using guide = await Guide.open('talk-to-your-agents.md', { swap });
    const hold = () => writeFileSync(guide.path('hold'), '');
    const letGo = () => rmSync(guide.path('hold'));
    for (const command of ['mkdir', 'perdure init']) await guide.run(command);
    const up = await guide.start('perdure up');
    for (const command of ['principals create', 'keys create', 'channels dm']) await guide.run(`perdure ${command}`);
    guide.write('scout.mjs');

    const first = await guide.start('node scout.mjs');
    await guide.run('echo "Good morning');
    await guide.sees(first);
    await guide.run('perdure messages list');

    hold();
    await guide.run('echo "Are you');
    await first.says('heard 3');
    first.kill();
    letGo();
    await guide.run('perdure channels list');
    const second = await guide.start('node scout.mjs');

    const twin = await guide.start('node scout.mjs');
    await guide.run('echo "How many');
    await twin.says('said 6: 4 words');
    await guide.sees(second);
    twin.kill();

    hold();
    await guide.run('echo "And now');
    await guide.run('kill -9');
    letGo();
    await guide.sees(second);
    await guide.look('perdure channels list');

    await guide.run('perdure messages send owner');
    await guide.run('perdure messages list owner');
    await guide.run('echo "We meet');
    await guide.run('perdure messages send scout');
    await guide.sees(second);
    await guide.run('perdure messages list scout');

    await guide.run('perdure keys revoke');
    await guide.sees(second);
    await guide.run('perdure down');
    expect(await up.ended(60_000)).toBe(0);
    expect(guide.left).toEqual([]);
  },
);
