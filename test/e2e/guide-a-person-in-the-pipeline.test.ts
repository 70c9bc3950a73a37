/** `docs/guides/a-person-in-the-pipeline.md` tells the truth. */

import { expect, test } from 'vitest';
import { Guide } from './guide-session.ts';

test(
  'a question outlives a stop and takes one answer that fits; one with an end goes on without',
  { timeout: 300_000 },
  async () => {
    await using guide = await Guide.open('a-person-in-the-pipeline.md', { swap: { '30_000': '1_000' } });
    for (const command of ['mkdir', 'perdure init', 'perdure agents new']) await guide.run(command);
    guide.write('pipelines/trip.ts', 'tools/book-hotel.ts', 'model.json');
    guide.change('agents/concierge/AGENT.md', 'tools: []', 'tools: [ask-human]');

    const first = await guide.start('PERDURE_DEMO_MODEL_SCRIPT=');
    await guide.run('perdure run trip');
    await guide.look('perdure waits');
    await guide.run('perdure down');
    expect(await first.ended(20_000)).toBe(0);
    await guide.start('PERDURE_DEMO_MODEL_SCRIPT=');
    await guide.run('perdure waits');
    await guide.run('perdure waits answer', { exitCode: 2 });
    await guide.run('perdure waits answer');
    await guide.run('perdure waits answer', { exitCode: 8 });

    await guide.look('perdure runs show');
    await guide.run('perdure runs answer');
    await guide.look('perdure waits');
    await guide.run('perdure runs answer');
    await guide.look('perdure waits');
    await guide.run('perdure runs answer');
    await guide.look('perdure waits');
    await guide.run('perdure runs answer');
    await guide.look('perdure runs show');
    expect(guide.left).toEqual([]);
  },
);
