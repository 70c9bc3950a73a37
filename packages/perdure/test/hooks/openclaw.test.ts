import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openClawFiles } from '../../src/hooks/openclaw-files.ts';
import { cli, createPlace } from '../harness.ts';

function workspace(): { readonly cwd: string; readonly folder: string } {
  const place = createPlace();
  onTestFinished(() => place[Symbol.dispose]());
  const folder = join(place.folder, 'nobody/.openclaw/workspace');
  mkdirSync(folder, { recursive: true });
  return { cwd: place.folder, folder };
}

const hooks = async (cwd: string, ...words: readonly string[]) =>
  await cli(['hooks', ...words, '--for', 'openclaw'], { cwd });

describe('hooks install --for openclaw', () => {
  test('puts a hook into the workspace, says how it is enabled, and takes it out again', async () => {
    const { cwd, folder } = workspace();
    const { code, stdout } = await hooks(cwd, 'install');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/openclaw hooks enable perdure\n$/)]);
    expect(readdirSync(join(folder, 'hooks/perdure')).toSorted()).toEqual(['HOOK.md', 'handler.js']);
    expect((await hooks(cwd, 'install')).stdout).toBe('Nothing to do.\n');
    await hooks(cwd, 'remove');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves alone what somebody else wrote there, and other hooks', async () => {
    const { cwd, folder } = workspace();
    mkdirSync(join(folder, 'hooks/perdure'), { recursive: true });
    writeFileSync(join(folder, 'hooks/perdure/handler.js'), '// mine\n');
    writeFileSync(join(folder, 'hooks/other.md'), 'theirs');
    for (const verb of ['install', 'remove']) expect((await hooks(cwd, verb)).code).toBe(8);
    expect(readFileSync(join(folder, 'hooks/perdure/handler.js'), 'utf8')).toBe('// mine\n');
    expect(existsSync(join(folder, 'hooks/perdure/HOOK.md'))).toBe(false);
    expect(readFileSync(join(folder, 'hooks/other.md'), 'utf8')).toBe('theirs');
  });

  test('is refused where OpenClaw has no workspace', async () => {
    const place = createPlace();
    onTestFinished(() => place[Symbol.dispose]());
    expect((await hooks(place.folder, 'install')).code).toBe(7);
  });
});

/** With a command that keeps what it was asked, and answers as ours does. */
async function load(answer: string, exitCode = 0) {
  const { folder } = workspace();
  const program = join(folder, 'fake perdure');
  const script = `#!/bin/sh\n{ echo "$@"; cat; echo; } >> "${folder}/asked"\nprintf '%s' '${answer}'\nexit ${exitCode}\n`;
  writeFileSync(program, script, { mode: 0o700 });
  const path = join(folder, 'handler.mjs');
  writeFileSync(path, openClawFiles({ program, workspace: folder })['handler.js'] ?? '');
  const { default: handler } = (await import(pathToFileURL(path).href)) as {
    readonly default: (event: object) => Promise<void>;
  };
  return {
    handler,
    folder,
    asked: () => (existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8') : ''),
  };
}

describe('the handler', () => {
  const brief = JSON.stringify({ hookSpecificOutput: { hookEventName: 'SessionStart', additionalContext: 'Go on.' } });

  test('adds the brief to the files that a session begins with', async () => {
    const { handler, folder, asked } = await load(brief);
    const context = { workspaceDir: folder, bootstrapFiles: [{ name: 'AGENTS.md' }] };
    await handler({ type: 'agent', action: 'bootstrap', sessionKey: 'agent:main:main', context });
    const file = { name: 'PERDURE.md', path: join(folder, 'PERDURE.md'), content: 'Go on.', missing: false };
    expect(context.bootstrapFiles).toEqual([{ name: 'AGENTS.md' }, file]);
    expect(asked()).toBe(`hook session-start\n${JSON.stringify({ cwd: folder, source: 'startup' })}\n`);
  });

  test('adds nothing for a group, where there is no task, or where the command fails', async () => {
    for (const [answer, exitCode, sessionKey] of [
      [brief, 0, 'agent:main:telegram:group:42'],
      ['', 0, 'agent:main:main'],
      [brief, 1, 'agent:main:main'],
    ] as const) {
      const { handler } = await load(answer, exitCode);
      const context = { bootstrapFiles: [] };
      await handler({ type: 'agent', action: 'bootstrap', sessionKey, context });
      expect(context.bootstrapFiles).toEqual([]);
    }
  });

  test('notes a compaction, and asks for nothing else', async () => {
    const { handler, folder, asked } = await load('');
    await handler({ type: 'command', action: 'new', sessionKey: 'agent:main:main', context: {} });
    await handler({ type: 'session', action: 'compact:before', sessionKey: 'agent:main:main', context: {} });
    expect(asked()).toBe(`hook pre-compact\n${JSON.stringify({ cwd: folder, trigger: 'auto' })}\n`);
  });
});
