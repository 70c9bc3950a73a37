/**
 * A gateway as we have recorded it: what is acted on, and nothing else is. No name of a process or of a service is
 * ever guessed from a handle.
 */

import type { ServiceKind } from './member.ts';

/**
 * `provisioning` and `removing` have a run at work on them. `failed`: all was taken back, or what is left is told in
 * its problem; it may be provisioned again, or removed. `removed` ends in the archive, out of which
 * it may be restored.
 */
export const gatewayStatuses = ['provisioning', 'ready', 'failed', 'removing', 'removed'] as const;
export type GatewayStatus = (typeof gatewayStatuses)[number];

/** `give_up`: a removal that cannot be finished, of which too much is done to go back. */
export const gatewayActions = [
  'provision',
  'complete',
  'fail',
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
  ready: { remove: 'removing', fail: 'failed' },
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
  /** Whether it is to run: what a restart of ours, or of the machine, brings back. */
  readonly wanted: 'up' | 'down';
  readonly program: GatewayProgram;
  /** `provider/model`. */
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
  /** Where what was taken away lies: by the run that is, or was last, at work on it. */
  readonly archive?: string;
  /** A sentence: why it failed, or what is left to do by hand. */
  readonly problem?: string;
  /** Of the run that is, or was last, at work on it. */
  readonly failure?: GatewayFailure;
  readonly createdAt: number;
  readonly updatedAt: number;
}
