/** Folders of a trial: what Perdure ships, the home of the account, and where archives are. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@perdure/db';
import type { FleetDeskDeps } from '@perdure/fleet/desk';
import { afterAll } from 'vitest';

/** To open a new one takes longer than a trial. */
const template = (async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-jobs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'perdure.db');
  (await openDatabase({ path })).close();
  return path;
})();

export class TrialDisk implements Disposable {
  readonly accountHome: string;
  readonly archives: string;
  readonly record: string;
  /** Of the state, as homes are told of it. */
  readonly root = "/home/ada/it's";
  readonly #folder: string;

  /** `homes`: where homes and archives are; absent: beside the record. */
  static async open(homes?: string): Promise<TrialDisk> {
    const disk = new TrialDisk(mkdtempSync(join(tmpdir(), 'perdure-job-')), homes);
    cpSync(await template, disk.record);
    return disk;
  }

  private constructor(folder: string, homes = folder) {
    this.#folder = folder;
    this.record = join(folder, 'perdure.db');
    this.accountHome = join(homes, 'ada');
    this.archives = join(homes, 'archives');
    mkdirSync(this.accountHome);
    this.#ship();
  }

  #ship(): void {
    const plugin = join(this.#folder, 'plugin');
    mkdirSync(plugin);
    writeFileSync(join(plugin, 'index.js'), '');
    writeFileSync(join(plugin, 'package.json'), '{"name":"sesame"}');
    for (const skill of ['perdure', 'perdure-fleet']) {
      mkdirSync(join(this.#folder, skill));
      writeFileSync(join(this.#folder, skill, 'SKILL.md'), 'How to use it');
    }
    const telling = `#!/bin/sh\nprintf '%s\\n' "$PERDURE_HOME" "$PERDURE_KEY_FILE" "$@"\n`;
    writeFileSync(join(this.#folder, 'entry'), telling, { mode: 0o700 });
  }

  get workspace(): string {
    return this.#folder;
  }

  get ships(): FleetDeskDeps['ships'] {
    return {
      plugin: join(this.#folder, 'plugin'),
      skills: [join(this.#folder, 'perdure')],
      leadSkills: [join(this.#folder, 'perdure-fleet')],
      command: { entry: join(this.#folder, 'entry'), root: this.root },
    };
  }

  /** Text of a file in the home of the scout. */
  read(path: string): string {
    return readFileSync(join(this.accountHome, '.openclaw-scout', path), 'utf8');
  }

  /** Names in the home of the account, and of archives with their modes. */
  files(): { readonly homes: readonly string[]; readonly archives: readonly string[] } {
    const archives = existsSync(this.archives) ? readdirSync(this.archives) : [];
    return {
      homes: readdirSync(this.accountHome).toSorted(),
      archives: archives.map(
        (name) =>
          `${name.replace(/-\d{8}-\d{6}/, '')} ${(statSync(join(this.archives, name)).mode & 0o777).toString(8)}`,
      ),
    };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
