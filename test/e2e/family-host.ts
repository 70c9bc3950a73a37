/**
 * A host with OpenClaw on it, for a family: an account with a home of its own, the whole product on that, and a person
 * who types commands.
 */

import { spawn } from 'node:child_process';
import {
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { compact, type FamilyGateway, type Message } from '@perdure/contract';
import { until } from '@perdure/testing';
import { isAlive, killThose } from '@perdure/testing/after-test';
import { System } from './system.ts';
import type { Account } from './up-process.ts';

const main = fileURLToPath(import.meta.resolve('perdure/main'));

export interface Typed {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

export interface FamilyHostOptions {
  /** Added to that of the product. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whose host it is, and what the folder of its account is called; default: ours. */
  readonly account?: Account;
  /** The home of the account; default: one that is made for this. A service manager knows only the real one. */
  readonly accountHome?: string;
  readonly onLine?: (line: string) => void;
}

interface Parts {
  readonly folder: string;
  readonly accountHome: string;
  readonly system: System;
  readonly env: NodeJS.ProcessEnv;
  readonly account: Account | undefined;
  readonly onLine: (line: string) => void;
}

export class FamilyHost implements AsyncDisposable {
  readonly accountHome: string;
  readonly system: System;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly account: Account | undefined;
  readonly #onLine: (line: string) => void;
  readonly #startedAt = performance.now();

  /** `bin`: the folder that has the command `openclaw`. `onLine`: what was typed and printed, as a transcript. */
  static async start(
    bin: string,
    { env: more = {}, account, accountHome: given, onLine = () => undefined }: FamilyHostOptions = {},
  ): Promise<FamilyHost> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-family-')));
    const accountHome = given ?? join(folder, 'ada');
    mkdirSync(accountHome, { recursive: true });
    mkdirSync(join(folder, 'product'));
    const { PATH = '' } = process.env;
    const env = { ...more, HOME: accountHome, PATH: [bin, PATH].join(delimiter) };
    if (account !== undefined) {
      for (const path of [folder, accountHome]) lchownSync(path, account.uid, account.gid);
    }
    const system = await System.start({ folder: join(folder, 'product'), env, ...compact({ account }) });
    return new FamilyHost({ folder, accountHome, system, env: { ...process.env, ...env }, account, onLine });
  }

  private constructor({ folder, accountHome, system, env, account, onLine }: Parts) {
    this.account = account;
    this.#onLine = onLine;
    this.#folder = folder;
    this.accountHome = accountHome;
    this.system = system;
    this.#env = env;
  }

  /** A command, from the source; rejects with all that it printed where it does not end with 0. */
  async perdure(...words: readonly string[]): Promise<Typed> {
    const began = performance.now();
    const child = spawn(process.execPath, [main, ...words, '--home', this.system.paths.root], {
      cwd: this.accountHome,
      env: this.#env,
      ...this.account,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
    const [exitCode, stdout, stderr] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
    const typed = { exitCode, stdout, stderr, tookMs: performance.now() - began };
    if (!words.includes('--json')) {
      this.tell(`$ perdure ${words.join(' ')}`, `${stderr}${stdout}`.trim(), `  (${seconds(typed.tookMs)})`);
    }
    if (exitCode !== 0) throw new Error(`perdure ${words.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`);
    return typed;
  }

  /** Where OpenClaw puts the home of an agent of this handle. */
  homeOf(handle: string): string {
    return join(this.accountHome, `.openclaw-${handle}`);
  }

  /** How a member stands. */
  async status(handle: string): Promise<FamilyGateway> {
    const { client } = this.system;
    for (const { id: familyId } of (await client.listFamilies({ query: {} })).data) {
      const { data } = await client.listGateways({ params: { familyId } });
      const found = data.find((one) => one.handle === handle);
      if (found !== undefined) return found;
    }
    throw new Error(`there is no member ${handle}`);
  }

  async pidOf(handle: string): Promise<number> {
    const { process } = await this.status(handle);
    if (process.pid === undefined) throw new Error(`${handle} has no process: it is ${process.state}`);
    return process.pid;
  }

  /** What was said in a channel, oldest first. */
  async said(channelId: string): Promise<readonly Message[]> {
    return (await this.system.client.listMessages({ params: { channelId }, query: {} })).data;
  }

  /** Resolves once `content` was said in a channel by that member. */
  async hears(channelId: string, handle: string, content: string): Promise<void> {
    const isSaid = async () =>
      (await this.said(channelId)).some((one) => one.content === content && one.metadata.senderHandle === handle);
    await until(isSaid, { withinMs: 120_000, what: `${handle} says "${content}"`, everyMs: 250 });
  }

  /** As a person ends `perdure up`, and starts it again. */
  async restart(): Promise<void> {
    await this.end();
    await this.system.up();
  }

  /** As a person ends `perdure up`. */
  async end(): Promise<void> {
    const { launcherPid } = this.system;
    if (launcherPid === undefined) throw new Error('perdure is not up');
    process.kill(launcherPid, 'SIGTERM');
    await until(() => !isAlive(launcherPid), { withinMs: 60_000, what: 'perdure up has ended' });
  }

  /** Processes of gateways of the account: a home of one is named in their words, or in their environment. */
  processes(): readonly number[] {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const isOne = (pid: string): boolean => {
      const [words, environment] = ['cmdline', 'environ'].map((file) => readIfAny(`/proc/${pid}/${file}`));
      const isNamed = `${words}${environment}`.includes(`${this.accountHome}/.openclaw-`);
      // Of one that was started by hand the profile tells where its home is.
      const isByHand = words?.includes('\0--profile\0') === true && environment?.includes(`HOME=${this.accountHome}\0`);
      return isNamed || isByHand === true;
    };
    return pids.filter(isOne).map(Number);
  }

  tell(...lines: readonly string[]): void {
    const at = seconds(performance.now() - this.#startedAt).padStart(8);
    for (const line of lines.flatMap((one) => one.split('\n'))) this.#onLine(`${at}  ${line}`);
  }

  /** Gateways are children of nobody, so whatever a test has left is ended here. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.system[Symbol.asyncDispose]();
    const left = () => {
      const pids = this.processes();
      killThose(...pids);
      return pids;
    };
    await until(() => left().length === 0, { what: 'all gateways are gone' });
    if (existsSync(this.#folder)) rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export function readIfAny(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended meanwhile, or is another account's.
    return '';
  }
}
