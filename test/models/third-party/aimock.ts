/** `@copilotkit/aimock`, a server of others that speaks all three wire formats by fixtures. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, installed, until, type ThirdParty } from '@perdure/testing';
import { modelOf } from '../player.ts';

export const aimock: ThirdParty = { name: '@copilotkit/aimock', version: '1.43.0' };

/** What it says to the n-th request for a model, in its own form of fixtures. */
export interface Script {
  readonly id: string;
  readonly turns: readonly object[];
}

export interface Aimock extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/v1` */
  readonly url: string;
  /** What was asked of it, and what it answered. */
  readonly journal: () => Promise<readonly JournalEntry[]>;
}

export interface JournalEntry {
  readonly path: string;
  readonly body: { readonly model?: string } | null;
  readonly response: { readonly status: number };
}

export async function startAimock(scripts: readonly Script[]): Promise<Aimock> {
  const home = await installed(aimock);
  const folder = mkdtempSync(join(tmpdir(), 'perdure-aimock-'));
  const fixtures = scripts.flatMap(({ id, turns }) =>
    turns.map((response, sequenceIndex) => ({ match: { model: modelOf({ id }), sequenceIndex }, response })),
  );
  const file = join(folder, 'fixtures.json');
  writeFileSync(file, JSON.stringify({ fixtures }));
  const [port = 0] = await freePorts(1);
  const flags = { port, host: '127.0.0.1', fixtures: file, 'log-level': 'warn', 'chunk-size': 5 };
  const child = spawn(
    process.execPath,
    [
      join(home, 'dist', 'cli.js'),
      '--strict',
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ],
    { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  const isUp = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`aimock ended with exit code ${child.exitCode} before it was up`);
    return await fetch(`${origin}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await until(isUp, { withinMs: 20_000, what: 'aimock is up', everyMs: 100 });
  return {
    url: `${origin}/v1`,
    journal: async () => (await (await fetch(`${origin}/v1/_requests`)).json()) as readonly JournalEntry[],
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
