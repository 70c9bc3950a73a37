/**
 * Tokens of leases, kept for the agent that was given them: shells of agents forget what they exported. The same agent
 * is the same process (`cli/caller.ts`) under the same name. A process that calls itself a person is still the agent
 * that holds the lease: the token says better who it is. Each token is a file that nobody but this account reads; those
 * of processes that are gone are swept when another is kept.
 */

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { shortSha256, type HolderProcess } from '@perdure/contract';
import { isHolderGone, makeFolder, replaceFile } from '@perdure/home';
import { isHuman, type KeptTokens } from '@perdure/tasks';

export interface Agent {
  readonly name: string;
  readonly process: HolderProcess;
}

interface Kept {
  readonly token: string;
  readonly process: HolderProcess;
}

/** `isNamed`: the caller said under which lease it writes, or that it writes under none; then none is read. */
export function keptTokensIn(folder: string, agent: Agent, { isNamed }: { readonly isNamed: boolean }): KeptTokens {
  const of = processOf(agent.process);
  const pathOf = (taskId: string) => join(folder, `${taskId}.${of}.${digestOf(agent.name)}.json`);
  return {
    read(taskId) {
      if (isNamed) return undefined;
      const own = readKept(pathOf(taskId))?.token;
      if (own !== undefined || !isHuman(agent.name)) return own;
      const [any] = filesIn(folder).filter((name) => name.startsWith(`${taskId}.${of}.`));
      return any === undefined ? undefined : readKept(join(folder, any))?.token;
    },
    keep(taskId, token) {
      makeFolder(folder, 0o700);
      replaceFile(pathOf(taskId), `${JSON.stringify({ token, process: agent.process })}\n`, { sync: false });
      sweep(folder);
    },
    forget: (taskId) => rmSync(pathOf(taskId), { force: true }),
  };
}

function processOf({ pid, started_at: startedAt, machine }: HolderProcess): string {
  return digestOf(JSON.stringify([pid, startedAt, machine]));
}

function digestOf(text: string): string {
  return shortSha256(text).slice(0, 24);
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.json'));
  } catch {
    // Nothing was kept yet.
    return [];
  }
}

/** Undefined also for what is broken: it is only a memory. Without a schema, for each command of an agent reads one. */
function readKept(path: string): Kept | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isKept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isKept(value: unknown): value is Kept {
  const { token, process } = (value ?? {}) as Partial<Kept>;
  const { pid, started_at: startedAt, machine } = process ?? ({} as Partial<HolderProcess>);
  const areTexts = [token, startedAt, machine].every((text) => typeof text === 'string');
  return areTexts && Number.isSafeInteger(pid);
}

function sweep(folder: string): void {
  for (const name of filesIn(folder)) {
    const kept = readKept(join(folder, name));
    if (kept !== undefined && isHolderGone(kept.process)) rmSync(join(folder, name), { force: true });
  }
}
