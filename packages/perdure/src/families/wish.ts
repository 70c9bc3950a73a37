/** What a new agent is to be, from flags and from the notes of a task where there are some: flags win. */

import { isAbsolute, resolve } from 'node:path';
import { compact, PerdureError } from '@perdure/contract';
import { homeName, readNotes, type MemberNotes, type MemberSpec } from '@perdure/fleet';
import { readGiven } from '../cli/given-text.ts';
import type { Rim } from '../cli/rim.ts';

export interface WishOptions {
  readonly model?: string;
  readonly name?: string;
  /** False: the model needs none. */
  readonly key?: string | false;
  readonly port?: number;
  readonly folder?: string;
  /** Notes of a provisioning task: `-` for stdin, `@file`. */
  readonly task?: string;
}

export interface Wish {
  readonly spec: MemberSpec;
  readonly notes: MemberNotes | undefined;
}

/** @throws PerdureError `usage` where notes cannot be used, or are of another agent */
export async function readWish(rim: Rim, handle: string, options: WishOptions): Promise<Wish> {
  const notes = options.task === undefined ? undefined : await notesFrom(rim, handle, options.task);
  const model = options.model ?? notes?.model;
  if (model === undefined) {
    throw new PerdureError('usage', 'No model is named; add `--model <provider/model>`, as anthropic/claude-opus-4-6.');
  }
  const folder = options.folder ?? notes?.ocHomeDir;
  const home = folder === undefined ? undefined : absolute(rim, folder);
  const isUsual = home === resolve(rim.homedir, homeName(handle));
  return {
    notes,
    spec: {
      handle,
      displayName: options.name ?? notes?.displayName ?? handle,
      model,
      credential: credentialOf(options, notes),
      ...compact({ home: isUsual ? undefined : home, port: options.port ?? notes?.gatewayPort }),
    },
  };
}

async function notesFrom(rim: Rim, handle: string, given: string): Promise<MemberNotes> {
  const { text, from } = await readGiven(rim, given, '--task');
  const outcome = readNotes(text);
  if (outcome.kind === 'refused') {
    throw new PerdureError('usage', `The notes of ${from} cannot be used: ${outcome.problems.join('; ')}.`);
  }
  if (outcome.notes.handle !== handle) {
    throw new PerdureError('usage', `The notes of ${from} are of ${outcome.notes.handle}, not of ${handle}.`);
  }
  return outcome.notes;
}

function credentialOf({ key }: WishOptions, notes: MemberNotes | undefined): MemberSpec['credential'] {
  if (key === false) return 'unneeded';
  if (key !== undefined || notes?.inheritCredentials === true) return 'vault';
  return notes?.llmApiKey === undefined ? 'none' : 'given';
}

/** `~` is written by programs that no shell reads. */
function absolute(rim: Rim, folder: string): string {
  if (folder === '~' || folder.startsWith('~/')) return resolve(rim.homedir, folder.slice(2));
  return isAbsolute(folder) ? folder : resolve(rim.cwd, folder);
}
