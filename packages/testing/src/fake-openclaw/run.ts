/** A gateway that runs: what it answers over HTTP, how it begins, drains and ends. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, unwatchFile, watchFile } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { replaceFile } from '@perdure/home/files';
import { behaviourOf, whileHeld, type FakeBehaviour, type FakeFault } from './behaviour.ts';
import { logLine, readSettings, secretOf, type FakeHome, type FakeSettings } from './home.ts';
import { loadPlugin, type FakePlugin } from './plugin-host.ts';
import { migrateState, stateProblem } from './state.ts';
import { takeTurn } from './turn.ts';

export interface RunOptions {
  readonly home: FakeHome;
  /** Of the package. */
  readonly folder: string;
  readonly version: string;
  readonly port: number | undefined;
}

const say = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

/** Resolves to its exit code, if ever. */
export async function runGateway({ home, folder, version, port }: RunOptions): Promise<number> {
  const reading = readSettings(home);
  if (reading.kind === 'none') return refuse('Missing config. Run `openclaw setup` or set gateway.mode=local.');
  if (reading.kind === 'wrong') return refuse(`Invalid config: ${reading.issues.map((one) => one.message).join('; ')}`);
  const behaviour = behaviourOf(folder, home.handle);
  const { settings } = reading;
  if (settings.gateway?.mode === undefined) return refuse('Gateway start blocked: gateway.mode is not set.');
  if (behaviour.faults.includes('refuses')) return refuse('Invalid config: a release that knows better.');
  const newer = stateProblem(home, version);
  if (newer !== undefined) {
    say(`[lifecycle] failed to persist gateway boot start; fail-open: SqliteSchemaVersionError: ${newer}`);
    return refuse('Gateway failed to start: 1 OpenClaw database schema(s) are newer than this build.');
  }
  const lock = join(home.folder, 'tmp', 'fake-gateway.lock');
  if (isHeld(lock)) return refuse('Gateway already running for this state dir; doctor maintenance holds it.');
  mkdirSync(join(home.folder, 'tmp'), { recursive: true });
  replaceFile(lock, String(process.pid));
  migrateState(home, version);
  try {
    if (behaviour.faults.includes('refuses_late')) return refuse('Invalid config: a release that knows better.');
    const gateway = new FakeGateway({ home, settings, behaviour, version });
    return await gateway.run(port ?? settings.gateway.port ?? 18_789);
  } finally {
    rmSync(lock, { force: true });
  }
}

/** 78: do not start it again. */
function refuse(line: string): number {
  say(line);
  return 78;
}

function isHeld(lock: string): boolean {
  if (!existsSync(lock)) return false;
  try {
    return process.kill(Number(readFileSync(lock, 'utf8')), 0);
  } catch {
    return false;
  }
}

interface Given {
  readonly home: FakeHome;
  readonly settings: FakeSettings;
  readonly behaviour: Required<FakeBehaviour>;
  readonly version: string;
}

/** Between two looks at its settings. */
const settingsEveryMs = 100;

class FakeGateway {
  #given: Given;
  readonly #server: Server;
  /** As it was when it began. */
  readonly #token: string | undefined;
  readonly #startedAt = performance.now();
  readonly #stop = new AbortController();
  readonly #turns = new Set<Promise<string>>();
  #state: 'starting' | 'started' | 'draining' = 'starting';
  #plugin: FakePlugin | undefined;

