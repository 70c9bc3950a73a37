/** A home of a gateway for tests of services, and what its lives left there. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '@perdure/testing';
import { isAlive, killThose, tempFolder } from '@perdure/testing/after-test';
import { onTestFinished } from 'vitest';
import type { ServiceSpec } from '../../src/core/ports.ts';

export interface Manner {
  readonly ignoresTerm?: boolean;
  /** Ends by itself, with this code. */
  readonly exits?: number;
  /** Leaves processes, one of them in a session of its own. */
  readonly helpers?: boolean;
  /** How long it takes to end. */
  readonly drainMs?: number;
  /** Takes until `tellDrained`. */
  readonly drainsUntilTold?: boolean;
  readonly says?: string;
  /** Once. */
  readonly handsOff?: boolean;
}

export interface LifeLine {
  readonly pid: number;
  readonly helpers: readonly number[];
  readonly words: readonly string[];
  readonly execArgv: readonly string[];
}

export interface Place {
  readonly spec: ServiceSpec;
  /** For its next life. */
  behave(manner: Manner): void;
  tellDrained(): void;
  lives(): readonly LifeLine[];
  forgetLives(): void;
  environment(): Readonly<Record<string, string>>;
  /** Processes of all of its lives that are there still. */
  left(): readonly number[];
}

export async function makePlace(
  handle: string,
  { accountHome = tempFolder(), home = join(accountHome, `.openclaw-${handle}`) } = {},
): Promise<Place> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const [port = 0] = await freePorts(1);
  const entry = fileURLToPath(new URL('fixtures/small-gateway.mjs', import.meta.url));
  const spec = { handle, home, port, accountHome, program: { node: process.execPath, entry } };
  const lives = (): readonly LifeLine[] => {
    const path = join(home, 'lives.ndjson');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LifeLine);
  };
  const left = (): readonly number[] => lives().flatMap(({ pid, helpers }) => [pid, ...helpers].filter(isAlive));
  onTestFinished(() => {
    killThose(...keepersOf(accountHome), ...left());
  });
  return {
    spec,
    behave: (manner) => writeFileSync(join(home, 'manner.json'), JSON.stringify(manner)),
    tellDrained: () => writeFileSync(join(home, 'told'), ''),
    lives,
    forgetLives: () => rmSync(join(home, 'lives.ndjson'), { force: true }),
    environment: () => JSON.parse(readFileSync(join(home, 'environment.json'), 'utf8')) as Record<string, string>,
    left,
  };
}

/** Pids of what names this folder in its arguments: of our own, who keeps a life. */
export function keepersOf(folder: string): readonly number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => (line.includes(folder) ? [Number.parseInt(line, 10)] : []));
}
