import { hash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { shippedSkills } from '../../src/skills/places.ts';
import { cli, createPlace } from '../harness.ts';

function project(): string {
  const place = createPlace();
  onTestFinished(() => place[Symbol.dispose]());
  return place.folder;
}

async function skills(cwd: string, ...args: readonly string[]) {
  return await cli(['skills', ...args], { cwd });
}

const page = '.claude/skills/perdure/SKILL.md';

describe('skills install', () => {
  test('puts the skill into the folder of each tool, and says what it wrote', async () => {
    const folders = { 'claude-code': '.claude/skills', cursor: '.cursor/skills', agents: '.agents/skills' };
    for (const [tool, folder] of Object.entries(folders)) {
      const cwd = project();
      const { code, stdout } = await skills(cwd, 'install', '--for', tool);
      expect({ tool, code }).toEqual({ tool, code: 0 });
      expect(stdout).toContain(join(cwd, folder, 'perdure/SKILL.md'));
      expect(readFileSync(join(cwd, folder, 'perdure/SKILL.md'), 'utf8')).toMatch(/^---\nname: perdure\n/);
      expect(existsSync(join(cwd, folder, 'perdure/references/quickstart.md'))).toBe(true);
      expect(existsSync(join(cwd, folder, 'perdure-pipelines'))).toBe(false);
    }
  });

  test('puts every skill there with --all, and into the workspace of OpenClaw only where there is one', async () => {
    const cwd = project();
    expect((await skills(cwd, 'install', '--for', 'openclaw')).code).toBe(7);
    const workspace = join(cwd, 'nobody/.openclaw/workspace');
    mkdirSync(workspace, { recursive: true });
    expect((await skills(cwd, 'install', '--for', 'openclaw', '--all')).code).toBe(0);
    expect(existsSync(join(workspace, 'skills/perdure-pipelines/SKILL.md'))).toBe(true);
  });

  test('writes nothing in a dry run, and nothing when it is done already', async () => {
    const cwd = project();
    const dry = await skills(cwd, 'install', '--for', 'claude-code', '--dry-run', '--agents-md');
    expect(dry.stdout).toContain(page);
    expect([existsSync(join(cwd, '.claude')), existsSync(join(cwd, 'CLAUDE.md'))]).toEqual([false, false]);
    await skills(cwd, 'install');
    expect((await skills(cwd, 'install')).stdout).toBe('Nothing to do.\n');
  });

  test('brings an old file up to date, and overwrites one that somebody changed only by force', async () => {
    const cwd = project();
    await skills(cwd, 'install', '--for', 'claude-code');
    const shipped = readFileSync(join(cwd, page), 'utf8');
    pretendOlder(cwd, 'an older version\n');
    expect((await skills(cwd, 'install', '--for', 'claude-code')).code).toBe(0);
    expect(readFileSync(join(cwd, page), 'utf8')).toBe(shipped);

    writeFileSync(join(cwd, page), 'mine\n');
    const refused = await skills(cwd, 'install', '--for', 'claude-code');
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: 8,
      stderr: expect.stringContaining('--force'),
    });
    expect(readFileSync(join(cwd, page), 'utf8')).toBe('mine\n');
    expect((await skills(cwd, 'install', '--for', 'claude-code', '--force')).code).toBe(0);
    expect(readFileSync(join(cwd, page), 'utf8')).toBe(shipped);
  });

  test('follows no link out of the project', async () => {
    const cwd = project();
    const elsewhere = mkdtempSync(join(tmpdir(), 'perdure-elsewhere-'));
    onTestFinished(() => rmSync(elsewhere, { recursive: true }));
    symlinkSync(elsewhere, join(cwd, '.claude'));
    const { code, stderr } = await skills(cwd, 'install', '--for', 'claude-code', '--force');
    expect({ code, stderr }).toEqual({ code: 8, stderr: expect.stringContaining('leads out of') });
    expect(existsSync(join(elsewhere, 'skills'))).toBe(false);
    writeFileSync(join(elsewhere, 'AGENTS.md'), 'theirs\n');
    symlinkSync(join(elsewhere, 'AGENTS.md'), join(cwd, 'AGENTS.md'));
    expect((await skills(cwd, 'install', '--agents-md')).code).toBe(8);
    expect(existsSync(join(cwd, '.agents'))).toBe(false);
    expect(readFileSync(join(elsewhere, 'AGENTS.md'), 'utf8')).toBe('theirs\n');
  });

  test('adds one line between markers, once, and leaves the rest of the file as it is', async () => {
    const cwd = project();
    writeFileSync(join(cwd, 'AGENTS.md'), '# House rules\n');
    symlinkSync('AGENTS.md', join(cwd, 'CLAUDE.md'));
    await skills(cwd, 'install', '--for', 'claude-code', '--agents-md');
    const text = readFileSync(join(cwd, 'AGENTS.md'), 'utf8');
    expect(text).toMatch(/^# House rules\n\n<!-- perdure:begin -->\n[^\n]+\n<!-- perdure:end -->\n$/);
    await skills(cwd, 'install', '--for', 'claude-code', '--agents-md');
    expect(readFileSync(join(cwd, 'AGENTS.md'), 'utf8')).toBe(text);
    expect((await skills(cwd, 'remove', '--for', 'claude-code')).code).toBe(0);
    expect(readFileSync(join(cwd, 'CLAUDE.md'), 'utf8')).toBe('# House rules\n');
  });
});

