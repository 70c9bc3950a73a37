/** The guides tell the truth: a reader who does what they say, command by command, sees what they show. */

import { writeFileSync } from 'node:fs';
import { freePorts } from '@perdure/testing';
import { expect, test } from 'vitest';
import { Guide } from './guide-session.ts';

const limit = { timeout: 300_000 };

test(
  'write-a-tool: a call with a key is made twice and acts once; one without a key is left to a person, or to verify',
  limit,
  async () => {
    const [port] = await freePorts(1);
    // The calls that a kill is to meet are not answered: however late it comes, it meets them.
    const swap = {
      '7400': String(port),
      'setTimeout(() => response.end(JSON.stringify(entry)), 8_000);':
        "const isMet = request.url === '/letters' || (entry.number === 1 && (met += 1) === 1);\n" +
        '  if (!isMet) response.end(JSON.stringify(entry));',
      'const book = [];': 'const book = [];\nlet met = 0;',
    };
    await using guide = await Guide.open('write-a-tool.md', { swap });
    for (const command of ['mkdir', 'perdure init', 'perdure tools new']) await guide.run(command);
    guide.write(
      'tools/count-words.ts',
      'post-office.mjs',
      'tools/book-postage.ts',
      'tools/send-letter.ts',
      'pipelines/letter.ts',
    );
    await guide.run('perdure tools check');
    await guide.run('perdure pipelines check');

    const office = await guide.start('node post-office.mjs');
    const up = await guide.start('perdure up');
    await guide.run('perdure status');
    const run = await guide.start('perdure run letter');
    await office.says('did /postage');
    await guide.run('kill -9');
    await guide.sees(office);
    await office.says('did /letters');
    await guide.run('kill -9');
    await guide.sees(run);
    await guide.run('perdure waits');
    await guide.run('perdure waits answer');
    await guide.look('perdure runs show');

    guide.extend('tools/send-letter.ts', 'verify');
    guide.change('tools/send-letter.ts', "effect: 'once',", "effect: 'once', confirm: true,");
    await guide.sees(up);
    const second = await guide.start('perdure run letter');
    await guide.run('perdure waits');
    await guide.run('perdure waits answer');
    await office.says('did /letters', 2);
    await guide.run('kill -9');
    await guide.sees(second);

    writeFileSync(guide.path('key.txt'), 'a-key-of-the-post-office');
    for (const command of ['vault create', 'vault put', 'vault grant']) await guide.run(`perdure ${command}`);
    expect(guide.left).toEqual([]);
    expect(office.text.match(/did \//g)).toHaveLength(4);
  },
);
