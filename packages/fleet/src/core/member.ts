/** What a member is to be, as far as it can be said before there is one. Values of secrets are in none of it. */

/** `provider/model`, as OpenClaw names models. */
export const modelPattern = /^[^\s/]+\/\S+$/;

export interface MemberSpec {
  readonly handle: string;
  readonly displayName: string;
  /** `provider/model`. */
  readonly model: string;
  /** Where the key of its model comes from: with the wish, from a vault, or nowhere, which only some models allow. */
  readonly credential: 'given' | 'vault' | 'unneeded' | 'none';
  /** An absolute path; absent: `.openclaw-<handle>` in the home of the account. */
  readonly home?: string;
  /** Absent: one is chosen. */
  readonly port?: number;
}

/** `dry` only prints; `its_own`: what ran a gateway that somebody else set up. */
export type ServiceKind = 'systemd' | 'launchd' | 'supervisor' | 'dry' | 'its_own';
/** What one may be asked to be run by. */
export type ChosenService = Exclude<ServiceKind, 'its_own'>;

/** What was found on the host of a member. */
export interface HostFacts {
  readonly name: string;
  readonly os: 'linux' | 'darwin';
  readonly arch: string;
  /** Home of the account. */
  readonly accountHome: string;
  readonly node: string;
  /** Absent: it is not installed. */
  readonly openclaw?: { readonly path: string; readonly version: string };
  readonly freeMemoryBytes: number;
  readonly freeDiskBytes: number;
  /** Names in the home of the account that begin as homes of gateways do. */
  readonly homes: readonly string[];
  /** Whether the home that was asked for is there, where it was. */
  readonly isHomeThere: boolean;
  /** The folder that was asked for is another one, behind a link; absent: it is what it is called. */
  readonly homeLeadsTo?: string;
  /** What a service manager of this host would be. */
  readonly service: Exclude<ChosenService, 'dry'>;
  /** Bases of gateways, running or not. */
  readonly bases: readonly number[];
  readonly busyPorts: ReadonlySet<number>;
}
