/** The running launcher of a state root, as it tells about itself, and whether it still runs. */

import { rmSync } from 'node:fs';
import { readFileIfAny, replaceFile } from './files.ts';
import type { HomePaths } from './layout.ts';
import { isIdentity, isSameProcess, type ProcessIdentity } from './process-identity.ts';

/** The launcher's process and what it started. Holds no secret. */
export interface InstanceInfo extends ProcessIdentity {
  readonly port: number;
  readonly workerPort: number;
  /** Absent where a configured model answers. */
  readonly demoModelPort?: number;
  readonly url: string;
  /** Path of the unix socket at which the server answers too; only this account can make one there. */
  readonly socket?: string;
  readonly version: string;
  readonly project: string;
  readonly model: { readonly kind: 'demo' | 'configured'; readonly id: string };
  /** The parts, by name. */
  readonly processes: Readonly<Record<string, ProcessIdentity>>;
  /** How each part that ended unasked did so last, by name. */
  readonly ended?: Readonly<Record<string, EndedPart>>;
}

export interface EndedPart {
  /** ISO 8601. */
  readonly at: string;
  readonly why: string;
}

export type InstanceState =
  | { readonly kind: 'running'; readonly info: InstanceInfo }
  /** Its launcher died without a word. */
  | { readonly kind: 'stale'; readonly info: InstanceInfo }
  | { readonly kind: 'none' };

export function readInstance(paths: HomePaths): InstanceState {
  const info = parseInstance(readFileIfAny(paths.instance));
  if (info === undefined) return { kind: 'none' };
  return { kind: isSameProcess(info) ? 'running' : 'stale', info };
}

export function writeInstance(paths: HomePaths, info: InstanceInfo): void {
  replaceFile(paths.instance, `${JSON.stringify(info, undefined, 2)}\n`);
}

export function removeInstance(paths: HomePaths): void {
  rmSync(paths.instance, { force: true });
}

function parseInstance(text: string | undefined): InstanceInfo | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isInstance(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Only launchers write this file, but one of another version may have written something else. */
function isInstance(value: unknown): value is InstanceInfo {
  if (!isIdentity(value)) return false;
  const { url, processes } = value as Partial<InstanceInfo>;
  if (typeof url !== 'string' || typeof processes !== 'object' || processes === null) return false;
  return Object.values(processes).every(isIdentity);
}
