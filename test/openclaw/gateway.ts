/**
 * A real gateway of OpenClaw, as a sibling runs: a home of its own, our channel plugin in it, and the demo model to
 * answer. It needs about a gigabyte and half a minute to begin.
 */

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { secretsFile, settingsOf } from '@perdure/fleet/openclaw';
import { until } from '@perdure/testing';

export interface GatewayOptions {
  /** The folder of the package. */
  readonly openclaw: string;
  /** An empty folder that is the home of its account. */
  readonly home: string;
  readonly handle: string;
  readonly port: number;
  readonly hub: { readonly url: string; readonly apiKey: string };
  /** Base URL of a server that speaks chat completions. */
  readonly modelUrl: string;
  /** Further settings of the channel. */
  readonly channel?: Readonly<Record<string, unknown>>;
}

const plugin = join(import.meta.dirname, '..', '..', 'plugins', 'openclaw');

export class Gateway implements AsyncDisposable {
  readonly #options: GatewayOptions;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> = Promise.resolve();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#folder = join(options.home, `.openclaw-${options.handle}`);
    mkdirSync(join(this.#folder, 'workspace'), { recursive: true, mode: 0o700 });
    cpSync(plugin, join(this.#folder, 'extensions', 'sesame'), { recursive: true });
    const { hub, port } = options;
    const secrets = { hub: hub.apiKey, gateway: `token-${port}-for-a-test`, model: 'none' };
    writeFileSync(join(this.#folder, secretsFile), JSON.stringify(secrets), { mode: 0o600 });
    writeFileSync(join(this.#folder, 'openclaw.json'), JSON.stringify(this.#settings()), { mode: 0o600 });
  }

  /** What its own check says of its settings. */
  async validate(): Promise<{ readonly valid: boolean; readonly warnings?: readonly unknown[] }> {
    const { stdout } = await promisify(execFile)(process.execPath, this.#arguments('config', 'validate', '--json'), {
      env: this.#environment(),
    });
    return JSON.parse(stdout) as { readonly valid: boolean; readonly warnings?: readonly unknown[] };
  }

  /** Resolves when it says of itself that it is ready, and its channel is in. */
  async start(): Promise<void> {
    const { port } = this.#options;
    const flags = ['gateway', 'run', '--port', String(port), '--bind', 'loopback'];
    const child = spawn(process.execPath, this.#arguments(...flags), {
      env: this.#environment(),
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    this.#child = child;
    this.#exited = once(child, 'exit');
    const isReady = async (): Promise<boolean> => {
      if (child.exitCode !== null) throw new Error(`the gateway ended with exit code ${child.exitCode}: ${this.log()}`);
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      return answer?.ok === true && this.timesAuthenticated() > this.#before;
    };
    await until(isReady, { withinMs: 180_000, what: `${this.#options.handle} is ready`, everyMs: 250 });
    this.#before = this.timesAuthenticated();
  }
  #before = 0;

  /** At once, as a machine does that loses its power. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  /** Lines of its log that operators look for. */
  timesAuthenticated(): number {
    return this.log().split('[sesame] Authenticated successfully').length - 1;
  }

  log(): string {
    try {
      return readFileSync(join(this.#folder, 'logs', 'gateway.log'), 'utf8');
    } catch {
      return '';
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #arguments(...rest: readonly string[]): string[] {
    const { openclaw, handle } = this.#options;
    return [join(openclaw, 'openclaw.mjs'), '--profile', handle, ...rest];
  }

  /** Nothing of ours: a key in an installer's environment would be found, and used. */
  #environment(): NodeJS.ProcessEnv {
    const { home } = this.#options;
    const { PATH } = process.env;
    return { HOME: home, PATH, OPENCLAW_DISABLE_BONJOUR: '1', OPENCLAW_NO_RESPAWN: '1', OPENCLAW_OFFLINE: '1' };
  }

  /** Those of a member, with what a test adds. */
  #settings() {
    const { port, hub, modelUrl, channel = {} } = this.#options;
    const modelServer = { baseUrl: modelUrl, api: 'openai-completions' };
    const made = settingsOf({ home: this.#folder, port, model: 'demo/demo', hubUrl: hub.url, modelServer });
    const { channels } = made as { readonly channels: { readonly sesame: object } };
    return { ...made, channels: { sesame: { ...channels.sesame, ...channel } } };
  }
}
