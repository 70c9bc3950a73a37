/**
 * What the tools hand on to the desk, and how a call says who makes it: by the lease, for the server itself
 * remembers nobody.
 */

import { compact } from '@perdure/contract';
import type { TaskStore } from '../core/ports.ts';
import type { ReportPolicy } from '../core/report-policy.ts';
import type { EvidenceDeps, IdDeps, LeaseDeps, WriteDeps, Writer } from '../desk/deps.ts';
import { createEvidenceRunner, type RunnerOptions } from '../evidence/runner.ts';

export interface ToolHost
  extends WriteDeps<keyof TaskStore>, IdDeps, LeaseDeps, Pick<RunnerOptions, 'env' | 'exclude'> {
  /** Absolute path of the project that new tasks belong to; empty for none. */
  readonly project: string;
  /**
   * Absolute path of the folder of the client: open tasks are looked for from there upward, and checks of tasks of
   * no project run there.
   */
  readonly folder: string;
  /** What the settings say about reports. */
  readonly reportPolicy: () => Promise<ReportPolicy>;
}

/** The arguments by which a call says who calls, and what it has seen. */
export interface WriterArguments {
  readonly lease?: string | undefined;
  readonly revision?: number | undefined;
  /** The name of a caller without a lease. */
  readonly agent?: string | undefined;
}

export function writerOf({ lease, revision, agent: name }: WriterArguments): Writer {
  return { name, lease, revision };
}

/** The host with checks that end when the call is cancelled. */
export function withEvidence(host: ToolHost, signal?: AbortSignal): ToolHost & EvidenceDeps {
  const { env, exclude, now, newId } = host;
  return {
    ...host,
    evidence: createEvidenceRunner({ env, exclude, now, newId, ...compact({ signal }) }),
  };
}
