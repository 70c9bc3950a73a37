/**
 * Three siblings as a provisioner of old left them, and what has to be so of them step by step: one that runs as a bare
 * process, two that are dead of the keys that were copied to them.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { entriesBelow } from '@perdure/home';
import { handMadeSecrets, makeHandMade, quietPort, until } from '@perdure/testing';
import { expect } from 'vitest';
import type { FamilyHost } from './family-host.ts';

const handles = ['clerk', 'ranger', 'scout'] as const;
/** Runs when it is found. */
const bare = 'ranger';

interface AdoptedFamilyOptions {
  /** Of OpenClaw. */
  readonly entry: string;
  /** Whether it reads JSON without comments alone, as the fake does. */
  readonly isStrict: boolean;
}

/** What has to be so of them, one after the other. */
export class AdoptedFamily implements AsyncDisposable {
  readonly #host: FamilyHost;
  readonly #isStrict: boolean;
  readonly #bare: ChildProcess;

  static async make(host: FamilyHost, { entry, isStrict }: AdoptedFamilyOptions): Promise<AdoptedFamily> {
    const { accountHome, system } = host;
    const port = quietPort();
    const server = { baseUrl: system.demoModelUrl, api: 'openai-completions', models: [{ id: 'demo', name: 'demo' }] };
    for (const [at, handle] of handles.entries()) {
      makeHandMade({
        accountHome,
        handle,
        port: port + at,
        service: 'none',
        hasComments: !isStrict,
        hasAuthFiles: handle !== bare,
        settings: {
          // Without a word of where to listen it does not begin where it thinks that it is in a container.
          ...(handle === bare && { gateway: { mode: 'local', port: port + at, bind: 'loopback' } }),
          agents: { defaults: { model: { primary: 'demo/demo' } } },
          models: { providers: { demo: { ...server, apiKey: 'sk-canary-of-the-demo-model' } } },
        },
      });
    }
    const gateway = await runBare({ host, entry, port: port + handles.indexOf(bare) });
    return new AdoptedFamily(host, { isStrict, gateway });
  }

  private constructor(
    host: FamilyHost,
    { isStrict, gateway }: { readonly isStrict: boolean; readonly gateway: ChildProcess },
  ) {
    this.#host = host;
    this.#isStrict = isStrict;
    this.#bare = gateway;
  }

  #homeOf(handle: string): string {
    return join(this.#host.accountHome, `.openclaw-${handle}`);
  }

  /** All are found, each with what is wrong with it. */
  async isScanned(): Promise<void> {
    const { stdout } = await this.#host.perdure('family', 'adopt', '--scan');
    expect(stdout).toMatch(/3 gateways of OpenClaw/);
    expect(stdout).toMatch(/ranger .* running as \d+,/);
    expect(stdout.match(/of which a gateway of today dies/g)).toHaveLength(2);
    expect(stdout).not.toContain('canary');
  }

