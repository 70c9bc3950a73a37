/** How a fake is to be: read from a file beside its entry, since a gateway is given no environment of a test's. */

import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { replaceFile } from '@perdure/home/files';

export interface FakeBehaviour {
  /** From its start to ready; a real one takes 4 s on an idle machine, 40 s on a busy one. */
  readonly startMs?: number;
  /** How long a turn takes besides what its model takes. */
  readonly turnMs?: number;
  /** How long a port that is taken is tried again; a real one tries for 17 s. */
  readonly bindMs?: number;
  /**
   * By the words of a command, a file: while it is there, the command does not go on, and a gateway (`gateway run`) is
   * not ready.
   */
  readonly holds?: Readonly<Record<string, string>>;
  readonly faults?: readonly FakeFault[];
}

export async function whileHeld({ holds }: FakeBehaviour, words: string, signal?: AbortSignal): Promise<void> {
  const isHeld = (): boolean => existsSync(holds?.[words] ?? '') && signal?.aborted !== true;
  while (isHeld()) await delay(10);
}

export const fakeFaults = {
  /** `/healthz` is 200, and then it exits with 1. */
  dies: 'answers and dies',
  /** It exits with 78 at once. */
  refuses: 'finds its settings wrong',
  /** It exits with 78 once the state of its home is that of its release. */
  refuses_late: 'brings its state up, and then finds its settings wrong',
  /** `/readyz` stays 503. */
  never_ready: 'is never ready',
  /** The port accepts, and nothing is ever answered. */
  hangs: 'accepts and does not answer',
  ignores_sigterm: 'does not end on SIGTERM',
  /** The plugin is not looked for. */
  no_plugin: 'starts without its plugin',
  /** Asked how its channels are, it does not say whether they run. */
  no_channel_state: 'does not tell of its channels',
  /** An older release: a plugin is not told of keys. */
  no_key_words: 'does not tell its plugins of keys',
  /** A child of its own stays where it alone is killed. */
  helper: 'has a helper process',
} as const;
export type FakeFault = keyof typeof fakeFaults;

/** By handle; `*`: all others. */
export type FakeBehaviours = Readonly<Record<string, FakeBehaviour>>;

const fileIn = (folder: string): string => join(folder, 'fake.json');

export function writeBehaviours(folder: string, behaviours: FakeBehaviours): void {
  replaceFile(fileIn(folder), JSON.stringify(behaviours));
  // Programs are for all accounts of a machine.
  chmodSync(fileIn(folder), 0o644);
}

export function behaviourOf(folder: string, handle: string): Required<FakeBehaviour> {
  const all = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as FakeBehaviours;
  return { startMs: 50, turnMs: 0, bindMs: 100, holds: {}, faults: [], ...all['*'], ...all[handle] };
}
