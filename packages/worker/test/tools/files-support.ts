/** A workspace for the file tools, and the three tools called in it. */

import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compact } from '@perdure/contract';
import { listFiles } from '../../src/tools/shipped/list-files.ts';
import { readFile as readTool } from '../../src/tools/shipped/read-file.ts';
import { writeFile as writeTool } from '../../src/tools/shipped/write-file.ts';
import { callTool, temporaryFolder } from './support.ts';

export const canary = 'canary: nobody may read or change this';

/** A workspace with a few files, beside a folder that must stay unread and unchanged. */
export async function place() {
  const folder = await temporaryFolder();
  const [workspace, outside] = [join(folder, 'workspace'), join(folder, 'outside')];
  await mkdir(join(workspace, 'notes/deep'), { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, 'canary.txt'), canary);
  await writeFile(join(workspace, 'notes/plan.md'), 'the plan');
  await writeFile(join(workspace, 'notes/deep/a.txt'), 'deep');
  await symlink(outside, join(workspace, 'link-out'));
  await symlink(join(outside, 'canary.txt'), join(workspace, 'notes/file-link'));
  await symlink('notes', join(workspace, 'link-in'));
  await symlink('loop', join(workspace, 'loop'));
  await symlink(join(outside, 'not-there'), join(workspace, 'dangling'));
  return { workspace, outside };
}

export const read = (workspace: string, path: string, offset?: number) =>
  callTool(readTool, { path, ...compact({ offset }) }, { workspace });
export const write = (workspace: string, path: string, content = 'new') =>
  callTool(writeTool, { path, content }, { workspace });
export const list = (workspace: string, path?: string) =>
  callTool(listFiles, path === undefined ? {} : { path }, { workspace });

export interface Listing {
  readonly entries: readonly { readonly path: string; readonly type: string; readonly size?: number }[];
  readonly truncated: boolean;
}
