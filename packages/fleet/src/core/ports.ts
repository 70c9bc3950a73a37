/** What the fleet needs of the world. Every implementation of a port passes the same conformance suite. */

import type { MemberStatus } from '@perdure/contract';
import type { GatewayAction, GatewayRecord, GatewayStatus, ProcessIdentity, Runner } from './gateway.ts';
import type { ServiceKind } from './member.ts';
import type { WorkspaceFacts } from './workspace/people.ts';

export type GatewayOutcome =
  | { readonly kind: 'gateway'; readonly gateway: GatewayRecord }
  /** In one sentence: why, and what to do. */
  | { readonly kind: 'refused'; readonly reason: string };

type Place = 'port' | 'home' | 'service' | 'wanted' | 'program' | 'model' | 'credential';
type Found =
  | 'serviceName'
  | 'runner'
  | 'taskId'
  | 'keyId'
  | 'vaultId'
  | 'change'
  | 'archive'
  | 'restoredFrom'
  | 'problem'
  | 'failure';

/** Facts of a gateway that a step found out; null: it is so no more. */
export type GatewayFacts = Partial<Pick<GatewayRecord, Place>> & {
  readonly [F in Found]?: Exclude<GatewayRecord[F], undefined> | null;
};

export interface NewGateway extends Omit<GatewayRecord, 'status' | 'createdAt' | 'updatedAt' | 'problem' | 'failure'> {
  readonly now: number;
}

export interface FleetStore {
  /**
   * A record for an agent that has none, or one that failed or was removed: by `provision`, `adopt` or `restore`. In
   * one transaction with the check that no other gateway of the host has its home, or ports that meet.
   */
  open(made: NewGateway, action: Extract<GatewayAction, 'provision' | 'adopt' | 'restore'>): Promise<GatewayOutcome>;
  /**
   * Another status, where the table has an arrow, and facts with it. `runId`: where work begins, the run that is at
   * work from now on; where it ends, the run that was: refused where another one is.
   */
  move(
    principalId: string,
    change: {
      readonly action: GatewayAction;
      readonly facts?: GatewayFacts;
      readonly runId?: string;
      readonly now: number;
    },
  ): Promise<GatewayOutcome>;
  /** Facts alone. Refused where `runId` is given and another run is at work, or `whileIn` and it has another status. */
  note(
    principalId: string,
    change: {
      readonly facts: GatewayFacts;
      readonly runId?: string;
      readonly whileIn?: GatewayStatus;
      readonly now: number;
    },
  ): Promise<GatewayOutcome>;
  get(principalId: string): Promise<GatewayRecord | undefined>;
  /** All of a host, or of a family, by handle. Removed ones are among them where `withRemoved`. */
  list(of: {
    readonly host?: string;
    readonly familyId?: string;
    readonly withRemoved?: boolean;
  }): Promise<readonly GatewayRecord[]>;
}

/** All that a service manager has to know. */
export interface ServiceSpec {
  readonly handle: string;
  readonly home: string;
  readonly port: number;
  readonly program: { readonly node: string; readonly entry: string };
  /** Home of the account. */
  readonly accountHome: string;
  /** Of a gateway that somebody else set up. */
  readonly runner?: Runner;
}

export type ServiceState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'running'; readonly process: ProcessIdentity; readonly restarts: number }
  /** It ended by itself, and is started again at `nextAt` (milliseconds since the epoch), or not at all. */
  | {
      readonly kind: 'failed';
      readonly exitCode: number | undefined;
      readonly signal?: string;
      readonly restarts: number;
      readonly nextAt?: number;
    };

export interface StopOptions {
  /** How long work in flight may take; OpenClaw itself allows 315 s. */
  readonly graceMs: number;
  readonly signal?: AbortSignal;
}

/** Acts on what was installed under this spec, never on what is merely called alike. All of it may be repeated. */
export interface ServiceManager {
  readonly kind: ServiceKind;
  /** As the manager knows it. */
  nameOf(spec: ServiceSpec): string;
  /** Known and enabled from now on; nothing runs yet. Throws `conflict` where somebody else's is called so. */
  install(spec: ServiceSpec): Promise<void>;
  /** Resolves when there is a process; ready is asked of the gateway. */
  start(spec: ServiceSpec): Promise<void>;
  /** Lets it finish what it does, within the grace, then ends it. Resolves when no process of it is left. */
  stop(spec: ServiceSpec, options: StopOptions): Promise<'stopped' | 'killed'>;
  /** Stopped, and nothing of it left: no unit, no file, no process. */
  remove(spec: ServiceSpec, options: StopOptions): Promise<void>;
  state(spec: ServiceSpec): Promise<ServiceState>;
  /** What it printed last, newest last. */
  lastLines(spec: ServiceSpec, count: number): Promise<readonly string[]>;
}

/** What becomes of services and processes that somebody else set up. All of it may be repeated. */
export interface RunnerKeeper {
  /**
   * What they are, and how its process was started, into a folder of ours. Nothing of theirs is touched. False: how it
   * was started cannot be seen.
   */
  keep(spec: ServiceSpec, folder: string): Promise<boolean>;
  /** Nothing of theirs starts it any more; their files are in that folder alone. */
  takeAway(spec: ServiceSpec, folder: string): Promise<void>;
  /** As they were; nothing is started. */
  putBack(spec: ServiceSpec, folder: string): Promise<void>;
}

