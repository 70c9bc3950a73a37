/** What ships with us for a gateway: the channel plugin, and skills. Above wherever this file lies. */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PerdureError } from '@perdure/contract';

export interface Ships {
  readonly plugin: string;
  readonly skills: readonly string[];
  readonly leadSkills: readonly string[];
  /** The command line of ours; absent: it does not lie beside. */
  readonly entry?: string;
}

/** Of all that ship those that a member has use for. */
const forMembers = /^perdure$/;
const forLeads = /^perdure-fleet$/;

/** In a package, and in the source. */
const entries = ['bin/perdure', 'packages/perdure/bin/perdure'] as const;

export function shipsFrom(from = import.meta.dirname): Ships {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const plugin = join(folder, 'plugins', 'openclaw');
    if (!existsSync(join(plugin, 'openclaw.plugin.json'))) continue;
    const skills = join(folder, 'skills');
    const names = existsSync(skills) ? readdirSync(skills) : [];
    const those = (wanted: RegExp) => names.filter((name) => wanted.test(name)).map((name) => join(skills, name));
    const entry = entries.map((path) => join(folder, path)).find((path) => existsSync(path));
    const shipped = { plugin, skills: those(forMembers), leadSkills: those(forLeads) };
    return { ...shipped, ...(entry !== undefined && { entry }) };
  }
  throw new PerdureError('internal', 'The channel plugin that ships with Perdure is not there; install it anew.');
}
