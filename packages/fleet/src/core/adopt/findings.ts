/**
 * What is wrong with a gateway that was set up by hand, and what to do about each. What `stops` keeps it from running,
 * or will with the release of today; what is a `risk` works until the day it does not.
 */

import { derivedPorts } from '../choose-port.ts';
import { findingCodes, type FindingCode } from './finding-codes.ts';
import { isReadable, type FoundGateway, type FoundSettings } from './found.ts';

export interface Finding {
  readonly code: FindingCode;
  readonly weight: 'stops' | 'risk' | 'note';
  /** A sentence: what is so. */
  readonly found: string;
  /** A sentence: what to do. */
  readonly remedy: string;
}

export interface FindingsOptions {
  /** Of the hub of this host; absent: where a channel leads is not judged. */
  readonly hubUrl?: string;
}

/** `others`: the rest of the gateways of the account. Pure; the same order for the same gateway. */
export function findingsOf(
  gateway: FoundGateway,
  others: readonly FoundGateway[],
  { hubUrl }: FindingsOptions = {},
): readonly Finding[] {
  const { settings } = gateway;
  const said = isReadable(settings)
    ? [...settingsFindings(settings), ...portFindings(settings, others), ...channelFindings(gateway, settings, hubUrl)]
    : [unreadable(settings.problem)];
  return [...said, ...homeFindings(gateway), ...serviceFindings(gateway), ...workspaceFindings(gateway)].toSorted(
    (a, b) => weights.indexOf(a.weight) - weights.indexOf(b.weight) || order(a) - order(b),
  );
}

const weights: readonly Finding['weight'][] = ['stops', 'risk', 'note'];
const order = ({ code }: Finding): number => findingCodes.indexOf(code);

const unreadable = (problem: string): Finding => ({
  code: 'settings_unreadable',
  weight: 'stops',
  found: `Its settings cannot be read: ${problem}.`,
  remedy: 'Put openclaw.json right, or a copy of it back, until `openclaw config validate` is content.',
});

function settingsFindings({ bind, auth, openSecrets }: FoundSettings): readonly Finding[] {
  const findings: Finding[] = [];
  if (auth === 'none' || auth === 'by_default') {
    findings.push({
      code: 'no_token',
      weight: 'risk',
      found: 'Any program of this host may give it orders: it asks nobody for a token.',
      remedy: 'Give it a token, as a reference to a file of mode 0600.',
    });
  }
  if (bind !== 'loopback') {
    findings.push({
      code: 'not_loopback',
      weight: 'risk',
      found:
        bind === undefined
          ? 'Where it listens is not said; in what looks like a container that is every address.'
          : `It listens on "${bind}", which reaches beyond this host.`,
      remedy: 'Set gateway.bind to "loopback".',
    });
  }
  if (openSecrets.length > 0) {
    findings.push({
      code: 'open_secrets',
      weight: 'risk',
      found: `Its settings hold secrets in clear: ${openSecrets.join(', ')}.`,
      remedy: 'Put them into a file of mode 0600 and refer to it.',
    });
  }
  return findings;
}

function portFindings({ port, isBrowserOff }: FoundSettings, others: readonly FoundGateway[]): readonly Finding[] {
  const taken = new Set([port, ...derivedPorts(port)]);
  return others.flatMap(({ handle, settings }): readonly Finding[] => {
    if (!isReadable(settings)) return [];
    const meets = [settings.port, ...derivedPorts(settings.port)].some((one) => taken.has(one));
    if (!meets) return [];
    const isSame = settings.port === port;
    const now = isSame
      ? 'one of them cannot start'
      : isBrowserOff
        ? 'the other may take a port of this one'
        : undefined;
    return [
      {
        code: 'ports_meet',
        weight: isSame ? 'stops' : 'risk',
        found: `Its port ${port} and that of ${handle}, ${settings.port}, ${
          isSame ? 'are the same' : 'have ranges that meet'
        }: ${now ?? 'they collide once one of them opens a browser'}.`,
        remedy: 'Give one of them a port at least 120 away.',
      },
    ];
  });
}

function channelFindings(
  { plugin }: FoundGateway,
  { isPluginEnabled, hubUrl: leadsTo }: FoundSettings,
  hubUrl: string | undefined,
): readonly Finding[] {
  if (plugin !== undefined && isPluginEnabled) {
    if (hubUrl === undefined || (leadsTo !== undefined && isSamePlace(leadsTo, hubUrl))) return [];
    return [
      {
        code: 'other_hub',
        weight: 'note',
        found: `Its channel sesame leads to ${leadsTo ?? 'the hub of its plugin'}, and not to this hub: it hears nobody here.`,
        remedy: `Let it lead to ${hubUrl}, with a key of this hub.`,
      },
    ];
  }
  return [
    {
      code: 'no_plugin',
      weight: 'risk',
      found:
        plugin === undefined
          ? 'It has no plugin for the channel sesame: it looks healthy, and hears nobody.'
          : 'Its plugin for the channel sesame is there and not enabled: it hears nobody.',
      remedy: 'Put the plugin into extensions/sesame and enable it.',
    },
  ];
}

