/**
 * What we call of OpenClaw, against a program of this test under its name, and against the real one's help where that
 * is installed.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { senderEnvironment } from '../../src/delivery/child-env.ts';
import { openclawArgv } from '../../src/delivery/openclaw.ts';
import { reportTo, senderIn } from './support.ts';

const delivery = { method: 'openclaw', channel: 'telegram', target: '-100:42', account: 'default' } as const;

/** Flags of `openclaw message send` that we use, as the help of 2026.9.6 has them. It has none for a key. */
const flags = ['--account <id>', '--channel <channel>', '--json', '--message <text>', '--target <dest>'];

/** A program named `openclaw` that notes its words. */
function anOpenclaw(then: string) {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-openclaw-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [program, noted] = [join(folder, 'openclaw'), join(folder, 'noted')];
  const note = `require('node:fs').writeFileSync(${JSON.stringify(noted)}, JSON.stringify([process.argv.slice(2), Object.keys(process.env)]))`;
  writeFileSync(program, `#!${process.execPath}\n${note};\n${then}\n`);
  chmodSync(program, 0o755);
  const env = {
    PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    OPENCLAW_STATE_DIR: '/claw',
    AI_API_KEY: 'sk-secret-secret-secret',
  };
  return {
    send: async (text: string) => await senderIn({ env }).send(reportTo(delivery, { text })),
    noted: () => JSON.parse(readFileSync(noted, 'utf8')) as [string[], string[]],
  };
}

it('is called with the chat and the text, one word each, and its own part of the environment', async () => {
  const openclaw = anOpenclaw('console.log(JSON.stringify({ ok: true }))');
  expect(await openclaw.send('--json $(id) "x"')).toEqual({ kind: 'sent' });
  const [argv, names] = openclaw.noted();
  const chat = '--channel telegram --target -100:42 --account default';
  expect(argv).toEqual([...`message send ${chat} --message`.split(' '), '--json $(id) "x"', '--json']);
  expect(names).toContain('OPENCLAW_STATE_DIR');
  expect(names).not.toContain('AI_API_KEY');
});

it('a gateway that says no has certainly not got it; of one that stopped answering nobody knows', async () => {
  const refused = anOpenclaw('console.error("gateway message.action requires credentials"); process.exit(1)');
  expect(await refused.send('x')).toEqual({
    kind: 'failed',
    why: 'it ended with 1: gateway message.action requires credentials',
  });
  const silent = anOpenclaw('console.error("gateway request timed out after 10000ms"); process.exit(1)');
  expect((await silent.send('x')).kind).toBe('unknown');
});

it('one that is not installed has certainly not got it', async () => {
  const outcome = await senderIn({ env: { PATH: '/nonexistent' } }).send(reportTo(delivery));
  expect(outcome).toEqual({ kind: 'failed', why: 'openclaw cannot be started (ENOENT)' });
});

it('no account is named where none is bound', () => {
  expect(openclawArgv({ channel: 'slack', target: 'C1' }, 'x')).not.toContain('--account');
});

/** It says less where it sees that a test calls it. */
const ofOurs = senderEnvironment(process.env, /^OPENCLAW_/, {});
const help = helpOf();
describe.skipIf(help === undefined)(
  `the real openclaw${help === undefined ? ' (skipped: it is not installed)' : ''}`,
  () => {
    it('knows every flag that we use', () => {
      for (const flag of flags) expect(help?.replaceAll(/\s+/g, ' ')).toContain(flag);
    });

    it('takes our words, with the text as it is, and would send them', () => {
      const [program, ...args] = openclawArgv(delivery, '-[ship] update:phase | task [#.........]  10%');
      const answer = JSON.parse(
        execFileSync(program, [...args, '--dry-run'], { encoding: 'utf8', env: ofOurs }),
      ) as unknown;
      expect(answer).toMatchObject({ dryRun: true, channel: 'telegram' });
    });
  },
);

function helpOf(): string | undefined {
  try {
    return execFileSync('openclaw', ['message', 'send', '--help'], { encoding: 'utf8', stdio: 'pipe', env: ofOurs });
  } catch {
    return undefined;
  }
}
