/** `docs/guides/write-an-agent.md` tells the truth. */

import { expect, test } from 'vitest';
import { Guide } from './guide-session.ts';

test(
  'an agent is told what its answer lacks; a retry asks it again and repeats no tool call',
  { timeout: 300_000 },
  async () => {
    await using guide = await Guide.open('write-an-agent.md');
    for (const command of ['mkdir', 'perdure init', 'perdure agents new']) await guide.run(command);
    guide.write('agents/triage/AGENT.md');
    await guide.run('perdure agents check');
    guide.write('pipelines/triage.ts', 'model.json');
    await guide.start('PERDURE_DEMO_MODEL_SCRIPT=');
    await guide.run('perdure run triage');
    await guide.run('perdure runs show');
    await guide.run('perdure runs show');
    guide.change('model.json', '"times": 1', '"times": 3');
    await guide.run('perdure run triage', { exitCode: 1 });
    await guide.run('perdure runs retry');
    await guide.look('perdure runs show');
    expect(guide.left).toEqual([]);
  },
);
