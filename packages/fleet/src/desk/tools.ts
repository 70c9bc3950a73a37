/**
 * What an agent of ours has to work with: the command `perdure`, which speaks as it, and for who leads a family the
 * skill to care for it. A gateway has none of a shell's PATH, so the command lies in its home.
 */

import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plainTextIn, replaceFile } from '@perdure/home';
import type { GatewayRecord } from '../core/gateway.ts';
import { filesDifference, type Difference } from '../core/repair.ts';
import { copyFolder, filesOfShip, stateOfHome } from '../home/index.ts';
import { secretNames, secretsFile, toolsFolder } from '../openclaw/index.ts';
import type { FleetDeskDeps } from './ports.ts';
import { ensureFolder, entryAt, filesBelow } from './repair/found.ts';

export type ToolDeps = Pick<FleetDeskDeps, 'hub' | 'ships'>;

interface Tools {
  /** By path in the home. */
  readonly folders: readonly { readonly to: string; readonly from: string; readonly isThere: boolean }[];
  readonly command: { readonly to: string; readonly text: string } | undefined;
}

async function toolsOf(
  { hub, ships }: ToolDeps,
  { principalId, familyId, handle, home }: GatewayRecord,
): Promise<Tools> {
  const isThere = (await hub.leadOf(familyId)) === principalId;
  const { command, leadSkills = [] } = ships;
  return {
    folders: leadSkills.map((from) => ({ from, to: join('skills', basename(from)), isThere })),
    command: command && { to: join(toolsFolder, 'perdure'), text: commandText({ ...command, handle, home }) },
  };
}

/** Files of Perdure that hold its key are found by the program, so none stands in here. */
function commandText(of: { readonly entry: string; readonly root: string; readonly handle: string; home: string }) {
  return [
    '#!/bin/sh',
    `# Perdure, speaking as ${of.handle}. Written by Perdure, and anew where it differs.`,
    `export PERDURE_HOME=${quoted(of.root)}`,
    `export PERDURE_KEY_FILE=${quoted(`${of.home}/${secretsFile}#${secretNames.hubKey}`)}`,
    `exec ${quoted(of.entry)} "$@"`,
    '',
  ].join('\n');
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export async function toolDifferences(deps: ToolDeps, gateway: GatewayRecord): Promise<readonly Difference[]> {
  return differencesOf(await toolsOf(deps, gateway), gateway.home);
}

function differencesOf({ folders, command }: Tools, home: string): readonly Difference[] {
  const skills = folders.flatMap(({ to, from, isThere }) => {
    const found = filesBelow(join(home, to));
    if (isThere) return filesDifference(to, found, new Map(filesOfShip(from))) ?? [];
    return found.size === 0 ? [] : [{ at: to, found: 'is for who leads a family', becomes: 'taken away' }];
  });
  if (command === undefined || isCommand(home, command)) return skills;
  const found = entryAt(join(home, command.to)).kind === 'absent' ? 'missing' : 'changed';
  return [...skills, { at: command.to, found, becomes: 'made anew' }];
}

function isCommand(home: string, { to, text }: { readonly to: string; readonly text: string }): boolean {
  const { kind, mode } = entryAt(join(home, to));
  return kind === 'file' && (mode & 0o777) === 0o700 && plainTextIn(join(home, to)) === text;
}

/** In a home of ours; any other is left as it is. Whether something was another than it is to be. */
export async function ensureTools(deps: ToolDeps, gateway: GatewayRecord): Promise<boolean> {
  const { home } = gateway;
  if (stateOfHome(gateway) !== 'ours') return false;
  const tools = await toolsOf(deps, gateway);
  if (differencesOf(tools, home).length === 0) return false;
  const { folders, command } = tools;
  for (const name of ['skills', toolsFolder]) ensureFolder(join(home, name));
  for (const { from, to, isThere } of folders) {
    if (isThere) copyFolder(from, join(home, to));
    else rmSync(join(home, to), { recursive: true, force: true });
  }
  if (command !== undefined) {
    const path = join(home, command.to);
    if (entryAt(path).kind === 'folder') rmSync(path, { recursive: true });
    replaceFile(path, command.text, { mode: 0o700 });
  }
  return true;
}
