/**
 * What would be done about each finding of a gateway that somebody set up by hand: exactly, before anything is. Pure.
 * What cannot be mended says why, and what a person may do.
 */

import type { ChosenService } from '../member.ts';
import type { FindingCode } from './finding-codes.ts';
import type { Finding } from './findings.ts';
import { isReadable, type FoundGateway } from './found.ts';

/** What the host and the hub give. */
export interface MendFacts {
  /** That it would be run by from then on. */
  readonly service: ChosenService;
  /** That it would get, where those of others meet its own. */
  readonly port: number;
  readonly hubUrl: string;
  /** Files of its workspace, and how long each is; undefined: it lies outside of the home. */
  readonly workspace: ReadonlyMap<string, number> | undefined;
}

export interface Remedy {
  readonly code: FindingCode;
  /** Sentences: what is there when it is done. */
  readonly does: readonly string[];
  /** Findings that are mended with it, since it cannot be done without. */
  readonly needs: readonly FindingCode[];
  /** Why nothing is done, and what a person may do; absent: it can be. */
  readonly cannot?: string;
}

/** Of a file of its workspace OpenClaw shows so many characters. */
export const mostShown = 20_000;

const serviceCodes: readonly FindingCode[] = ['two_services', 'service_by_hand', 'no_service'];
const channelCodes: readonly FindingCode[] = ['no_plugin', 'other_hub'];

export const mendsService = (codes: readonly FindingCode[]): boolean =>
  codes.some((code) => serviceCodes.includes(code));
export const mendsChannel = (codes: readonly FindingCode[]): boolean =>
  codes.some((code) => channelCodes.includes(code));

/** For each finding once, in their order. */
export function remediesOf(gateway: FoundGateway, findings: readonly Finding[], facts: MendFacts): readonly Remedy[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.map((code) => {
    const { does = [], needs = [], cannot } = remedyOf(code, gateway, facts);
    const there = needs.filter((need) => codes.includes(need));
    return { code, does, needs: there, ...(cannot !== undefined && { cannot }) };
  });
}

/** All that are done where these are asked for. */
export function withNeeds(remedies: readonly Remedy[], asked: readonly FindingCode[]): readonly FindingCode[] {
  const wanted = new Set(asked);
  for (const { code, needs } of remedies) if (wanted.has(code)) for (const need of needs) wanted.add(need);
  return remedies.flatMap(({ code, cannot }) => (wanted.has(code) && cannot === undefined ? [code] : []));
}

function remedyOf(code: FindingCode, gateway: FoundGateway, facts: MendFacts): Partial<Remedy> {
  const { home, services, processes, authFiles, looseFiles, settings } = gateway;
  switch (code) {
    case 'settings_unreadable':
      return { cannot: 'What they mean nobody but their author knows: put openclaw.json right by hand.' };
    case 'home_is_link':
      return { cannot: 'Nothing is changed behind a link: move the folder to its place first.' };
    case 'two_processes':
      return {
        cannot: `Stop all but one by hand (${processes.map(({ pid }) => pid).join(', ')}), and adopt it again.`,
      };
    case 'auth_files':
      return {
        does: [
          `Keys of the kind api_key in ${authFiles.join(' and ')} go into the vault of the agent; that of its model is given to it by reference.`,
          'These files are in the archive then, and in its home no more. Logins (oauth, token) are not taken over: log in again where one was used.',
        ],
      };
    case 'no_token':
      return { does: ['gateway.auth asks for a token, which is made and lies in secrets.json (0600).'] };
    case 'not_loopback':
      return { does: ['gateway.bind is "loopback".'] };
    case 'open_secrets':
      return openSecretsRemedy(gateway);
    case 'loose_files': {
      const files = looseFiles.map(({ path }) => path);
      return { does: [`Nobody else may look into ${['its home', ...files].join(', ')} (0700, 0600).`] };
    }
    case 'ports_meet':
      return {
        does: [`Its port is ${facts.port}, and none of another gateway is within 110 of it.`],
        // Who starts it names the port, or may.
        needs: services.length > 0 || processes.length > 0 ? serviceCodes : [],
      };
    case 'two_services':
    case 'service_by_hand':
    case 'no_service':
      return serviceRemedy(gateway, facts);
    case 'no_plugin':
    case 'other_hub': {
      const hub = isReadable(settings) ? (settings.hubUrl ?? 'where its plugin leads by default') : 'nowhere';
      return {
        does: [
          'The plugin of Perdure lies in extensions/sesame, in place of what is there, and is enabled.',
          `Its channel sesame leads to ${facts.hubUrl} instead of ${hub}, with a key of this agent in secrets.json (0600).`,
        ],
      };
    }
    case 'files_not_read':
      return workspaceRemedy(facts);
    case 'bootstrap_lost':
      return { does: ['agents.defaults.skipBootstrap is true, so BOOTSTRAP.md stays until its agent has read it.'] };
    default:
      throw new Error(`Unknown finding ${String(code satisfies never)} of ${home}`);
  }
}

function openSecretsRemedy({ settings, services }: FoundGateway): Partial<Remedy> {
  const inSettings = isReadable(settings) ? settings.openSecrets : [];
  const inServices = services.flatMap(({ openSecrets }) => openSecrets);
  return {
    does: [
      ...(inSettings.length > 0
        ? [`${inSettings.join(', ')} go into secrets.json or .env of its home (0600), and are referred to.`]
        : []),
      ...(inServices.length > 0 ? [`${inServices.join(', ')} of its service go into .env of its home (0600).`] : []),
    ],
    needs: inServices.length > 0 ? serviceCodes : [],
  };
}

function serviceRemedy({ services, processes }: FoundGateway, { service }: MendFacts): Partial<Remedy> {
  const ends = [
    ...services.map(({ name, file }) => `${name} is stopped, and ${file} is put aside beside the archive.`),
    ...(services.length === 0 ? processes.map(({ pid }) => `Process ${pid} is ended.`) : []),
  ];
  const variables = services.length > 0 ? ['What its service gives it in variables goes into .env of its home.'] : [];
  const by = service === 'supervisor' ? 'Perdure itself' : service;
  return { does: [...ends, ...variables, `It is run by ${by} from then on, and is to be up.`] };
}

/** What recurs is not invented: nobody but who wrote it knows when. */
function workspaceRemedy({ workspace }: MendFacts): Partial<Remedy> {
  if (workspace === undefined) {
    return {
      cannot:
        'Its workspace lies outside of its home, or behind a link, where nothing is changed: move the text by hand.',
    };
  }
  const [agents = 0, tools] = [workspace.get('AGENTS.md'), workspace.get('TOOLS.md')];
  const heartbeat = workspace.has('HEARTBEAT.md')
    ? ['HEARTBEAT.md stays, unless it holds nothing: for what recurs make a job with `openclaw cron`.']
    : [];
  if (tools === undefined) return { does: heartbeat };
  const length = agents + tools + 20;
  if (length > mostShown) {
    return {
      cannot: `AGENTS.md would have ${length} characters with TOOLS.md, and OpenClaw shows ${mostShown}: shorten them by hand.`,
    };
  }
  return { does: ['What TOOLS.md says stands in AGENTS.md, under "## Tools".', ...heartbeat] };
}
