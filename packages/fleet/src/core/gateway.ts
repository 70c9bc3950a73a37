/**
 * A gateway as we have recorded it: what is acted on, and nothing else is. No name of a process or of a service is
 * ever guessed from a handle.
 */

import type { FindingCode } from './adopt/finding-codes.ts';
import type { ServiceKind } from './member.ts';

/**
 * `provisioning`, `changing` and `removing` have a run at work on them. `failed`: all was taken back, or what is
 * left is told in its problem; it may be provisioned again, or removed. `removed` ends in the archive, out of which
 * it may be restored.
 */
export const gatewayStatuses = ['provisioning', 'ready', 'changing', 'failed', 'removing', 'removed'] as const;
export type GatewayStatus = (typeof gatewayStatuses)[number];

/**
 * `give_up`: a removal that cannot be finished, of which too much is done to go back. `put_back`: a change was taken
 * back, or what is left of it is told in its problem.
 */
export const gatewayActions = [
  'provision',
  'complete',
  'fail',
  'change',
  'keep',
  'put_back',
  'remove',
  'finish',
  'give_up',
  'adopt',
  'restore',
] as const;
export type GatewayAction = (typeof gatewayActions)[number];

/** From a status by an action to the next; what is not here is refused. `none`: there is no record yet. */
const arrows: Readonly<Record<GatewayStatus | 'none', Partial<Record<GatewayAction, GatewayStatus>>>> = {
  none: { provision: 'provisioning', adopt: 'ready', restore: 'provisioning' },
  provisioning: { complete: 'ready', fail: 'failed' },
  // A run that is cancelled in its last moment takes back what is complete.
  ready: { change: 'changing', remove: 'removing', fail: 'failed' },
  changing: { keep: 'ready', put_back: 'ready' },
  failed: { provision: 'provisioning', restore: 'provisioning', remove: 'removing', adopt: 'ready' },
  removing: { finish: 'removed', fail: 'ready', give_up: 'failed' },
  removed: { restore: 'provisioning' },
};

/** Undefined: refused. */
export function nextGatewayStatus(from: GatewayStatus | undefined, action: GatewayAction): GatewayStatus | undefined {
  return arrows[from ?? 'none'][action];
}

/** A process that is known again, though its number may be given to another one. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system tells; of two processes with one number it differs. */
  readonly startedAt: string;
}

/** A service that somebody else made. It is known by its name and its file. */
export interface RunnerService {
  readonly manager: 'systemd' | 'launchd';
  readonly name: string;
  readonly file: string;
}

/** What ran a gateway when it was adopted: of that alone we act on something. */
export interface Runner {
  /** More than one, where several start it. */
  readonly services: readonly RunnerService[];
  /** That none of these keeps. */
  readonly process?: ProcessIdentity;
  /** Folder of ours in which lies how that was started, from a change on: it may be started so again. */
  readonly kept?: string;
}

/** Where the key of its model lies. Values are in none of it. */
export type CredentialSource =
  | { readonly kind: 'unneeded' }
  /** `vault/item/field`. */
  | { readonly kind: 'vault'; readonly reference: string }
  /** The gateway was there before, with a key of its own. */
  | { readonly kind: 'its_own' };

/** With what it is run: absolute paths, for a service has no PATH. */
export interface GatewayProgram {
  readonly node: string;
  /** The entry that Node runs. */
  readonly entry: string;
  readonly version: string;
}

/** A step that did not come to its end, and what was seen of the gateway then. Without secrets. */
export interface GatewayFailure {
  readonly step: string;
  /** A sentence. */
  readonly message: string;
  readonly exitCode?: number;
  /** What it printed last, newest last. */
  readonly lastLines: readonly string[];
}

/**
 * `program`: another release of OpenClaw runs it. `settings`: its settings, secrets, plugin and skills are made anew.
 * `mend`: what was found wrong with a gateway that was set up by hand is put right.
 */
export const changeKinds = ['program', 'settings', 'mend'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What a change may make otherwise in a record. A home and a handle stay. */
export type Changeable = Pick<GatewayRecord, 'program' | 'port' | 'service' | 'wanted' | 'model' | 'credential'>;

/** What its record is to say, and what it said before, which it says again where the change is taken back. */
export interface GatewayChange {
  readonly kind: ChangeKind;
  readonly to: Partial<Changeable>;
  readonly before: Changeable & Pick<GatewayRecord, 'serviceName'>;
  /** Settings are made anew whole, whatever people have added to them. */
  readonly isFresh?: boolean;
  /** Where it mends. */
  readonly mends?: Mending;
}

/** Of what somebody else set up. */
export interface Mending {
  readonly findings: readonly FindingCode[];
  /** Folder in which lies what is put back where it is not well afterwards. */
  readonly kept: string;
  /** Below its home, as they were found. */
  readonly files: { readonly auth: readonly string[]; readonly loose: readonly string[]; readonly workspace: string };
  /** What ran it, and the key it had, before. */
  readonly runner?: Runner;
  readonly keyId?: string;
}

export interface GatewayRecord {
  readonly principalId: string;
  readonly familyId: string;
  readonly handle: string;
  readonly host: string;
  /** An absolute path, links resolved. */
  readonly home: string;
  readonly port: number;
  readonly service: ServiceKind;
  /** As the service manager knows it; absent: not installed. */
  readonly serviceName?: string;
  /** Where its service is its own. */
  readonly runner?: Runner;
  /** Whether it is to run: what a restart of ours, or of the machine, brings back. */
  readonly wanted: 'up' | 'down';
  readonly program: GatewayProgram;
  /** `provider/model`; empty: its settings name none. */
  readonly model: string;
  readonly credential: CredentialSource;
  readonly status: GatewayStatus;
  /** The run that is, or was last, at work on it. */
  readonly runId?: string;
  /** The task of the hub that asked for it. */
  readonly taskId?: string;
  /** Of the key with which it speaks in the hub. */
  readonly keyId?: string;
  readonly vaultId?: string;
  /** SHA-256 of the plan that was agreed to. */
  readonly planHash?: string;
  /** The archive that its home is made of; absent: it is made anew. */
  readonly restoredFrom?: string;
  /** It has to take a turn with its model before it is online. */
  readonly smoke?: boolean;
  /** What is, or was last, changed of it. */
  readonly change?: GatewayChange;
  /** Where what was taken away, or was there before a change, lies: by the run that is, or was last, at work on it. */
  readonly archive?: string;
  /** A sentence: why it failed, or what is left to do by hand. */
  readonly problem?: string;
  /** Of the run that is, or was last, at work on it. */
  readonly failure?: GatewayFailure;
  readonly createdAt: number;
  readonly updatedAt: number;
}
