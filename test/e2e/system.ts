/**
 * The whole product as real processes on a state root and ports of its own, made to be killed: launcher, engine,
 * server, worker and demo model. What happened is read from outside: the database (read-only) and the demo model's
 * request log.
 *
 * Surprise: the database is opened for each look and closed again. A reader that stayed would keep SQLite's shared
 * memory alive over a kill, and the next process would never have to recover the log.
 */

import {
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { ensureHome, homePaths, readOwnerKey, type HomePaths } from '@perdure/home';
import type { LaunchStatus, PartName } from '@perdure/launcher';
import { createClient, type Client } from '@perdure/sdk';
import { freePorts, until } from '@perdure/testing';
import { UpProcess, type Account } from './up-process.ts';

/** `launcher`: it alone, its parts end by themselves. `all`: launcher and parts at once. */
export type Victim = PartName | 'launcher' | 'all';

/** All of it optional: without any, an empty project and the demo model as it ships. */
export interface SystemOptions {
  /** An empty folder for the state root and what belongs to it; default: a temporary one. */
  readonly folder?: string;
  /** Whose agents and pipelines are used before the shipped ones; default: none. */
  readonly project?: string;
  /** Rules that make the demo model slow or broken. */
  readonly modelScript?: readonly object[];
  /** The settings of the state root, as text of `perdure.config.yaml`. */
  readonly config?: string;
  /** Whether the demo model answers, whatever is configured; default: it does. */
  readonly demo?: boolean;
  /** Added to the environment of all processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whose processes and files they are; default: ours. */
  readonly account?: Account;
  readonly onStatus?: (status: LaunchStatus) => void;
}

/** A line of the demo model's log that tells of an arrival. */
export interface ModelRequest {
  readonly at: number;
  /** `<run>/<step key>/<attempt>`, with `-without-…` behind it when a feature was left out. */
  readonly key: string;
}

const partNames: readonly PartName[] = ['engine', 'demo-model', 'server', 'worker'];

/** A state root and the processes on it, until it is disposed of; the launcher may live several times. */
export class System implements AsyncDisposable {
  readonly folder: string;
  readonly paths: HomePaths;
  #ports: readonly number[];
  readonly #options: SystemOptions;
  readonly #lives: UpProcess[] = [];
  readonly #onExit = (): void => this.#killEverything();

  /** Resolves when everything works. */
  static async start(options: SystemOptions = {}): Promise<System> {
    const system = new System(options, await freePorts(3));
    try {
      await system.up();
      return system;
    } catch (error) {
      await system[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(options: SystemOptions, ports: readonly number[]) {
    this.#options = options;
    this.#ports = ports;
    this.folder = realpathSync(options.folder ?? mkdtempSync(join(tmpdir(), 'perdure-e2e-')));
    this.paths = homePaths(join(this.folder, 'state'));
    mkdirSync(join(this.folder, 'project'));
    if (options.config !== undefined) {
      ensureHome(this.paths.root);
      writeFileSync(this.paths.config, options.config);
    }
    writeFileSync(this.#scriptFile, JSON.stringify(options.modelScript ?? []));
    this.#give();
    process.on('exit', this.#onExit);
  }

  /** What was made here, to the account. */
  #give(): void {
    const { account } = this.#options;
    if (account === undefined) return;
    const made = readdirSync(this.folder, { recursive: true, encoding: 'utf8' }).map((name) => join(this.folder, name));
    for (const path of [this.folder, ...made]) lchownSync(path, account.uid, account.gid);
  }

  /** `perdure up`: the first time, and again after the launcher was killed. Resolves when everything works. */
  async up(): Promise<void> {
    const [port, workerPort, demoModelPort] = this.#ports;
    const { project = join(this.folder, 'project'), env = {}, demo = true, account } = this.#options;
    const { onStatus = () => undefined } = this.#options;
    const life = new UpProcess({
      isDemo: demo,
      flags: Object.entries({
        '--home': this.paths.root,
        '--project': project,
        '--port': port,
        '--worker-port': workerPort,
        '--demo-model-port': demoModelPort,
      }).flatMap(([flag, value]) => [flag, String(value)]),
      cwd: this.folder,
      env: { ...process.env, ...env, PERDURE_DEMO_MODEL_SCRIPT: this.#scriptFile },
      account,
      onStatus,
    });
    this.#lives.push(life);
    await life.up;
  }

  /** The next `up` listens on other ports. */
  async move(): Promise<void> {
    this.#ports = await freePorts(3);
  }

  /** From now on the demo model answers by these rules. */
  setModelScript(rules: readonly object[]): void {
    writeFileSync(this.#scriptFile, JSON.stringify(rules));
  }

  get client(): Client {
    return createClient({ url: this.url, key: readOwnerKey(this.paths) ?? '' });
  }

  /** `http://127.0.0.1:<port>` */
  get launcherPid(): number | undefined {
    return this.#life?.launcherPid;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports[0]}`;
  }

  /** Base URL of the demo model, as clients of chat completions want it. */
  get demoModelUrl(): string {
    return `http://127.0.0.1:${this.#ports[2]}/v1`;
  }

  pid(part: PartName): number | undefined {
    return this.#life?.pid(part);
  }

  get partsUp(): readonly PartName[] {
    return partNames.filter((part) => this.pid(part) !== undefined);
  }

  /** Resolves when the launcher has all its parts up. */
  async allUp(withinMs: number, signal?: AbortSignal): Promise<void> {
    await until(() => this.partsUp.length === partNames.length, { withinMs, what: 'all parts are up', signal });
  }

  /** SIGKILL; false when the part is not up. */
  kill(victim: Victim): boolean {
    if (victim === 'all') this.#life?.killAll();
    else if (victim === 'launcher') this.#life?.killLauncher();
    else return this.#life?.kill(victim) === true;
    return true;
  }

  /** Starts a run; resolves to its id once the server has acknowledged it. */
  async startRun(pipeline: string, input: unknown): Promise<string> {
    return (await this.client.startRun({ body: { pipeline, input } })).data.id;
  }

  statusOf(runId: string): string | undefined {
    return this.read<{ status: string }>('SELECT status FROM runs WHERE id = ?', runId)[0]?.status;
  }

  async untilStatus(runId: string, status: string, options: { readonly withinMs: number }): Promise<void> {
    await until(() => this.statusOf(runId) === status, { ...options, what: `run ${runId} is ${status}`, everyMs: 50 });
  }

  /** Rows of the database, which need not be open anywhere. */
  read<Row>(sql: string, ...parameters: SQLInputValue[]): readonly Row[] {
    const database = new DatabaseSync(this.paths.database, { readOnly: true, timeout: 5_000 });
    try {
      return database.prepare(sql).all(...parameters) as Row[];
    } finally {
      database.close();
    }
  }

  /** What was asked of the demo model, oldest first. */
  modelRequests(): readonly ModelRequest[] {
    const lines = readFileSync(join(this.paths.logs, 'demo-model-requests.ndjson'), 'utf8').split('\n');
    return lines.flatMap((line) => {
      // A model that was killed may have left half a line.
      if (!line.startsWith('{"event":"request"') || !line.endsWith('}')) return [];
      const { at, idempotencyKey } = JSON.parse(line) as {
        readonly at: string;
        readonly idempotencyKey: string | null;
      };
      return [{ at: Date.parse(at), key: idempotencyKey ?? '' }];
    });
  }

  /** Kills everything and waits until it is gone; a folder that was made here goes too. */
  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#onExit);
    this.#killEverything();
    await Promise.all(this.#lives.map((life) => life.exited));
    await until(() => this.#lives.every((life) => life.isGone), { what: 'all processes are gone' });
    if (this.#options.folder === undefined) rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get #life(): UpProcess | undefined {
    return this.#lives.at(-1);
  }

  get #scriptFile(): string {
    return join(this.folder, 'model-script.json');
  }

  #killEverything(): void {
    for (const life of this.#lives) life.killAll();
  }
}
