/**
 * What is made for a member, in order, before anything is. Pure: the same wish on the same host is the same plan, and
 * its hash says whether the host is still as it was when somebody agreed to it.
 */

import { hash } from 'node:crypto';
import { choosePort } from './choose-port.ts';
import { checksOf, homeName, type Check } from './checks.ts';
import type { ChosenService, HostFacts, MemberSpec } from './member.ts';
import { serviceName } from './service-name.ts';
import { workspaceFiles } from './workspace/templates.ts';

export const stepIds = ['port', 'principal', 'home', 'workspace', 'service', 'health', 'report'] as const;
export type StepId = (typeof stepIds)[number];

export interface PlannedStep {
  readonly id: StepId;
  /** What will be there when it is done. */
  readonly makes: readonly string[];
  /** How it is taken back where a later step fails; absent: it makes nothing that stays. */
  readonly undo?: string;
}

export interface Plan {
  readonly kind: 'plan';
  readonly handle: string;
  readonly home: string;
  readonly port: number;
  readonly service: ChosenService;
  readonly checks: readonly Check[];
  readonly steps: readonly PlannedStep[];
  /** SHA-256 in hexadecimal, of all that the steps are made of. */
  readonly hash: string;
}

export type PlanOutcome =
  | Plan
  /** Something has to be put right first; nothing would be made. */
  | { readonly kind: 'blocked'; readonly checks: readonly Check[] };

export function planMember(
  spec: MemberSpec,
  host: HostFacts,
  { service = host.service }: { readonly service?: ChosenService } = {},
): PlanOutcome {
  const choice = choosePort(spec.port, { bases: host.bases, isFree: (port) => !host.busyPorts.has(port) });
  const port: Check =
    choice.kind === 'port'
      ? { id: 'port', found: String(choice.port) }
      : { id: 'port', found: String(spec.port ?? 'none'), problem: choice.reason };
  const checks = [...checksOf(spec, host), port];
  if (choice.kind === 'refused' || checks.some(({ problem }) => problem !== undefined))
    return { kind: 'blocked', checks };
  const home = spec.home ?? `${host.accountHome}/${homeName(spec.handle)}`;
  // OpenClaw installs a service for homes of its own naming alone.
  const kind = spec.home === undefined || service === 'dry' ? service : 'supervisor';
  const made = { handle: spec.handle, home, port: choice.port, service: kind };
  const steps = stepsOf(spec, { ...made, os: host.os });
  const version = host.openclaw?.version;
  return { kind: 'plan', ...made, checks, steps, hash: hashOf({ spec, made, version, steps }) };
}

interface Made {
  readonly handle: string;
  readonly home: string;
  readonly port: number;
  readonly service: ChosenService;
  readonly os: HostFacts['os'];
}

function stepsOf({ displayName, model }: MemberSpec, made: Made): readonly PlannedStep[] {
  const { handle, home, port } = made;
  return [
    {
      id: 'port',
      makes: [`port ${port}, and none of another gateway within 110 of it`],
      undo: 'the port is free again',
    },
    {
      id: 'principal',
      makes: [
        `agent ${handle} (${displayName}) in the hub, with a key`,
        `a dm with you, and a channel in which it is introduced`,
        `vault ${handle}-main`,
      ],
      undo: 'its key opens nothing any more, its vault is put away',
    },
    {
      id: 'home',
      makes: [`${home} (0700)`, `openclaw.json (0600): ${model}, loopback alone`, 'extensions/sesame'],
      undo: 'archived, then deleted',
    },
    { id: 'workspace', makes: workspaceFiles.map((name) => `workspace/${name}`), undo: 'with the home' },
    { id: 'service', makes: [serviceName(made)], undo: 'stopped, then removed' },
    { id: 'health', makes: ['ready within 120 s, with its channel in the hub'] },
    { id: 'report', makes: [`${handle} is online, and says hello`] },
  ];
}

const hashOf = (value: object): string => hash('sha256', JSON.stringify(value));
