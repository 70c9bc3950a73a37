/** What somebody else set up, as a manager of services keeps it: it outlives whoever asks it, as the real one does. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSON5 from 'json5';
import type { RunnerService } from '@perdure/fleet';
import { openKeeper, openTheirs, type TheirServices } from '../../src/service/index.ts';
import type { World } from './neighbours.ts';

/** With which its channel speaks, where that is one of this hub. */
function keyIn(home: string): string {
  const path = join(home, 'secrets.json');
  if (!existsSync(path)) return 'of another hub';
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly hub: string }).hub;
}

export class TheirWorld {
  /** Names of jobs that are loaded. */
  readonly loaded = new Set<string>();
  readonly #world: World;
  #pids = 900;

  constructor(world: World) {
    this.#world = world;
  }

  readonly #jobs: TheirServices = {
    state: async ({ name, file }) => {
      const running = this.#world.processes.get(this.#homeOf(name));
      if (this.loaded.has(name) && running !== undefined) {
        return { kind: 'running', process: { pid: running.pid, startedAt: '1' }, restarts: 0 };
      }
      return { kind: existsSync(file) ? 'stopped' : 'absent' };
    },
    start: async (service) => this.load(service),
    stop: async ({ name }) => {
      this.loaded.delete(name);
      this.#world.processes.delete(this.#homeOf(name));
      return 'stopped';
    },
    isEnabled: async () => false,
    enable: async () => {},
    disable: async () => {},
    reread: async () => {},
  };

  readonly manager = openTheirs({ managers: { launchd: this.#jobs }, readiness: async () => 'ready', pollMs: 1 });
  readonly keeper = openKeeper({ managers: { launchd: this.#jobs } });

  /** As its person does. */
  load({ name, file }: Pick<RunnerService, 'name' | 'file'>): void {
    if (!existsSync(file)) throw new Error(`There is no ${file}.`);
    const home = this.#homeOf(name);
    const settings = JSON5.parse(readFileSync(join(home, 'openclaw.json'), 'utf8')) as {
      readonly gateway: { readonly port: number };
    };
    this.loaded.add(name);
    this.#world.processes.set(home, { pid: (this.#pids += 1), port: settings.gateway.port, key: keyIn(home) });
  }

  readonly homes = new Map<string, string>();

  #homeOf(name: string): string {
    return this.homes.get(name) ?? '';
  }
}
