/** The cursors on disk: whole or as before, and of this key alone. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Cursors of one principal at one hub: another key, or another hub, begins anew.
 *
 * @param {string} stateDir
 * @param {{ apiUrl: string, agentId: string }} whose
 */
export function ledgerPath(stateDir, { apiUrl, agentId }) {
  const name = createHash('sha256').update(`${apiUrl} ${agentId}`).digest('hex').slice(0, 16);
  return join(stateDir, 'sesame', `cursors-${name}.json`);
}

/** @returns {Record<string, number> | undefined} undefined: there are none */
export function readCursors(path) {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8'));
    const entries = Object.entries(found?.cursors ?? {}).filter(([, seq]) => Number.isSafeInteger(seq) && seq >= 0);
    return Object.fromEntries(entries);
  } catch {
    // There is none, or it is damaged: the agent begins with what is new, as it does the first time.
    return undefined;
  }
}

export function writeCursors(path, cursors) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, JSON.stringify({ cursors }), { mode: 0o600, flush: true });
  renameSync(part, path);
}
