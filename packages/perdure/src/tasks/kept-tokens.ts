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
  /** Those that stood nearer to the command. While one of them lives the token is theirs; absent: there were none. */
  readonly nearer?: readonly HolderProcess[];
}

/**
 * `agents`: whoever calls, as each process that they may be, nearest first (`cli/caller.ts`). Kept for all of them, so
 * that a script finds its token however old it is by then, and so does the harness that started it for one command.
 * `isNamed`: the caller said under which lease it writes, or that it writes under none; then none is read.
 */
export function keptTokensIn(
  folder: string,
  agents: readonly Agent[],
  { isNamed }: { readonly isNamed: boolean },
): KeptTokens {
  const pathOf = (taskId: string, agent: Agent) => join(folder, fileOf(taskId, agent));
  return {
    read(taskId) {
      if (isNamed) return undefined;
      const names = agents.flatMap((agent) => namesFor(folder, taskId, agent));
      return names
        .map((name) => readKept(join(folder, name)))
        .find((kept) => kept !== undefined && (kept.nearer ?? []).every(isHolderGone))?.token;
    },
    keep(taskId, token) {
      makeFolder(folder, 0o700);
      for (const [at, agent] of agents.entries()) {
        const nearer = agents.slice(0, at).map(({ process }) => process);
        const kept: Kept = { token, process: agent.process, ...(at === 0 ? {} : { nearer }) };
        replaceFile(pathOf(taskId, agent), `${JSON.stringify(kept)}\n`, { sync: false });
      }
      sweep(folder);
    },
    forget(taskId) {
      for (const agent of agents) rmSync(pathOf(taskId, agent), { force: true });
    },
  };
}

/** Where its token may lie; that of any name, where somebody calls itself a person. */
function namesFor(folder: string, taskId: string, agent: Agent): readonly string[] {
  const own = fileOf(taskId, agent);
  if (!isHuman(agent.name)) return [own];
  const ofProcess = `${taskId}.${processOf(agent.process)}.`;
  return [own, ...filesIn(folder).filter((name) => name.startsWith(ofProcess) && name !== own)];
}

function fileOf(taskId: string, { name, process }: Agent): string {
  return `${taskId}.${processOf(process)}.${digestOf(name)}.json`;
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
  const { token, process, nearer = [] } = (value ?? {}) as Partial<Kept>;
  return typeof token === 'string' && isProcess(process) && Array.isArray(nearer) && nearer.every(isProcess);
}

function isProcess(value: unknown): value is HolderProcess {
  const { pid, started_at: startedAt, machine } = (value ?? {}) as Partial<HolderProcess>;
  return Number.isSafeInteger(pid) && typeof startedAt === 'string' && typeof machine === 'string';
}

function sweep(folder: string): void {
  for (const name of filesIn(folder)) {
    const kept = readKept(join(folder, name));
    if (kept !== undefined && isHolderGone(kept.process)) rmSync(join(folder, name), { force: true });
  }
}
