/** A gateway of the conformance suite: a home as members have it, and its process. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, secretsFile, settingsOf, type SettingsOf } from '@perdure/fleet/openclaw';
import { replaceFile } from '@perdure/home';

export interface TrialOptions {
  readonly program: { readonly node: string; readonly entry: string };
  /** The folder of our channel plugin; undefined: it was not copied. */
  readonly plugin: string | undefined;
  readonly secrets: Readonly<Record<string, string>>;
  readonly settings: Omit<SettingsOf, 'home'>;
  /** Further settings, or others. */
  readonly more?: Readonly<Record<string, unknown>>;
}

export class TrialGateway implements AsyncDisposable {
  readonly accountHome = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-gateway-')));
  readonly home = join(this.accountHome, '.openclaw-scout');
  readonly port: number;
  #program: TrialOptions['program'];
  #child: ChildProcess | undefined;
  #closed: Promise<unknown> = Promise.resolve();
  #output = '';

  constructor({ program, plugin, secrets, settings, more }: TrialOptions) {
    this.#program = program;
    this.port = settings.port;
    mkdirSync(join(this.home, 'workspace'), { recursive: true, mode: 0o700 });
    if (plugin !== undefined) {
      cpSync(plugin, join(this.home, 'extensions', 'sesame'), { recursive: true, filter: isShipped });
    }
    this.giveSecrets(secrets);
    this.set(settingsOf({ ...settings, home: this.home }), more);
  }

  giveSecrets(secrets: Readonly<Record<string, string>>): void {
    replaceFile(join(this.home, secretsFile), JSON.stringify(secrets));
  }

  set(settings: object, more: object = {}): void {
    this.write(JSON.stringify({ ...settings, ...more }));
  }

  write(text: string): void {
    replaceFile(join(this.home, 'openclaw.json'), text);
  }

  settings(): string {
    return readFileSync(join(this.home, 'openclaw.json'), 'utf8');
  }

  start(): void {
    const { node, entry } = this.#program;
    const words = [entry, 'gateway', 'run', '--port', String(this.port), '--bind', 'loopback'];
    const env = environmentOf({ home: this.home, accountHome: this.accountHome });
    const child = spawn(node, words, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const said of [child.stdout, child.stderr])
      said.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#closed = once(child, 'close');
    this.#child = child;
  }

  /** From its next start on. */
  use(program: TrialOptions['program']): void {
    this.#program = program;
  }

  terminate(): void {
    this.#child?.kill('SIGTERM');
  }

  /** Undefined: it runs, or was ended by a signal. */
  exitCode(): number | undefined {
    return this.#child?.exitCode ?? undefined;
  }

  /** With its last words: those may come behind its end. */
  async ended(): Promise<number | undefined> {
    await this.#closed;
    return this.#child?.exitCode ?? undefined;
  }

  /** What it said for people. */
  output(): string {
    return this.#output;
  }

  log(): string {
    try {
      return readFileSync(join(this.home, 'logs', 'gateway.log'), 'utf8');
    } catch {
      return '';
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#child?.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch {
      // It is gone, and all it had started.
    }
    await this.ended();
    rmSync(this.accountHome, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Its tests stay here. */
const isShipped = (path: string): boolean => !path.endsWith('/test');
