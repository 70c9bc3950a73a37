/** What the sweep needs. */

import type { MemberStatus } from '@perdure/contract';
import type { GatewayRecord } from '../core/gateway.ts';
import type { MemberMemory } from '../core/health.ts';
import type { FleetHub, FleetStore, GatewayProgramPort, Probe, ServiceState } from '../core/ports.ts';

/** What is kept from sweep to sweep, and over a restart. */
export interface HealthRecord {
  /** When the last sweep ended. */
  readonly sweptAt: number;
  /** By id of the principal. */
  readonly members: Readonly<Record<string, MemberMemory>>;
  /** What is to be told yet: written before it is, so that it is told although somebody dies, and once. */
  readonly untold: readonly Untold[];
}

export interface Untold {
  readonly principalId: string;
  readonly id: string;
  readonly text: string;
  readonly intent: 'chat' | 'error';
  readonly status?: MemberStatus;
}

/** One member in a snapshot of its family. */
export interface SnapshotMember {
  readonly principalId: string;
  readonly handle: string;
  readonly port: number;
  readonly gateway: 'up' | 'down';
  readonly httpStatus?: number;
  readonly latencyMs?: number;
  /** In one word. */
  readonly sesame: string;
}

export interface HealthPorts {
  readonly store: Pick<FleetStore, 'list' | 'get'>;
  /** Of this machine, as it stands in the records. */
  readonly host: string;
  /** Of the service of a gateway. */
  readonly service: (gateway: GatewayRecord) => Promise<ServiceState>;
  readonly lastLines: (gateway: GatewayRecord, count: number) => Promise<readonly string[]>;
  readonly probe: (port: number, options: { readonly timeoutMs: number }) => Promise<Probe>;
  readonly program: (gateway: GatewayRecord) => Pick<GatewayProgramPort, 'health'>;
  /** Bytes of a process and its helpers, by its number. */
  readonly memory: () => ReadonlyMap<number, number>;
  /** Who listens on a port, in words. */
  readonly listener: (port: number) => Promise<string | undefined>;
  readonly hub: Pick<FleetHub, 'isConnected' | 'setStatus' | 'tell'> & {
    readonly report: (
      familyId: string,
      snapshot: { readonly takenAt: number; readonly host: string; readonly members: readonly SnapshotMember[] },
    ) => Promise<void>;
  };
  readonly record: { readonly load: () => HealthRecord | undefined; readonly save: (record: HealthRecord) => void };
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** What went wrong, for the log. */
  readonly onProblem: (sentence: string) => void;
}