describe('skills remove', () => {
  test('takes out what was installed, and leaves what somebody put beside it', async () => {
    const cwd = project();
    await skills(cwd, 'install', '--for', 'claude-code', '--agents-md');
    writeFileSync(join(cwd, '.claude/skills/perdure/notes.md'), 'mine\n');
    mkdirSync(join(cwd, '.claude/skills/other'));
    expect((await skills(cwd, 'remove', '--for', 'claude-code')).code).toBe(0);
    expect(existsSync(join(cwd, page))).toBe(false);
    expect(existsSync(join(cwd, 'CLAUDE.md'))).toBe(false);
    expect(readFileSync(join(cwd, '.claude/skills/perdure/notes.md'), 'utf8')).toBe('mine\n');
    expect(existsSync(join(cwd, '.claude/skills/other'))).toBe(true);
  });

  test('leaves a file that somebody changed, and a folder that was never installed', async () => {
    const cwd = project();
    mkdirSync(join(cwd, '.agents/skills/perdure'), { recursive: true });
    writeFileSync(join(cwd, '.agents/skills/perdure/SKILL.md'), 'mine\n');
    expect((await skills(cwd, 'remove')).stdout).toBe('Nothing to do.\n');
    await skills(cwd, 'install', '--for', 'claude-code');
    writeFileSync(join(cwd, page), 'mine\n');
    expect((await skills(cwd, 'remove', '--for', 'claude-code')).code).toBe(8);
    expect(existsSync(join(cwd, '.claude/skills/perdure/references/quickstart.md'))).toBe(true);
  });
});

/** As if an older version had been installed: its file, and its digest in the record. */
function pretendOlder(cwd: string, text: string): void {
  const record = join(cwd, '.claude/skills/perdure/.perdure-skill.json');
  const parsed = JSON.parse(readFileSync(record, 'utf8')) as { files: Record<string, string> };
  const before = parsed.files['SKILL.md'] ?? '';
  writeFileSync(join(cwd, page), text);
  writeFileSync(record, readFileSync(record, 'utf8').replace(before, hash('sha256', text)));
}

describe('a link that a clone brought', () => {
  test('is written through under no name, with or without the line in CLAUDE.md', async () => {
    const cwd = project();
    const bashrc = join(cwd, 'nobody/.bashrc');
    mkdirSync(join(cwd, 'nobody'));
    mkdirSync(join(cwd, '.claude/skills/perdure'), { recursive: true });
    writeFileSync(bashrc, 'mine');
    writeFileSync(join(cwd, 'CLAUDE.md'), 'echo PWNED');
    symlinkSync(bashrc, join(cwd, 'CLAUDE.md.draft'));
    symlinkSync(bashrc, join(cwd, `${page}.draft`));
    expect((await skills(cwd, 'install', '--for', 'claude-code', '--agents-md')).code).toBe(0);
    expect(readFileSync(bashrc, 'utf8')).toBe('mine');
    expect(readFileSync(join(cwd, 'CLAUDE.md'), 'utf8')).toContain('echo PWNED');
  });
});

test('says that the skills need the command, where whoever reads them would not find it', async () => {
  const cwd = project();
  const bin = join(cwd, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'perdure'), '#!/bin/sh\n', { mode: 0o755 });
  const install = async (env: Readonly<Record<string, string>>) =>
    (await cli(['skills', 'install', '--for', 'claude-code'], { cwd, env })).stderr;
  expect(await install({ PATH: '/nowhere' })).toMatch(/not on PATH .*: add \/.*\/packages\/perdure\/bin to it\.\n$/);
  expect(await install({ PATH: bin })).toBe('');
  expect(await install({ PATH: bin, npm_command: 'exec' })).toContain('not on PATH');
});

test('what OpenClaw cannot use without the command says so to it', () => {
  for (const { name, folder } of shippedSkills(true)) {
    const page = readFileSync(join(folder, 'SKILL.md'), 'utf8');
    expect(page, name).toMatch(/\nmetadata:\n {2}openclaw:\n {4}requires:\n {6}bins:\n {8}- perdure\n/);
  }
});
