/** What the tools work with, and how they write: every write names its writer by the lease, and the readable copy follows it. */

import { nameless } from '../core/actors.ts';
import type { CommandContext, NewLease, TaskCommand } from '../core/commands.ts';
import type { Refusal, TaskStore, Written } from '../core/ports.ts';
import type { Mirror } from '../mirror/mirror.ts';
import type { Environment } from '../evidence/secrets.ts';
import { sha256 } from '../core/sha256.ts';

export interface ToolHost {
  readonly store: TaskStore;
  /** Absolute path of the project that new tasks belong to; empty for none. */
  readonly project: string;
  /** Absolute path of the folder of the client: open tasks are looked for from there upward, and checks of tasks of no project run there. */
  readonly folder: string;
  /** That of the commands that checks run. */
  readonly env: Environment;
  /** Absolute folders that no check is about: the state root. */
  readonly exclude: readonly string[];
  readonly mirror?: Mirror;
  /** How long a lease lasts after a write of its holder. */
  readonly leaseTtlMs: number;
  readonly now: () => number;
  readonly newId: () => string;
  /** A secret that nobody can guess. */
  readonly newToken: () => string;
  readonly log: (line: string) => void;
}

/** The arguments by which a call says which task it means, who calls, and what it has seen. */
export interface Named {
  readonly task_id: string;
  readonly lease?: string | undefined;
  readonly revision?: number | undefined;
  /** The name of a caller without a lease. */
  readonly agent?: string | undefined;
}

export function contextOf(
  host: ToolHost,
  { lease, revision, agent = nameless }: Omit<Named, 'task_id'>,
): CommandContext {
  return {
    now: host.now(),
    actor: agent,
    revision: revision ?? 'latest',
    ...(lease === undefined ? {} : { tokenHash: sha256(lease) }),
  };
}

/** Gives one command to the store. */
export async function write(host: ToolHost, named: Named, command: TaskCommand): Promise<Written | Refusal> {
  return await mirrored(host, await host.store.apply(named.task_id, command, contextOf(host, named)));
}

/** Brings the readable copy up to what was written. */
export async function mirrored(host: ToolHost, outcome: Written | Refusal): Promise<Written | Refusal> {
  if (outcome.kind === 'refused' || outcome.events.length === 0) return outcome;
  const { task_id: id } = outcome.task;
  const readEvents = (after: number) => host.store.events(id, { after, limit: pageSize });
  const copied = await host.mirror?.write(outcome.task, outcome.events, readEvents);
  if (copied?.warning !== undefined) host.log(copied.warning);
  return outcome;
}

const pageSize = 500;

export function leaseFor({ leaseTtlMs: ttlMs }: ToolHost, holder: string, token: string): NewLease {
  return { holder, tokenHash: sha256(token), ttlMs };
}
