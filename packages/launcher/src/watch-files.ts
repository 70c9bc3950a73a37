/**
 * Tells when files below certain folders of a project change. A folder that is not there yet is noticed when it comes.
 * Best effort: where the system has no watches left, changes wait for the next start.
 */

import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

export interface WatchOptions {
  readonly roots: readonly string[];
  /** Names of the folders in each root that count. */
  readonly folders: readonly string[];
  /** Once per burst of changes; `path` is one of those that changed. */
  readonly onChange: (path: string) => void;
  readonly log: (message: string) => void;
}

/** Editors write a file in several goes. */
const quietMs = 300;

export function watchFiles({ roots, folders, onChange, log }: WatchOptions): { close(): void } {
  const watchers = new Map<string, FSWatcher>();
  let burst: NodeJS.Timeout | undefined;

  const changed = (path: string): void => {
    clearTimeout(burst);
    burst = setTimeout(() => onChange(path), quietMs);
  };
  const follow = (path: string, recursive: boolean, heard: (name: string) => void): void => {
    watchers.get(path)?.close();
    watchers.delete(path);
    const failed = ({ code }: NodeJS.ErrnoException): void => {
      if (code === 'ENOENT' || code === 'ENOTDIR') return;
      log(`Changes below ${path} are not noticed (${code}); start again to load them.`);
    };
    try {
      const watcher = watch(path, { recursive }, (_event, name) => heard(name ?? ''));
      watcher.on('error', failed);
      watchers.set(path, watcher);
    } catch (error) {
      failed(error as NodeJS.ErrnoException);
    }
  };
  const followFolder = (folder: string): void =>
    follow(folder, true, (name) => {
      if (isSource(name)) changed(join(folder, name));
    });

  for (const root of roots) {
    for (const name of folders) followFolder(join(root, name));
    // The folder itself comes and goes: then its own watcher is of no use.
    follow(root, false, (name) => {
      if (!folders.includes(name)) return;
      followFolder(join(root, name));
      changed(join(root, name));
    });
  }
  return {
    close() {
      clearTimeout(burst);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

/** Not what editors and version control leave lying about. */
function isSource(name: string): boolean {
  return !/(^|[/\\])(\.|node_modules([/\\]|$))|~$|\.sw[a-z]$|\.tmp$/.test(name);
}