  constructor(given: Given) {
    this.#given = given;
    const { settings } = given;
    this.#token = secretOf(settings, settings.gateway?.auth?.token);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async run(port: number): Promise<number> {
    const { behaviour, home } = this.#given;
    if (!(await this.#listen(port))) {
      say(`Port ${port} is already in use.`);
      return 1;
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (!this.#has('ignores_sigterm')) this.#stop.abort();
      });
    }
    if (this.#has('helper')) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    this.#log('[gateway] http server listening');
    if (this.#has('dies')) return await this.#die('the sky fell');
    if (existsSync(join(home.folder, 'agents', 'main', 'agent', 'auth.json'))) {
      return await this.#die('AUTH_PROFILE_MIGRATION_REQUIRED: run openclaw doctor --fix');
    }
    await this.#loadPlugin();
    watchFile(home.settingsPath, { interval: settingsEveryMs }, () => void this.#reload());
    await delay(behaviour.startMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    await whileHeld(behaviour, 'gateway run', this.#stop.signal);
    if (!this.#stop.signal.aborted) {
      this.#state = 'started';
      this.#log('[gateway] ready');
      await once(this.#stop.signal, 'abort');
    }
    return await this.#drain();
  }

  async #loadPlugin(): Promise<void> {
    const { home, settings } = this.#given;
    // In a channel a turn that failed is an answer too.
    const turn = (text: string): Promise<string> => this.#turn(text).catch((error: Error) => error.message);
    const tellsKeys = !this.#has('no_key_words');
    this.#plugin = this.#has('no_plugin') ? undefined : await loadPlugin(home, settings, { turn, tellsKeys });
  }

  /** Settings that are wrong are passed over. The channel begins anew beside what the old one has still to say. */
  async #reload(): Promise<void> {
    const reading = readSettings(this.#given.home);
    if (reading.kind !== 'settings' || this.#state === 'draining') return;
    const before = JSON.stringify(this.#given.settings.channels);
    this.#given = { ...this.#given, settings: reading.settings };
    if (JSON.stringify(reading.settings.channels) === before) return;
    this.#log('[reload] config change applied (channels)');
    void this.#plugin?.stop();
    await this.#loadPlugin();
  }

  async #listen(port: number): Promise<boolean> {
    const deadline = performance.now() + this.#given.behaviour.bindMs;
    for (;;) {
      const outcome = await new Promise<boolean>((resolve) => {
        this.#server.once('error', () => resolve(false));
        this.#server.listen(port, '127.0.0.1', () => resolve(true));
      });
      if (outcome || performance.now() > deadline) return outcome;
      await delay(20);
    }
  }

  /** Whoever takes the first 200 for health is told that all is well. */
  async #die(line: string): Promise<number> {
    await delay(200);
    this.#log(line);
    say(line);
    return 1;
  }

  async #drain(): Promise<number> {
    this.#state = 'draining';
    unwatchFile(this.#given.home.settingsPath);
    this.#log('[gateway] draining');
    await Promise.allSettled(this.#turns);
    await this.#plugin?.stop();
    this.#server.close();
    this.#server.closeAllConnections();
    return 0;
  }

  async #turn(text: string): Promise<string> {
    const [line = ''] = text.split('\n');
    this.#log(`[agent] turn begins: ${line}`);
    const turn = takeTurn(this.#given.settings, text, this.#given.behaviour);
    this.#turns.add(turn);
    try {
      return await turn;
    } finally {
      this.#turns.delete(turn);
      this.#log(`[agent] turn over: ${line}`);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.#has('hangs')) return;
    const path = new URL(request.url ?? '/', 'http://gateway').pathname;
    const send = (status: number, body: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
    const uptimeMs = Math.round(performance.now() - this.#startedAt);
    if (path === '/healthz' || path === '/health') return send(200, { ok: true, status: 'live' });
    if (path === '/startupz' || path === '/startup') {
      const isUp = this.#state === 'started';
      return send(isUp ? 200 : 503, { ok: isUp, status: this.#state, version: this.#given.version, uptimeMs });
    }
    if (path === '/readyz' || path === '/ready') {
      const failing = this.#failing();
      return send(failing.length === 0 ? 200 : 503, { ready: failing.length === 0, failing, uptimeMs });
    }
    if (path === '/__fake') return await this.#call(request, send);
    const route = this.#plugin?.routes.get(path);
    if (route !== undefined) {
      if (!this.#isTrusted(request)) return send(401, { error: 'unauthorized' });
      await route(request, response);
      return;
    }
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end('<!doctype html><title>OpenClaw</title>');
  }

  #failing(): readonly string[] {
    if (this.#state === 'draining') return ['draining'];
    if (this.#state === 'starting' || this.#has('never_ready')) return ['startup-sidecars'];
    return [];
  }

  /** In place of the socket that its own command line uses, with the same token. */
  async #call(request: IncomingMessage, send: (status: number, body: object) => void): Promise<void> {
    if (!this.#isTrusted(request)) return send(401, { error: 'unauthorized' });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = JSON.parse(Buffer.concat(chunks).toString()) as { readonly word: string; readonly text?: string };
    if (call.word === 'turn') {
      const said = this.#turn(call.text ?? '').then(
        (text) => ({ text }),
        (error: Error) => ({ error: error.message }),
      );
      return send(200, await said);
    }
    send(200, this.#view());
  }

  #isTrusted({ headers }: IncomingMessage): boolean {
    return this.#token !== undefined && headers.authorization === `Bearer ${this.#token}`;
  }

  #view() {
    const { settings } = this.#given;
    const plugin = this.#plugin;
    return {
      pid: process.pid,
      rssBytes: process.memoryUsage.rss(),
      loaded: ['memory-core', ...(plugin?.isLoaded === true ? ['sesame'] : [])],
      errors: plugin?.error === undefined ? [] : [{ id: 'sesame', error: plugin.error }],
      ...(plugin?.isLoaded === true && settings.channels?.['sesame'] !== undefined && { channel: plugin.channel() }),
      isChannelTold: !this.#has('no_channel_state'),
    };
  }

  #has(fault: FakeFault): boolean {
    return this.#given.behaviour.faults.includes(fault);
  }

  #log(line: string): void {
    logLine(this.#given.settings, line);
    process.stdout.write(`${new Date().toISOString()} ${line}\n`);
  }
}
