/**
 * The running launcher of a state root, as it tells about itself, and whether it still runs. What it tells names the
 * folder that it was written in: copied along with the rest it means nothing any more, and its processes are another
 * root's.
 */

import { rmSync, statSync } from 'node:fs';
import { readFileIfAny, replaceFile } from './files.ts';
import type { HomePaths } from './layout.ts';
import type { PublicAccess } from './public-access.ts';
import { isIdentity, isSameProcess, type ProcessIdentity } from './process-identity.ts';
import { isSameFolder, markOf, newMark, type FolderMark } from './root-stamp.ts';

/** The launcher's process and what it started. Holds no secret. */
export interface InstanceInfo extends ProcessIdentity {
  readonly port: number;
  readonly workerPort: number;
  /** Absent where a configured model answers. */
  readonly demoModelPort?: number;
  readonly url: string;
  /** Path of the unix socket at which the server answers too; only this account can make one there. */
  readonly socket?: string;
  /** How it is reached from beyond this machine. Absent: it is not. */
  readonly public?: PublicAccess;
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
  const written = parseInstance(readFileIfAny(paths.instance));
  if (written === undefined) return { kind: 'none' };
  const { folder, ...info } = written;
  if (!isSameFolder(folder, markOf(statSync(paths.run, { bigint: true })))) return { kind: 'none' };
  return { kind: isSameProcess(info) ? 'running' : 'stale', info };
}

export function writeInstance(paths: HomePaths, info: InstanceInfo): void {
  const written: WrittenInstance = { ...info, folder: newMark(statSync(paths.run, { bigint: true })) };
  replaceFile(paths.instance, `${JSON.stringify(written, undefined, 2)}\n`);
}

export function removeInstance(paths: HomePaths): void {
  rmSync(paths.instance, { force: true });
}

interface WrittenInstance extends InstanceInfo {
  /** The folder that the file lies in. */
  readonly folder: FolderMark;
}

function parseInstance(text: string | undefined): WrittenInstance | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isInstance(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Only launchers write this file, but one of another version may have written something else. */
function isInstance(value: unknown): value is WrittenInstance {
  if (!isIdentity(value)) return false;
  const { url, processes, folder } = value as Partial<WrittenInstance>;
  if (typeof folder?.inode !== 'string') return false;
  if (typeof url !== 'string' || typeof processes !== 'object' || processes === null) return false;
  return Object.values(processes).every(isIdentity);
}
