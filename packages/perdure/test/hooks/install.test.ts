import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { cli, createPlace } from '../harness.ts';

function project(): string {
  const place = createPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place.folder;
}

const hooks = async (cwd: string, ...words: readonly string[]) => await cli(['hooks', ...words], { cwd });
const local = '.claude/settings.local.json';

function settingsIn(folder: string, file: string, text: string): string {
  mkdirSync(join(folder, '.claude'), { recursive: true });
  writeFileSync(join(folder, file), text);
  return join(folder, file);
}

describe('hooks install', () => {
  test('writes into the settings of this project that are not committed, and comes back by remove', async () => {
    const cwd = project();
    const path = settingsIn(cwd, local, '{ "model": "opus" }\n');
    expect((await hooks(cwd, 'install', '--for', 'claude-code')).stdout).toBe(
      `${path}: SessionStart, PreCompact, Stop\n`,
    );
    const { hooks: entries } = JSON.parse(readFileSync(path, 'utf8')) as { hooks: Record<string, unknown> };
    expect(entries).toMatchObject({ Stop: [{ hooks: [{ type: 'command', timeout: 15 }] }] });
    expect((await hooks(cwd, 'list')).stdout).toContain(`${path}: SessionStart, PreCompact, Stop\n`);
    expect((await hooks(cwd, 'install')).stdout).toBe('Nothing to do.\n');
    await hooks(cwd, 'remove');
    expect(readFileSync(path, 'utf8')).toBe('{ "model": "opus" }\n');
    expect(existsSync(join(cwd, '.claude/settings.json'))).toBe(false);
  });

  test('says in a dry run what it would do, and writes nothing', async () => {
    const cwd = project();
    const { stdout } = await hooks(cwd, 'install', '--dry-run');
    expect(stdout).toContain('Nothing was written');
    expect(stdout).toMatch(/^ {2}Stop: \{.*"command":".*perdure'? hook stop/m);
    expect(existsSync(join(cwd, '.claude'))).toBe(false);
  });

  test('writes for the account where that is said, and whoever could read the file before still can', async () => {
    const cwd = project();
    const home = join(cwd, 'nobody');
    const path = settingsIn(home, '.claude/settings.json', '{}\n');
    const { mode } = statSync(path);
    expect((await hooks(cwd, 'install', '--user')).code).toBe(0);
    expect(statSync(path).mode).toBe(mode);
    expect((await hooks(cwd, 'install', '--user', '--project')).code).toBe(2);
  });

  test('leaves a file alone that is a link or that it does not understand, and says what to put in by hand', async () => {
    for (const text of ['{ // mine\n}', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1')]) {
      const cwd = project();
      const path = settingsIn(cwd, local, '');
      writeFileSync(path, Buffer.from(text, 'latin1'));
      const { code, stderr } = await hooks(cwd, 'install');
      expect([code, stderr]).toEqual([8, expect.stringContaining(`${path} was left as it is`)]);
      expect(stderr).toContain('# perdure hooks');
      expect(readFileSync(path, 'latin1')).toBe(text);
    }
    const cwd = project();
    mkdirSync(join(cwd, '.claude'));
    writeFileSync(join(cwd, 'elsewhere.json'), '{}');
    symlinkSync(join(cwd, 'elsewhere.json'), join(cwd, local));
    expect((await hooks(cwd, 'install')).code).toBe(8);
    expect(readFileSync(join(cwd, 'elsewhere.json'), 'utf8')).toBe('{}');
  });
});
