/** What ships with us for a gateway: the channel plugin, and skills. Above wherever this file lies. */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PerdureError } from '@perdure/contract';

export interface Ships {
  readonly plugin: string;
  readonly skills: readonly string[];
}

/** Of all that ship those that a member has use for. */
const forMembers = /^perdure$/;

export function shipsFrom(from = import.meta.dirname): Ships {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const plugin = join(folder, 'plugins', 'openclaw');
    if (!existsSync(join(plugin, 'openclaw.plugin.json'))) continue;
    const skills = join(folder, 'skills');
    const names = existsSync(skills) ? readdirSync(skills).filter((name) => forMembers.test(name)) : [];
    return { plugin, skills: names.map((name) => join(skills, name)) };
  }
  throw new PerdureError('internal', 'The channel plugin that ships with Perdure is not there; install it anew.');
}
