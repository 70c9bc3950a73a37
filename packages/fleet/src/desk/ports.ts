/** What the steps are done with, and what a step is. */

import type {
  GatewayFacts,
  FleetHub,
  FleetStore,
  GatewayProgramPort,
  RunnerKeeper,
  ServiceManager,
  ServiceSpec,
} from '../core/ports.ts';
import type { GatewayProgram, GatewayRecord } from '../core/gateway.ts';
import type { ServiceKind } from '../core/member.ts';

export interface FleetDeskDeps {
  readonly store: FleetStore;
  readonly hub: FleetHub;
  readonly services: (kind: ServiceKind) => ServiceManager;
  readonly keeper: RunnerKeeper;
  /** The program of a gateway. */
  readonly program: (program: GatewayProgram) => GatewayProgramPort;
  readonly host: { readonly name: string; readonly os: string; readonly arch: string; readonly accountHome: string };
  /** Base URL of the hub, as gateways of this host reach it. */
  readonly hubUrl: string;
  /** Of a server that OpenClaw does not know by its name; undefined: it does. */
  readonly modelServer: (model: string) => { readonly baseUrl: string; readonly api: string } | undefined;
  /** Folder in which archives are put. */
  readonly archives: string;
  /** What ships with us for a gateway: folders. */
  readonly ships: {
    readonly plugin: string;
    readonly skills: readonly string[];
    /** For who leads a family. */
    readonly leadSkills?: readonly string[];
    /** The command line of ours, and the state root that it is for. Absent: there is none to run. */
    readonly command?: { readonly entry: string; readonly root: string };
  };
  readonly busyAmong: (ports: readonly number[]) => Promise<readonly number[]>;
  readonly clock: () => number;
  /** Milliseconds of a clock that nobody sets, by which is waited. */
  readonly steady: () => number;
  /** Nobody foresees it. */
  readonly newSecret: () => string;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly patience?: Partial<Patience>;
  readonly log: (message: string) => void;
}

export interface Patience {
  /** Until a gateway is ready, with its channel in the hub. A start on busy cores took 43 s. */
  readonly readyMs: number;
  /** Until work in flight is done; OpenClaw drains for 315 s. */
  readonly stopMs: number;
  /** Where all is taken back nobody waits for its turns. */
  readonly undoStopMs: number;
  /** Between two looks. */
  readonly lookMs: number;
  /** Until its model has answered, where it is asked. */
  readonly turnMs: number;
  /** How long one that is ready may have no socket at the hub, until its settings are looked at for the cause. */
  readonly deafMs: number;
}

export interface StepWork {
  readonly deps: FleetDeskDeps;
  readonly patience: Patience;
  readonly gateway: GatewayRecord;
  readonly runId: string;
  readonly spec: ServiceSpec;
  readonly manager: ServiceManager;
  /** Aborted where the run waits for this step no more. */
  readonly signal: AbortSignal;
  /** Facts into the record, while the run is the one at work. */
  readonly note: (facts: GatewayFacts) => Promise<GatewayRecord>;
}

/** Answers a line for the record, without secrets. What it throws is told to the run. All of it may be repeated. */
export type DoStep = (work: StepWork) => Promise<string>;

export interface Step {
  readonly do: DoStep;
  readonly undo?: DoStep;
}
