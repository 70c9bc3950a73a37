/** The files of a new agent as they would be, for a look at them. No secret is in any. */

import { join, resolve } from 'node:path';
import { workspaceOf, type HostFacts, type MemberNotes, type MemberSpec, type Plan } from '@perdure/fleet';
import { settingsOf } from '@perdure/fleet/openclaw';
import type { Rim } from '../cli/rim.ts';
import { refuseExisting, writeNewFile } from '../cli/write-new-file.ts';

export interface FilesOf {
  readonly spec: MemberSpec;
  readonly plan: Plan;
  readonly host: HostFacts;
  readonly notes: MemberNotes | undefined;
}

/** What is known only when it is made. */
const later = '(known when it is made)';
const hubUrl = 'http://127.0.0.1:7373';

/** Their paths below the folder, which are new. */
export function writeFiles(rim: Rim, folder: string, { spec, plan, host, notes }: FilesOf): readonly string[] {
  const workspace = workspaceOf({
    handle: spec.handle,
    displayName: spec.displayName,
    principalId: notes?.principalId ?? later,
    workspaceId: later,
    family: { name: notes?.familyName ?? later, lead: later, siblings: [] },
    host,
    human: { name: later, handle: later, principalId: later },
    hubUrl,
    channels: { dm: notes?.dmChannelId ?? later, onboarding: notes?.onboardingChannelId ?? later },
    ...(notes?.personalitySeed !== undefined && { personality: notes.personalitySeed }),
  });
  const { home, port } = plan;
  const isKeyless = spec.credential === 'unneeded';
  const settings = settingsOf({ home, port, model: spec.model, hubUrl, isKeyless });
  const files: readonly (readonly [path: string, text: string])[] = [
    ['openclaw.json', `${JSON.stringify(settings, undefined, 2)}\n`],
    ...Object.entries(workspace).map(([name, text]) => [join('workspace', name), text] as const),
  ];
  const at = (path: string): string => join(resolve(rim.cwd, folder), path);
  for (const [path] of files) refuseExisting(at(path));
  for (const [path, text] of files) writeNewFile(at(path), text);
  return files.map(([path]) => path);
}
