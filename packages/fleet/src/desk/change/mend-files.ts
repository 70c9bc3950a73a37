/** Files of a home that is mended, besides its settings. No link is followed. */

import { chmodSync, closeSync, fchmodSync, lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isReachedPlainly, openPlainFile, plainTextIn, replaceFile } from '@perdure/home';
import { saysNothing, withTools } from '../../core/adopt/workspace-notes.ts';

/** Ours takes its place; what is left of another one would be loaded beside it. */
export function replacePlugin(home: string): void {
  rmSync(join(home, 'extensions', 'sesame'), { recursive: true, force: true });
}

export function clearAuthFiles(home: string, files: readonly string[]): void {
  for (const file of files) if (isReachedPlainly(home, file)) rmSync(join(home, file), { force: true });
}

/** What the agent is shown no more, where it is. What recurs is left: nobody but its author knows when. */
export function moveNotes(workspace: string): void {
  const [agents, tools, heartbeat] = ['AGENTS.md', 'TOOLS.md', 'HEARTBEAT.md'].map((name) => ({
    path: join(workspace, name),
    text: plainTextIn(join(workspace, name)),
  }));
  if (agents !== undefined && tools?.text !== undefined) {
    replaceFile(agents.path, withTools(agents.text ?? '', tools.text));
    rmSync(tools.path);
  }
  if (heartbeat?.text !== undefined && saysNothing(heartbeat.text)) rmSync(heartbeat.path);
}

/** For this account alone. */
export function closeLooseFiles(home: string, paths: readonly string[]): void {
  chmodSync(home, 0o700);
  for (const path of paths.filter((each) => isReachedPlainly(home, each))) {
    const found = lstatSync(join(home, path), { throwIfNoEntry: false });
    if (found?.isDirectory() === true) chmodSync(join(home, path), 0o700);
    if (found?.isFile() !== true) continue;
    const file = openPlainFile(join(home, path), 'read');
    try {
      fchmodSync(file, 0o600);
    } finally {
      closeSync(file);
    }
  }
}