const isLocal = (name = ''): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(name);

/** A host of this machine has several names. */
function isSamePlace(one: string, other: string): boolean {
  const [a, b] = [one, other].map((url) => (URL.canParse(url) ? new URL(url) : undefined));
  const isSameHost = a?.hostname === b?.hostname || (isLocal(a?.hostname) && isLocal(b?.hostname));
  return isSameHost && a?.port === b?.port;
}

function homeFindings({ linkTo, authFiles, looseFiles, mode, processes }: FoundGateway): readonly Finding[] {
  const findings: Finding[] = [];
  if (linkTo !== undefined) {
    findings.push({
      code: 'home_is_link',
      weight: 'note',
      found: `Its home is a link to ${linkTo}.`,
      remedy: 'Nothing is changed behind a link; move the folder to its place first.',
    });
  }
  if (authFiles.length > 0) {
    findings.push({
      code: 'auth_files',
      weight: 'stops',
      found: `It has ${authFiles.join(' and ')}, of which a gateway of today dies when it starts.`,
      remedy: 'Move them away, and refer to the key of its model instead.',
    });
  }
  const loose = [...((mode & 0o077) === 0 ? [] : ['its home']), ...looseFiles.map(({ path }) => path)];
  if (loose.length > 0) {
    findings.push({
      code: 'loose_files',
      weight: 'risk',
      found: `Other accounts may look into ${loose.join(', ')}.`,
      remedy: 'Take the permissions of others away: 0700 for folders, 0600 for files.',
    });
  }
  if (processes.length > 1) {
    findings.push({
      code: 'two_processes',
      weight: 'stops',
      found: `${processes.length} processes run it at once: ${processes.map(({ pid }) => pid).join(', ')}.`,
      remedy: 'Stop all of them but the one of its service.',
    });
  }
  return findings;
}

function serviceFindings({ services, processes }: FoundGateway): readonly Finding[] {
  const findings: Finding[] = [];
  const names = services.map(({ name }) => name).join(' and ');
  if (services.length > 1) {
    findings.push({
      code: 'two_services',
      weight: 'stops',
      found: `${names} both start it, and each takes the other for a fault.`,
      remedy: 'Keep the one that OpenClaw itself would install.',
    });
  } else if (services[0]?.naming === 'by_hand') {
    findings.push({
      code: 'service_by_hand',
      weight: 'risk',
      found: `Its service ${names} was made by hand: OpenClaw takes it for a rival, and installs one beside it.`,
      remedy: 'Put the service of OpenClaw, or the supervisor of Perdure, in its place.',
    });
  } else if (services.length === 0) {
    findings.push({
      code: 'no_service',
      weight: 'note',
      found:
        processes.length === 0
          ? 'Nothing starts it.'
          : 'It runs, and nothing starts it again when it ends or the machine does.',
      remedy: 'Give it a service.',
    });
  }
  const open = services.flatMap(({ name, openSecrets }) => openSecrets.map((secret) => `${secret} in ${name}`));
  if (open.length > 0) {
    findings.push({
      code: 'open_secrets',
      weight: 'risk',
      found: `Its service gives it secrets in clear: ${open.join(', ')}.`,
      remedy: 'Put them into a file of mode 0600 and refer to it.',
    });
  }
  return findings;
}

/** Which OpenClaw reads no more. */
const unread = ['TOOLS.md', 'HEARTBEAT.md'];

function workspaceFindings({ workspace, settings }: FoundGateway): readonly Finding[] {
  const findings: Finding[] = [];
  const there = unread.filter((name) => workspace.includes(name));
  if (there.length > 0) {
    findings.push({
      code: 'files_not_read',
      weight: 'note',
      found: `Its agent is not shown ${there.join(' and ')} any more.`,
      remedy: 'Move what matters into AGENTS.md, under "## Tools", and what recurs into `openclaw cron`.',
    });
  }
  const isPersonal = workspace.includes('SOUL.md') || workspace.includes('USER.md');
  if (workspace.includes('BOOTSTRAP.md') && isPersonal && isReadable(settings) && !settings.keepsBootstrap) {
    findings.push({
      code: 'bootstrap_lost',
      weight: 'note',
      found: 'Its BOOTSTRAP.md will be deleted before its agent has read it.',
      remedy: 'Set agents.defaults.skipBootstrap to true.',
    });
  }
  return findings;
}
