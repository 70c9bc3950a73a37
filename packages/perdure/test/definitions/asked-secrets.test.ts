/** What tools ask the vaults for, as checks tell it while the server runs and while it does not. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../harness.ts';
import { openHubPlace } from '../hub/hub-place.ts';

/** Whence `perdure` is had in this process. */
const here = JSON.stringify(join(import.meta.dirname, '../../src/index.ts'));

const pipeline = `import { definePipeline, z } from ${here};
export default definePipeline({
  id: 'report',
  description: 'Opens a ticket.',
  input: z.string(),
  output: z.unknown(),
  run: async (ctx) => {
    await ctx.tool('create-ticket', {}, { key: 'one' });
    return await ctx.tool('create-ticket', {}, { key: 'two' });
  },
});
`;

test(
  'checks name each secret that a tool asks for, and whether it would be given: with the command that grants it',
  { timeout: 300_000 },
  async () => {
    const { run, place, harness } = await openHubPlace();
    await run('tools new create-ticket');
    const file = join(place.folder, 'tools/create-ticket.ts');
    const text = readFileSync(file, 'utf8')
      .replace("'perdure'", here)
      .replace('  effect:', "  secrets: { github: 'tracker/token' },\n  effect:");
    writeFileSync(file, text);
    await run('pipelines new report');
    writeFileSync(join(place.folder, 'pipelines/report.ts'), pipeline);
    const check = async (noun: string) => {
      const { code, stdout } = await run(`${noun} check`);
      expect(code, stdout).toBe(0);
      return stdout.split('\n').filter((line) => line.includes('vaults'));
    };
    const it = 'tools/create-ticket.ts: ';
    const there = 'pipelines/report.ts:8: ';
    const asks = 'asks the vaults for github (tracker/token)';
    // The worker has not loaded it yet.
    expect(await check('tools')).toEqual([expect.stringMatching(/note: it asks .* that runs here load it/)]);
    const secrets = [{ name: 'github', reference: 'tracker/token' }];
    const entry = { id: 'create-ticket', description: 'd', origin: 'project', effect: 'once', confirm: false };
    const published = JSON.stringify({
      ...entry,
      verifies: false,
      enabled: true,
      hash: 'h',
      secrets,
      input: {},
      output: {},
    });
    harness.database.sqlite
      .prepare(`UPDATE catalogue SET id = ?, entry = ? WHERE kind = 'tool'`)
      .run(entry.id, published);
    const missing = `${asks} and is not given it: `;
    const [tools = '', ...noOther] = await check('tools');
    expect([tools, noOther]).toEqual([expect.stringContaining(`${it}warning: it ${missing}`), []]);
    expect(tools).toContain('perdure vault grant tracker/token --tool create-ticket');
    expect(await check('pipelines')).toEqual([
      expect.stringContaining(`${there}warning: the tool "create-ticket" ${missing}`),
    ]);
    await run('vault create tracker');
    await cli(['vault', 'put', 'tracker', 'token'], { cwd: place.folder, stdin: 'canary' });
    await run('vault grant tracker/token --tool create-ticket');
    expect(await check('tools')).toEqual([`${it}note: it ${asks}, and is given it`]);
    expect(await check('pipelines')).toEqual([`${there}note: the tool "create-ticket" ${asks}, and is given it`]);
    rmSync(place.paths.instance);
    expect(await check('tools')).toEqual([expect.stringMatching(/note: it asks .* start Perdure and check again/)]);
  },
);
