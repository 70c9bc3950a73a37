/**
 * Settings of OpenClaw that refer to a secret of our vaults (`source: exec`): resolved by OpenClaw itself through the
 * command of the page `docs/concepts/vault.md`.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { installed } from '@perdure/testing';
import { System } from '../e2e/system.ts';
import { releases } from './releases.ts';

const value = 'sk-canary-3f9a17c0';
const command = join(import.meta.dirname, '..', '..', 'packages', 'perdure', 'bin', 'perdure');

interface Audit {
  readonly resolution: { readonly refsChecked: number; readonly skippedExecRefs: number };
  readonly findings: readonly { readonly code: string; readonly jsonPath: string; readonly message: string }[];
}

/** A server that is never asked, whose key lies in a vault. */
const server = (id: string) => ({
  baseUrl: 'http://127.0.0.1:1/v1',
  api: 'openai-completions',
  apiKey: { source: 'exec', provider: 'perdure', id },
  models: [{ id: 'm', name: 'M' }],
});

describe.each(releases)('$name $version', (release) => {
  test('resolves a reference through `perdure vault resolve`, and tells of one that names nothing', async () => {
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-openclaw-')));
    onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
    await using system = await System.start();
    const { client } = system;
    const { data: vault } = await client.createVault({ body: { name: 'scout-main' } });
    const fields = [{ key: 'key', value }];
    await client.createVaultItem({ params: { vaultId: vault.id }, body: { name: 'groq', fields } });

    const folder = join(home, '.openclaw-scout');
    mkdirSync(folder, { mode: 0o700 });
    const args = ['vault', 'resolve', '--home', system.paths.root];
    const perdure = { source: 'exec', command, args, passEnv: ['HOME', 'PATH', 'PERDURE_SOURCE'], timeoutMs: 60_000 };
    const settings = {
      gateway: { mode: 'local', port: 18_789, bind: 'loopback' },
      secrets: { providers: { perdure } },
      models: { providers: { good: server('scout-main/groq/key'), odd: server('scout-main/none/key') } },
    };
    writeFileSync(join(folder, 'openclaw.json'), JSON.stringify(settings), { mode: 0o600 });

    const openclaw = join(await installed(release), 'openclaw.mjs');
    const env = { HOME: home, PATH: process.env['PATH'], PERDURE_SOURCE: '1', OPENCLAW_OFFLINE: '1' };
    const run = async (...words: readonly string[]): Promise<unknown> => {
      // It ends with a code of its own where it has found something.
      const { stdout } = await promisify(execFile)(process.execPath, [openclaw, '--profile', 'scout', ...words], {
        env,
      }).catch((failed: unknown) => failed as { readonly stdout: string });
      return JSON.parse(stdout) as unknown;
    };
    expect(await run('config', 'validate', '--json')).toMatchObject({ valid: true });
    const { resolution, findings } = (await run('secrets', 'audit', '--allow-exec', '--json')) as Audit;
    expect(resolution).toMatchObject({ refsChecked: 2, skippedExecRefs: 0 });
    const unresolved = findings.filter(({ code }) => code === 'REF_UNRESOLVED');
    expect(unresolved.map(({ jsonPath }) => jsonPath)).toEqual(['models.providers.odd.apiKey']);
    expect(JSON.stringify(findings)).not.toContain(value);
    const { data: leases } = await client.listVaultLeases({ query: {} });
    expect(leases.map(({ reason, uses }) => [reason, uses])).toContainEqual([
      'a secret of OpenClaw, provider perdure',
      1,
    ]);
  });
});