  /** They are members; what runs runs on, and no file is another one. */
  async isAdopted(): Promise<void> {
    const before = handles.map((handle) => readFileSync(join(this.#homeOf(handle), 'openclaw.json'), 'utf8'));
    await this.#host.perdure('family', 'init', 'main');
    for (const handle of handles) await this.#host.perdure('family', 'adopt', handle);
    await this.#host.perdure('family', 'status');
    expect(handles.map((handle) => readFileSync(join(this.#homeOf(handle), 'openclaw.json'), 'utf8'))).toEqual(before);
    expect(await this.#host.status(bare)).toMatchObject({ service: 'its_own', readiness: 'ready', wanted: 'up' });
    expect((await this.#host.status(bare)).process.state).toBe('running');
    expect(this.#bare.exitCode).toBeNull();
    expect(await this.#host.status('scout')).toMatchObject({ service: 'its_own', wanted: 'down' });
  }

  /** What is named alone: it is run as it was before, and may be stopped and started so. */
  async isMendedInPart(): Promise<void> {
    const { pid } = (await this.#host.status(bare)).process;
    await this.#host.perdure('family', 'mend', bare, 'loose_files', '--yes');
    const gateway = await this.#host.status(bare);
    expect(gateway).toMatchObject({ status: 'ready', service: 'its_own', wanted: 'up', readiness: 'ready' });
    expect(gateway.process.pid).not.toBe(pid);
    expect(statSync(this.#homeOf(bare)).mode & 0o777).toBe(0o700);
    await this.#host.perdure('family', 'stop', bare);
    expect((await this.#host.status(bare)).readiness).toBe('away');
    await this.#host.perdure('family', 'start', bare);
    expect((await this.#host.status(bare)).readiness).toBe('ready');
  }

  /** One by one, with an archive of each before; they are as those that were made here. */
  async isMended(): Promise<void> {
    await this.#host.perdure('family', 'mend', 'scout');
    for (const handle of handles) {
      await this.#host.perdure('family', 'mend', handle, '--all', '--yes', '--service', 'supervisor');
      const { archive, ...gateway } = await this.#host.status(handle);
      expect(gateway).toMatchObject({ status: 'ready', service: 'supervisor', wanted: 'up', readiness: 'ready' });
      expect(existsSync(archive ?? '')).toBe(true);
      expect((await this.#host.perdure('family', 'mend', handle)).stdout).toMatch(/Nothing is wrong with/);
    }
    const ports = await Promise.all(handles.map(async (handle) => (await this.#host.status(handle)).port));
    for (const one of ports)
      for (const other of ports) if (one !== other) expect(Math.abs(one - other)).toBeGreaterThan(110);
  }

  /** Each answers in the hub, as itself. */
  async isHeard(): Promise<void> {
    for (const handle of handles) {
      const { stdout } = await this.#host.perdure('channels', 'dm', handle, '--json');
      const { id } = (JSON.parse(stdout) as { readonly data: { readonly id: string } }).data;
      this.#host.system.setModelScript([{ text: `${handle} is here.` }]);
      await this.#host.perdure('messages', 'send', handle, 'Are you there?');
      await this.#host.hears(id, handle, `${handle} is here.`);
    }
  }

  async isWhole(): Promise<void> {
    for (const handle of handles) {
      const text = (path: string): string => readFileSync(join(this.#homeOf(handle), path), 'utf8');
      expect(text('workspace/memory/2026-02-01.md')).toContain(`${handle} remembers this`);
      // OpenClaw moves sessions of old to where it has them today.
      const files = entriesBelow(this.#homeOf(handle)).filter(
        (entry) => entry.isFile() && entry.name.includes('jsonl'),
      );
      const sessions = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
      expect(sessions.some((session) => session.includes('before'))).toBe(true);
      expect(text('workspace/AGENTS.md')).toContain('### The oven');
      if (!this.#isStrict) expect(text('openclaw.json')).toContain('// written by generate-config.sh');
      expect(text('openclaw.json')).not.toMatch(/canary/);
    }
    const { stdout } = await this.#host.perdure('family', 'status', '--json');
    expect(stdout).not.toMatch(new RegExp(Object.values(handMadeSecrets).join('|')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#bare.kill('SIGKILL');
  }
}

/** As a person starts one in a terminal. */
async function runBare({
  host,
  entry,
  port,
}: {
  readonly host: FamilyHost;
  readonly entry: string;
  readonly port: number;
}): Promise<ChildProcess> {
  const { PATH = '' } = process.env;
  const gateway = spawn(process.execPath, [entry, '--profile', bare, 'gateway', 'run'], {
    cwd: host.accountHome,
    env: { HOME: host.accountHome, PATH, OPENCLAW_DISABLE_BONJOUR: '1', OPENCLAW_NO_AUTO_UPDATE: '1' },
    stdio: 'ignore',
  });
  const isReady = async (): Promise<boolean> => {
    if (gateway.exitCode !== null) throw new Error(`it ended with ${gateway.exitCode}`);
    return (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok === true;
  };
  await until(isReady, { withinMs: 180_000, what: `${bare} is ready`, everyMs: 250 });
  return gateway;
}
