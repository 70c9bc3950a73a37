/** Services of this account that start gateways: units of systemd, agents of launchd. Their files are only read. */

import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundService } from '../core/adopt/found.ts';

/** A service, and which gateway it starts. */
export interface ProfileService {
  readonly profile: string;
  readonly service: FoundService;
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
const longest = 200_000;

async function textsIn(folder: string, pattern: RegExp): Promise<readonly Text[]> {
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(
    names
      .filter((name) => pattern.test(name))
      .map(async (name) => {
        const file = join(folder, name);
        const stat = await lstat(file).catch(() => undefined);
        if (stat?.isFile() !== true || stat.size > longest) return [];
        return [{ name, file, text: await readFile(file, 'utf8').catch(() => '') }];
      }),
  );
  return texts.flat();
}

const byOpenclaw = { systemd: /^openclaw-gateway(?:-(.+))?\.service$/, launchd: /^ai\.openclaw\.(.+)$/ } as const;

function unitOf({ name, file, text }: Text): ProfileService {
  const own = byOpenclaw.systemd.exec(name);
  const env = [...text.matchAll(/^Environment="?(\w+)=/gm)].map(([, key = '']) => key);
  return {
    service: {
      manager: 'systemd',
      name,
      file,
      naming: own === null ? 'by_hand' : 'of_openclaw',
      openSecrets: env.filter(isSecretName),
    },
    profile: own?.[1] ?? profileIn(text) ?? (own === null ? guessed(name.replace(/\.service$/, '')) : 'default'),
  };
}

function plistOf({ name, file, text }: Text): ProfileService {
  const label = name.replace(/\.plist$/, '');
  const own = byOpenclaw.launchd.exec(label);
  const keys = [...text.matchAll(/<key>([A-Z][A-Z0-9_]*)<\/key>\s*<string>/g)].map(([, key = '']) => key);
  const named = own?.[1] === 'gateway' ? 'default' : own?.[1];
  return {
    service: {
      manager: 'launchd',
      name: label,
      file,
      naming: own === null ? 'by_hand' : 'of_openclaw',
      openSecrets: keys.filter(isSecretName),
    },
    profile: named ?? profileIn(text) ?? guessed(label),
  };
}

const isSecretName = (name: string): boolean => /(?:KEY|TOKEN|SECRET|PASSWORD)$/.test(name);

/** What it tells the gateway, in a unit or in a list of properties. */
function profileIn(text: string): string | undefined {
  const plain =
    /--profile[ =]"?([\w.-]+)/.exec(text) ??
    /OPENCLAW_PROFILE=([\w.-]+)/.exec(text) ??
    /<string>--profile<\/string>\s*<string>([\w.-]+)<\/string>/.exec(text) ??
    /<key>OPENCLAW_PROFILE<\/key>\s*<string>([\w.-]+)<\/string>/.exec(text);
  if (plain?.[1] !== undefined) return plain[1];
  return /\.openclaw-([\w.-]+?)(?:\/|<|"|\s|$)/.exec(text)?.[1];
}

/** `com.openclaw.scout` is of scout. */
const guessed = (label: string): string => label.split(/[.-]/).at(-1) ?? label;
