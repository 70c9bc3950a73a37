/** How far the agent came, on disk: whole or as before, and of this agent alone. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * By the agent alone: no two hubs know the same one, and a hub that is moved to another port is the same hub.
 *
 * @param {string} stateDir
 * @param {string} agentId
 */
export const ledgerPath = (stateDir, agentId) => pathOf(stateDir, agentId);

/**
 * Where releases of before kept it, for each address of the hub.
 *
 * @param {string} stateDir
 * @param {{ apiUrl: string, agentId: string }} whose
 */
export const earlierPath = (stateDir, { apiUrl, agentId }) => pathOf(stateDir, `${apiUrl} ${agentId}`);

/** What the hub could not take yet. */
export const outboxPath = (stateDir, agentId) => pathOf(stateDir, agentId, 'outbox');

function pathOf(stateDir, whose, what = 'cursors') {
  const name = createHash('sha256').update(whose).digest('hex').slice(0, 16);
  return join(stateDir, 'sesame', `${what}-${name}.json`);
}

/**
 * @returns {{ cursors: Record<string, number>, underWay: readonly string[] } | undefined} undefined: there is none, or
 *   it is damaged: the agent begins with what is new, as it does the first time
 */
export function readKept(path) {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8'));
    const entries = Object.entries(found?.cursors ?? {}).filter(([, seq]) => Number.isSafeInteger(seq) && seq >= 0);
    const underWay = Array.isArray(found?.underWay) ? found.underWay.filter((id) => typeof id === 'string') : [];
    return { cursors: Object.fromEntries(entries), underWay };
  } catch {
    return undefined;
  }
}

/** @param {{ cursors: Record<string, number>, underWay: readonly string[] }} kept `underWay`: channels of turns */
export function writeKept(path, { cursors, underWay }) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, JSON.stringify({ cursors, underWay }), { mode: 0o600, flush: true });
  renameSync(part, path);
}
