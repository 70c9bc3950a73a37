/** What a family is told of its members: what is the matter, why, as far as it is known, and what to do. */

import type { GatewayRecord } from './gateway.ts';
import type { HealthChange } from './health.ts';
import { configurationExit } from './keep-up.ts';
import type { ServiceState } from './ports.ts';

/** Why, as far as it was found out. */
export interface Causes {
  readonly service: ServiceState | undefined;
  /** What it printed last, newest last. */
  readonly lines: readonly string[];
  /** What it says of itself, in sentences. */
  readonly problems: readonly string[];
  /** Who listens on its port, where that is another one. */
  readonly listener?: string;
}

export function tellChange(
  { handle, port }: Pick<GatewayRecord, 'handle' | 'port'>,
  { from, to, since }: HealthChange,
  causes: Causes,
): string {
  const at = new Date(since).toISOString();
  switch (to) {
    case 'well':
      return `${handle} is well again.`;
    case 'down':
      return `${handle} is stopped.`;
    case 'gone':
      return `${handle} does not run: ${endingOf(causes)}`;
    case 'stranger':
      return `${handle} cannot run: port ${port} is taken by ${causes.listener ?? 'another program'}. Stop that one, then \`perdure family restart ${handle}\`.`;
    case 'unready':
      return `${handle} runs, and is not ready since ${at}. ${reasonOf(causes, `Look into \`perdure family logs ${handle}\`, and \`perdure family restart ${handle}\`.`)}`;
    case 'apart':
      return `${handle} runs, was set up by hand, and has no channel to this hub: nobody here is heard by it. \`perdure family mend ${handle}\` shows what it lacks.`;
    case 'deaf':
      return `${handle} runs, and has no socket in the hub since ${at}${from === undefined ? '' : `, so it hears nobody`}. ${reasonOf(causes, `See \`perdure family logs ${handle}\`: its plugin says why it does not connect.`)}`;
    default:
      throw new Error(`Unknown health ${String(to satisfies never)}`);
  }
}

const reasonOf = ({ problems, lines }: Causes, otherwise: string): string =>
  problems.length > 0 ? problems.join(' ') : `${otherwise}${quoted(lines)}`;

function endingOf({ service, lines }: Causes): string {
  if (service === undefined)
    return `nobody listens on its port, and its service manager does not answer.${quoted(lines)}`;
  if (service.kind === 'running') return `its process is gone.${quoted(lines)}`;
  if (service.kind !== 'failed') {
    return `its service is ${service.kind}, though it is to run; start it again.${quoted(lines)}`;
  }
  const { exitCode, signal, nextAt } = service;
  const how =
    exitCode === undefined ? `it was ended by ${signal ?? 'a signal'}` : `it ended with exit code ${exitCode}`;
  const next =
    nextAt === undefined
      ? 'It is not started again by itself.'
      : `It is started again by itself at ${new Date(nextAt).toISOString()}.`;
  return `${how}. ${causeIn({ exitCode, lines })}${next}${quoted(lines)}`;
}

/** Known words of OpenClaw, each with what to do. */
const known: readonly (readonly [says: RegExp, cause: string])[] = [
  [
    /already in use|EADDRINUSE/i,
    'Its port is taken: find who listens there (`ss -ltnp`), stop that one or provision the agent with another port. ',
  ],
  [
    /AUTH_PROFILE_MIGRATION_REQUIRED/,
    'There is an `auth.json` of an older release in its home: remove `agents/main/agent/auth*.json`, its key is in `secrets.json`. ',
  ],
  [
    /No API key found for provider/i,
    'Its model has no key: put one into the vault of the agent, and name it with `perdure family change --key`. ',
  ],
  [
    /newer schema version|schema\(s\) are newer than this build/i,
    'Its state was written by a newer OpenClaw than the one it is run with: install that one. ',
  ],
  [/Invalid config|Unrecognized key|config is invalid/i, 'Its settings are wrong: see `openclaw config validate`. '],
  [/already running|state dir.*(?:lock|maintenance)/i, 'Another gateway has its home: stop that one. '],
];

function causeIn({
  exitCode,
  lines,
}: {
  readonly exitCode: number | undefined;
  readonly lines: readonly string[];
}): string {
  const found = lines.toReversed().flatMap((line) => known.filter(([says]) => says.test(line)))[0];
  if (found !== undefined) return found[1];
  if (exitCode === configurationExit) return 'That means its settings: see `openclaw config validate`. ';
  return exitCode === 1 ? 'That means, in this order: its port, its credentials, its settings, a missing plugin. ' : '';
}

const quotedLines = 3;
const quoted = (lines: readonly string[]): string =>
  lines.length === 0
    ? ''
    : ` Its last words: ${lines
        .slice(-quotedLines)
        .map((line) => line.slice(0, 200))
        .join(' / ')}`;