/** How a gateway answers, without a token. `away`: nobody listens. `stranger`: whoever listens is no gateway. */
export type Readiness = 'ready' | 'not_ready' | 'starting' | 'draining' | 'away' | 'stranger';

export interface Probe {
  readonly readiness: Readiness;
  /** Of the last answer. */
  readonly httpStatus?: number;
  /** Of all that was asked. */
  readonly latencyMs: number;
}

/** What a gateway says of itself. */
export interface GatewayHealth {
  readonly isPluginLoaded: boolean;
  /** Undefined where this release does not tell. */
  readonly isChannelRunning: boolean | undefined;
  /** False: it could not be found out whether its model has a key. */
  readonly isModelTold: boolean;
  /** Names of providers that are in use and have no key. */
  readonly missingProviders: readonly string[];
  readonly memoryBytes?: number;
  /** Sentences, for people. */
  readonly problems: readonly string[];
}

/** Whether a gateway that runs could ask its model now, as its own turns would find out. */
export type ModelAccess =
  | { readonly kind: 'usable' }
  | { readonly kind: 'unusable'; readonly provider: string }
  /** It did not answer in time: one that has just begun is busy. */
  | { readonly kind: 'silent' }
  /** It does not run, or this release, or its plugin, does not tell. */
  | { readonly kind: 'untold' };

/** The program itself, for one home at a time. Runs under an environment of its own. */
export interface GatewayProgramPort {
  /** What is wrong with the settings of a home, in sentences; none: nothing. */
  validate(home: string): Promise<readonly string[]>;
  readiness(port: number): Promise<Readiness>;
  /** Of the one that answers there; undefined: it does not say. */
  runningVersion(port: number): Promise<string | undefined>;
  /** Asked of the gateway itself, in milliseconds; where it does not tell, or has no key, `health` is to be asked. */
  modelAccess(home: string): Promise<ModelAccess>;
  /** Of one that runs, for seconds of a core. Throws where it cannot be asked within `timeoutMs`. */
  health(home: string, options: { readonly timeoutMs: number }): Promise<GatewayHealth>;
  /** One turn with its model; the text that it answered. */
  ask(home: string, text: string, options: { readonly timeoutMs: number }): Promise<string>;
  /** A verified copy of its state, running or not; absolute path of the archive. */
  backup(home: string, folder: string): Promise<string>;
  /** Reads settings, secrets and credentials again, without a restart. */
  reload(home: string): Promise<void>;
  /** Ends all of these that are at work for this home, whoever of us began them. None is left when it resolves. */
  endCommands(home: string): Promise<void>;
}

/** What is known in the hub of a member, for its files. */
export interface MemberFacts extends Omit<WorkspaceFacts, 'host' | 'hubUrl'> {
  readonly familyId: string;
}

/** What the fleet does in the hub, in the name of the owner. All of it may be repeated. */
export interface FleetHub {
  facts(principalId: string): Promise<MemberFacts>;
  /**
   * The only key of the agent from now on: those before open nothing any more. It is shown here and nowhere else.
   */
  issueKey(principalId: string): Promise<{ readonly keyId: string; readonly key: string }>;
  revokeKeys(principalId: string): Promise<void>;
  /** Whether this is a key of the agent, and was not taken back. */
  opensWith(principalId: string, key: string): Promise<boolean>;
  /** `<handle>-main`, with the agent as owner and the human as admin. */
  ensureVault(principalId: string): Promise<string>;
  /**
   * Nobody but the owner is in it any more, and no lease of it opens anything. Where nothing lies in it, it is gone;
   * else `ensureVault` finds it again.
   */
  archiveVault(vaultId: string): Promise<void>;
  /** Into the vault of the member, in the place of the one before; the reference to it. */
  keepModelKey(principalId: string, kept: { readonly provider: string; readonly key: string }): Promise<string>;
  /** The value behind a reference, taken for the gateway of this agent: the audit says so. */
  secret(reference: string, reason: string): Promise<string>;
  /** Which version of it lies there, from 1; undefined: it is gone. */
  secretVersion(reference: string): Promise<number | undefined>;
  setStatus(
    principalId: string,
    status: MemberStatus,
    place?: { readonly port: number; readonly home: string },
  ): Promise<void>;
  /** One that was deprovisioned is a member again, and given keys again; any other stays as it is. */
  welcomeBack(principalId: string): Promise<void>;
  /** Into its onboarding channel, once for each `id`. */
  tell(
    principalId: string,
    said: { readonly id: string; readonly text: string; readonly intent: 'chat' | 'error' },
  ): Promise<void>;
  activity(
    taskId: string,
    said: { readonly id: string; readonly type: 'progress' | 'blocker'; readonly message: string },
  ): Promise<void>;
  closeTask(taskId: string): Promise<void>;
  /** The id of who leads a family; undefined: nobody but the owner. */
  leadOf(familyId: string): Promise<string | undefined>;
  /** Whether it has a socket here; `keyId`: one that was opened with this key. */
  isConnected(principalId: string, keyId?: string): boolean;
}
