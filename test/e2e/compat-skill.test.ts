/**
 * A skill that was written for durable-task-runner, unchanged: its scripts are called as it calls them, as processes in
 * a shell of their own, and its task comes from the plan through a reset and a worker line to its end.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const main = fileURLToPath(import.meta.resolve('perdure/main'));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function openSkill() {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-skill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'perdure'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, { mode: 0o755 });
  const { PERDURE_HOME: _, PERDURE_LEASE: __, ...outer } = process.env;
  const env = {
    ...outer,
    PATH: `${bin}${delimiter}${outer['PATH']}`,
    HOME: folder,
    PERDURE_HOME: join(folder, 'root'),
  };
  const sh = async (line: string, input = ''): Promise<Ended> => {
    const running = promisify(execFile)('sh', ['-c', line], { cwd: folder, env });
    running.child.stdin?.end(input);
    return await running.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: Ended) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
    );
  };
  return {
    sh,
    /** What a line prints, as JSON. @throws where it fails */
    json: async (line: string, input?: string) => {
      const { code, stdout, stderr } = await sh(line, input);
      if (code !== 0) throw new Error(`${line} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
  };
}

const returned = `tag: done
task_id: release
line: docs
node: start
goal_status: complete
next_role: main

Goal
- the docs
Completed
- all of it
`;

test(
  'a skill calls its scripts as it did, and its task comes to its end by the gate',
  { timeout: 300_000 },
  async () => {
    const { sh, json } = openSkill();
    expect(await sh('perdure compat install scripts')).toMatchObject({ code: 0 });
    const milestones = JSON.stringify([
      { id: 'm1', title: 'Extract', status: 'running', percent: 20 },
      { id: 'm2', title: 'Verify', status: 'pending', percent: 0 },
    ]);
    await json(`python3 scripts/task_ctl.py create release --title "Release" --goal "It is out" \
    --done-criteria '[]' --constraints '["no downtime"]' --milestones '${milestones}' --next-step "extract"`);
    await json(
      'python3 scripts/task_ctl.py progress release "extract slice complete" --phase execution --next-step "write"',
    );
    const payload = await json('python3 scripts/task_subagent_run.py release docs "Write the docs"');
    expect(payload.metadata).toEqual({ task_id: 'release', line: 'docs' });
    expect(await json('./scripts/task_subagent_ctl.py ingest release', returned)).toMatchObject({ ok: true });
    await json('python3 scripts/task_ctl.py control release paused --note "reset"');
    expect(await json('python3 scripts/task_continue.py')).toMatchObject({ promoted_from_state: 'paused', ok: true });
    const early = await sh('python3 scripts/task_ctl.py update release --desired-state completed');
    expect(early).toMatchObject({ code: 1, stdout: '' });
    expect(early.stderr).toContain('milestone m1 is running');
    const done = milestones
      .replace('running', 'done')
      .replace('pending', 'done')
      .replaceAll(/"percent":\d+/g, '"percent":100');
    await json(`python3 scripts/task_ctl.py update release --milestones '${done}'`);
    await json(`python3 scripts/task_ctl.py event release verification_passed --details '{"by":"hand"}'`);
    expect(
      await json('python3 scripts/task_ctl.py update release --phase complete --desired-state completed'),
    ).toMatchObject({ desired_state: 'completed', phase: 'complete' });
  },
);
