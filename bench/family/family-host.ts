/** An account with OpenClaw in it, Perdure on that, and commands as a person types them. */

import { spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { PerdureError } from '@perdure/contract';
import { installFakeOpenclaw } from '@perdure/testing/fake-openclaw';
import { perdureCommand, plainEnv } from '../command.ts';
import { startInstance, type Instance } from '../start/instance.ts';

/** What the fake takes to begin, besides the start of its Node. */
const fakeStartMs = 2_000;

export interface Added {
  /** From the command to its end. */
  readonly tookMs: number;
  /** From the first moment of the gateway's process until `/readyz` was 200. */
  readonly ownMs: number;
}

export class FamilyHost implements AsyncDisposable {
  readonly #accountHome: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #instance: Instance;
  readonly #handles: string[] = [];

  /** `bin`: a folder with the command `openclaw`; undefined: the fake of the tests. */
  static async start(folder: string, bin: string | undefined): Promise<FamilyHost> {
    const accountHome = join(folder, 'ada');
    for (const name of ['ada', 'install']) mkdirSync(join(folder, name));
    const { PATH = '' } = process.env;
    const env = { HOME: accountHome, PATH: [bin ?? installFake(folder), PATH].join(delimiter) };
    return new FamilyHost(accountHome, env, await startInstance(join(folder, 'state'), { demoModel: true, env }));
  }

  private constructor(accountHome: string, env: NodeJS.ProcessEnv, instance: Instance) {
    this.#accountHome = accountHome;
    this.#env = { ...plainEnv(), ...env };
    this.#instance = instance;
  }

  /** Resolves to what it took. @throws PerdureError where it does not end with 0 */
  async perdure(...words: readonly string[]): Promise<number> {
    const from = performance.now();
    const child = spawn(perdureCommand, [...words, '--home', this.#instance.paths.root], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [exitCode, stdout, stderr] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
    if (exitCode === 0) return performance.now() - from;
    throw new PerdureError('internal', `perdure ${words.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`);
  }

  async add(handle: string, port: number): Promise<Added> {
    this.#handles.push(handle);
    const over = new AbortController();
    const ready = this.#readyAt(port, over.signal);
    try {
      const model = ['--model', 'demo/demo', '--no-key'];
      const tookMs = await this.perdure(
        'family',
        'add',
        handle,
        ...model,
        '--service',
        'supervisor',
        '--port',
        `${port}`,
      );
      const { birthtimeMs } = statSync(join(this.#accountHome, `.openclaw-${handle}`, 'logs', 'service.log'));
      return { tookMs, ownMs: (await ready) - birthtimeMs };
    } finally {
      over.abort();
    }
  }

  /** By the clock of the disk. */
  async #readyAt(port: number, signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal }).catch(() => undefined);
      if (answer?.status === 200) return Date.now();
      await delay(10);
    }
    return Number.NaN;
  }

  /** Gateways are children of nobody: they are taken away, and then what has run them. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      for (const handle of this.#handles) await this.perdure('family', 'deprovision', handle, '--yes').catch(() => 0);
    } finally {
      await this.#instance[Symbol.asyncDispose]();
    }
  }
}

function installFake(folder: string): string {
  const fake = installFakeOpenclaw(join(folder, 'install'));
  fake.behave({ startMs: fakeStartMs });
  return fake.bin;
}
