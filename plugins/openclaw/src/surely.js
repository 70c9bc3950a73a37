/**
 * What an agent has said is not lost because the hub is away for a while, or is moved to another address meanwhile: it
 * is sent again until the hub has it, by whichever connection the agent has then.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from './backoff.js';
import { HubError } from './hub-error.js';

/** For whoever comes after an account that has ended, as one does whose settings were read again. */
const successorMs = 10_000;

/** Calls of the hub, by id of the agent: those of the account that began last. */
const latest = new Map();

/** @param {string} agentId @param {{ readonly isOver: boolean }} api */
export function begins(agentId, api) {
  latest.set(agentId, api);
}

/**
 * @template T
 * @param {string} agentId
 * @param {(api: any) => Promise<T>} call with a key of its own, so that it counts once
 * @returns {Promise<T>} rejects where the hub refuses it, or this gateway ends
 */
export async function surely(agentId, call) {
  let overAt;
  for (let failures = 1; ; failures += 1) {
    const api = latest.get(agentId);
    try {
      return await call(api);
    } catch (error) {
      if (!(error instanceof HubError) || !error.mayPass) throw error;
      const isLast = latest.get(agentId) === api;
      overAt = isLast && api.isOver ? (overAt ?? performance.now()) : undefined;
      if (overAt !== undefined && performance.now() - overAt > successorMs) throw error;
    }
    await delay(overAt === undefined ? backoffMs(failures) : 200, undefined, { ref: overAt === undefined });
  }
}
