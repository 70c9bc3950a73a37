/**
 * What is needed to take orders about gateways. Orders are recorded first; what takes long is a run of its own, or goes
 * on behind the answer, and goes on again after a crash.
 */

import type { ErrorCode, MemberStatus, Principal } from '@perdure/contract';
import type { FoundGateway } from '../core/adopt/found.ts';
import type { GatewayProgram, GatewayRecord } from '../core/gateway.ts';
import type { JobId } from '../core/jobs.ts';
import type { HostFacts, ServiceKind } from '../core/member.ts';
import type { FleetStore, GatewayProgramPort, ServiceManager } from '../core/ports.ts';
import type { Difference } from '../core/repair.ts';
import type { UpgradeInput } from '../core/upgrade-run.ts';

/** A member, as far as an order needs to know it. */
export interface OrderedMember {
  readonly principalId: string;
  readonly familyId: string;
  readonly handle: string;
  readonly displayName: string;
  readonly status: MemberStatus;
  /** Of its family; absent: it was not said. */
  readonly host?: string;
}

/** What orders need of the hub, besides what steps do there. */
export interface ControlHub {
  /** @throws PerdureError `not_found` */
  member(principalId: string): Promise<OrderedMember>;
  /** The reference by ids. @throws PerdureError where whoever asks may not be given what it means */
  resolve(by: Principal, reference: string): Promise<string>;
  /** Into the vault of the member; the reference to it. `isBeside`: what was kept before stays as it is. */
  keepModelKey(
    principalId: string,
    kept: { readonly provider: string; readonly key: string; readonly isBeside?: boolean },
  ): Promise<string>;
  /** The reference to the key that the members of a family share for a provider. */
  familyKey(familyId: string, provider: string): Promise<string | undefined>;
  /** Whether there is still something behind a reference by ids. */
  hasValue(reference: string): Promise<boolean>;
  setStatus(principalId: string, status: MemberStatus): Promise<void>;
  /** The agent that speaks with this key; undefined: none of this hub. */
  agentOf(
    key: string,
  ): Promise<{ readonly principalId: string; readonly handle: string; readonly keyId: string } | undefined>;
  /**
   * A member of the family: the agent that is named, or else one of this handle, which is made and has no key. May be
   * repeated. @throws PerdureError `conflict` where the handle is somebody else's
   */
  takeIn(
    familyId: string,
    who: {
      readonly handle: string;
      readonly principalId: string | undefined;
      readonly gatewayPort: number;
      readonly ocHomeDir: string;
    },
  ): Promise<{ readonly principalId: string; readonly handle: string }>;
  /** @throws PerdureError `not_found` */
  family(familyId: string): Promise<{ readonly name: string; readonly leadId?: string }>;
  /** How many tasks it has to do. */
  openTasks(principalId: string): Promise<number>;
}

export interface FleetRuns {
  /** Recorded under this id, once, and set going. */
  begin(run: {
    readonly id: string;
    readonly job: JobId;
    readonly principalId: string;
    readonly handle: string;
  }): Promise<void>;
  /** Undefined: it was never recorded. */
  look(runId: string): Promise<FleetRun | undefined>;
  /** What was done is taken back. Nothing where it is over. */
  cancel(runId: string): Promise<void>;
  /** As `begin`. */
  beginUpgrade(id: string, upgrade: UpgradeInput): Promise<void>;
  /** Undefined: there is no such run, or it is none of these. */
  upgradeOf(runId: string): Promise<UpgradeInput | undefined>;
  /** The run that moves a family just now. */
  upgradeAtWork(familyId: string): Promise<string | undefined>;
}

export interface FleetRun {
  readonly status: string;
  readonly isOver: boolean;
  /** Steps that were done, in order. */
  readonly done: readonly string[];
  /** At work; absent: none is. */
  readonly step?: string;
  /** Why it failed. */
  readonly problem?: string;
}

