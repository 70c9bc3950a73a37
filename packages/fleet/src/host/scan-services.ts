/** Services of this account that start gateways: units of systemd, agents of launchd. Their files are only read. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { plainTextIn } from '@perdure/home';
import type { FoundService } from '../core/adopt/found.ts';
import { readPlist, readUnit, type ServiceText } from '../core/adopt/service-text.ts';

/** A service, and which gateway it starts. */
export interface ProfileService {
  readonly profile: string;
  /** Its home, where it names one. */
  readonly stateDir?: string;
  readonly service: FoundService;
  /** With which it starts its program. */
  readonly words: readonly string[];
}

export async function scanServices(accountHome: string): Promise<readonly ProfileService[]> {
  const units = await textsIn(join(accountHome, '.config', 'systemd', 'user'), /openclaw.*\.service$/i);
  const plists = await textsIn(join(accountHome, 'Library', 'LaunchAgents'), /openclaw.*\.plist$/i);
  return [...units.map(unitOf), ...plists.map(plistOf)];
}

interface Text {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** Larger than any definition. */
const mostBytes = 200_000;

async function textsIn(folder: string, pattern: RegExp): Promise<readonly Text[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => pattern.test(name) && isPlainName(name))
    .flatMap((name) => {
      const file = join(folder, name);
      const text = plainTextIn(file, { mostBytes });
      return text === undefined ? [] : [{ name, file, text }];
    });
}

/** One that a service manager would not take for a flag. */
const isPlainName = (name: string): boolean => /^[\w@:.][\w@:.\\-]*$/.test(name);

const byOpenclaw = { systemd: /^openclaw-gateway(?:-(.+))?\.service$/, launchd: /^ai\.openclaw\.(.+)$/ } as const;

function unitOf({ name, file, text }: Text): ProfileService {
  const own = byOpenclaw.systemd.exec(name);
  const read = readUnit(text);
  const naming = own === null ? 'by_hand' : 'of_openclaw';
  const profile = own?.[1] ?? profileIn(read) ?? (own === null ? guessed(name.replace(/\.service$/, '')) : 'default');
  return profileService({ manager: 'systemd', name, file, naming }, read, profile);
}

function plistOf({ name, file, text }: Text): ProfileService {
  const label = name.replace(/\.plist$/, '');
  const own = byOpenclaw.launchd.exec(label);
  const read = readPlist(text);
  const named = own?.[1] === 'gateway' ? 'default' : own?.[1];
  const naming = own === null ? 'by_hand' : 'of_openclaw';
  const profile = named ?? profileIn(read) ?? guessed(label);
  return profileService({ manager: 'launchd', name: label, file, naming }, read, profile);
}

function profileService(
  named: Pick<FoundService, 'manager' | 'name' | 'file' | 'naming'>,
  { words, env }: ServiceText,
  profile: string,
): ProfileService {
  const stateDir = env['OPENCLAW_STATE_DIR'];
  const namesPort = words.some((word) => /^--port(?:=|$)/.test(word)) || env['OPENCLAW_GATEWAY_PORT'] !== undefined;
  const service = { ...named, openSecrets: Object.keys(env).filter(isSecretName), namesPort };
  return { profile, service, words, ...(stateDir !== undefined && { stateDir }) };
}

const isSecretName = (name: string): boolean => /(?:KEY|TOKEN|SECRET|PASSWORD)$/.test(name);

/** What it tells the gateway. */
function profileIn({ words, env }: ServiceText): string | undefined {
  const at = words.indexOf('--profile');
  const named = (at < 0 ? undefined : words[at + 1]) ?? env['OPENCLAW_PROFILE'];
  const joined = words.find((word) => word.startsWith('--profile='))?.slice('--profile='.length);
  if (named !== undefined || joined !== undefined) return named ?? joined;
  const home = [...Object.values(env), ...words].map((text) => /\.openclaw-([\w.-]+?)(?:\/|$)/.exec(text)?.[1]);
  return home.find((one) => one !== undefined);
}

/** `com.openclaw.scout` is of scout. */
const guessed = (label: string): string => label.split(/[.-]/).at(-1) ?? label;
