/** What tests of two accounts on one machine share: what the other one may have of a family, asked by doing so. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FamilyHost } from './family-host.ts';

/** Which of these an account lists, reads or connects to. */
export function may({ account }: Pick<FamilyHost, 'account'>, paths: readonly string[]): readonly string[] {
  const script = `while IFS= read -r path; do
    if [ -d "$path" ]; then [ -r "$path" ] && echo "list $path"
    elif [ -S "$path" ]; then [ -w "$path" ] && echo "connect $path"
    else true 2>/dev/null <"$path" && echo "read $path"; fi
  done; :`;
  const input = paths.map((path) => `${path}\n`).join('');
  const said = execFileSync('/bin/sh', ['-c', script], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
    input,
    maxBuffer: 10_000_000,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return said.split('\n').filter((line) => line !== '');
}

/** What the home of its scout, its state root and its processes hold that somebody else could want. */
export function wantedOf(host: FamilyHost): readonly string[] {
  const { root, database, vaultKey, ownerKey, keys, run, logs } = host.system.paths;
  const home = join(host.accountHome, '.openclaw-scout');
  const files = [
    'openclaw.json',
    'secrets.json',
    'workspace/AGENTS.md',
    'logs/gateway.log',
    'logs/service.log',
    'sesame',
  ].map((name) => join(home, name));
  const inRun = readdirSync(run, { recursive: true, encoding: 'utf8' }).map((name) => join(run, name));
  const paths = [home, root, database, vaultKey, ownerKey, keys, run, logs, join(root, 'archives'), ...inRun, ...files];
  const processFiles = host
    .processes()
    .flatMap((pid) => ['environ', 'mem', 'maps'].map((name) => `/proc/${pid}/${name}`));
  return [...paths, ...processFiles].filter((path) => existsSync(path));
}

/** Again where another program of this machine took the port in between, which is told with this remedy. */
export async function addAgain(host: FamilyHost, handle: string, words: readonly string[]): Promise<void> {
  let next: readonly string[] = ['add', handle, ...words];
  for (let tries = 1; ; tries += 1) {
    try {
      await host.perdure('family', ...next);
      return;
    } catch (error) {
      if (tries === 4 || !(error as Error).message.includes('by another program')) throw error;
      next = ['provision', handle, '--no-key'];
    }
  }
}