export interface FleetHost {
  /** Families of this host are provisioned here. */
  readonly name: string;
  readonly accountHome: string;
  /** Of this account. */
  readonly uid: number;
  /** The gateway of this handle, or with this home, as it is set up; undefined: there is none. */
  find(named: string): Promise<FoundGateway | undefined>;
  /** All gateways of this account that lie where OpenClaw puts them. */
  scan(): Promise<readonly FoundGateway[]>;
  /** What a plan to mend it needs to know besides; `digest`: another one where something of it has changed. */
  detailsOf(found: FoundGateway): Promise<FoundDetails>;
  /** The key with which the channel of a home speaks, whoever wrote it there. */
  channelKey(home: string): Promise<string | undefined>;
  observe(wanted: { readonly home: string | undefined; readonly port: number | undefined }): Promise<HostFacts>;
  /** With what a gateway is run; undefined: OpenClaw is not there, or is nothing that Node runs. */
  program(host: HostFacts): Promise<GatewayProgram | undefined>;
  /** The OpenClaw of the PATH, or the one at a path, after it has said what it is. */
  release(path: string | undefined): Promise<FoundRelease>;
  /** The version of what lies at the entry of a program by now; undefined: nothing does, or it does not say. */
  behind(program: Pick<GatewayProgram, 'entry'>): Promise<string | undefined>;
  /** Of all files below it. */
  sizeOf(folder: string): Promise<number>;
  freeBytes(folder: string): Promise<number>;
}

export type FoundRelease =
  | { readonly kind: 'release'; readonly program: GatewayProgram }
  /** In a sentence: why, and what to do. */
  | { readonly kind: 'none'; readonly why: string };

export interface FoundDetails {
  readonly digest: string;
  /** Absent: it lies outside of the home. */
  readonly workspace?: { readonly folder: string; readonly lengths: ReadonlyMap<string, number> };
}

export interface ControlDeps {
  readonly store: FleetStore;
  readonly hub: ControlHub;
  readonly runs: FleetRuns;
  readonly host: FleetHost;
  readonly serviceOf: (kind: ServiceKind) => ServiceManager;
  /** The program of a gateway. */
  readonly programOf: (program: GatewayProgram) => Pick<GatewayProgramPort, 'readiness' | 'backup' | 'validate'>;
  /**
   * What differs in a home from what it is to be; nothing is changed. @throws PerdureError where it is not ours, or
   * what it is to be cannot be known
   */
  readonly lookAtHome: (gateway: GatewayRecord, how: { readonly isFresh: boolean }) => Promise<readonly Difference[]>;
  /** Has it read the key of its model again. @throws PerdureError where it does not */
  readonly refreshKey: (principalId: string) => Promise<'same' | 'refreshed' | 'none'>;
  /** Base URL of the hub, as gateways of this host reach it. */
  readonly hubUrl: string;
  /** Where archives lie. */
  readonly archives: string;
  /** Whole, and of this agent. @throws PerdureError `not_found`, `storage_corrupt`, `conflict` */
  readonly checkArchive: (of: { readonly archive: string; readonly principalId: string }) => Promise<void>;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly log: (message: string) => void;
}

export interface ControlRefusal {
  readonly kind: 'refused';
  readonly code: Extract<ErrorCode, 'conflict' | 'not_found' | 'invalid_input'>;
  readonly message: string;
  /** Each thing that is in the way, where it is more than the sentence tells. */
  readonly problems?: readonly string[];
}

export type ControlOutcome = { readonly kind: 'gateway'; readonly gateway: GatewayRecord } | ControlRefusal;

export const refuse = (
  code: ControlRefusal['code'],
  message: string,
  problems?: readonly string[],
): ControlRefusal => ({ kind: 'refused', code, message, ...(problems !== undefined && { problems }) });

export const noGateway = ({ handle }: Pick<OrderedMember, 'handle'>): ControlRefusal =>
  refuse('not_found', `${handle} has no gateway on this host; \`perdure family provision ${handle}\` makes one.`);
