/**
 * What installing or removing a skill would do to each file. The folder of an installed skill says what was installed,
 * file by file, so that a file that somebody has changed since is told from one that is merely old.
 */

import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { assertInside } from './inside.ts';
import type { ShippedSkill, SkillPlace } from './places.ts';

/** In the folder of an installed skill. */
export const recordName = '.perdure-skill.json';

const recordSchema = z.object({ version: z.string(), files: z.record(z.string(), z.string()) });

/** `kept`: as it is already, or not ours. `changed`: somebody else wrote it, so it is left alone unless forced. */
export interface FileChange {
  readonly path: string;
  readonly change: 'create' | 'update' | 'delete' | 'kept' | 'changed';
}

/** Files of one skill, by what is to become of them. @throws PerdureError where a link leads out of the place. */
export function planInstall(skill: ShippedSkill, place: SkillPlace): readonly FileChange[] {
  const target = join(place.skills, skill.name);
  const installed = installedFiles(place, target);
  const shipped = skill.files.map((file): FileChange => {
    const path = join(target, file);
    assertInside(place.base, path);
    if (!existsSync(path)) return { path, change: 'create' };
    const found = digestOf(path);
    if (found === digestOf(join(skill.folder, file))) return { path, change: 'kept' };
    return { path, change: found === installed[file] ? 'update' : 'changed' };
  });
  const dropped = Object.keys(installed).filter((file) => !skill.files.includes(file));
  return [...shipped, ...dropped.flatMap((file) => removal(place, join(target, file), installed[file]))];
}

/** Files that were installed and are as they were; what else lies there is left. */
export function planRemove(name: string, place: SkillPlace): readonly FileChange[] {
  const target = join(place.skills, name);
  if (!existsSync(target)) return [];
  const installed = installedFiles(place, target);
  return Object.entries(installed).flatMap(([file, digest]) => removal(place, join(target, file), digest));
}

/** What is to be remembered of an installed skill. */
export function recordOf(skill: ShippedSkill, version: string): string {
  const files = Object.fromEntries(skill.files.map((file) => [file, digestOf(join(skill.folder, file))]));
  return `${JSON.stringify({ version, files }, null, 2)}\n`;
}

function removal({ base }: SkillPlace, path: string, digest: string | undefined): readonly FileChange[] {
  assertInside(base, path);
  if (!existsSync(path)) return [];
  return [{ path, change: digestOf(path) === digest ? 'delete' : 'changed' }];
}

/**
 * Digests by file; empty where nothing of ours was installed, or the record cannot be read: then every file counts as
 * changed.
 */
function installedFiles({ base }: SkillPlace, target: string): Readonly<Record<string, string>> {
  const path = join(target, recordName);
  assertInside(base, path);
  if (!existsSync(path)) return {};
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).files;
  } catch {
    return {};
  }
}

function digestOf(path: string): string {
  return hash('sha256', readFileSync(path));
}
