/** Which skills ship, and where each tool looks for skills. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { foldersUpward } from '@perdure/home';
import type { Rim } from '../cli/rim.ts';
import { openClawWorkspace } from './openclaw-workspace.ts';

export const toolNames = ['claude-code', 'openclaw', 'cursor', 'agents'] as const;
export type ToolName = (typeof toolNames)[number];

export interface SkillPlace {
  /** Nothing is written outside of it. */
  readonly base: string;
  readonly skills: string;
  /** The file that this tool reads in every conversation. */
  readonly agentsFile: string;
}

const readFile = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

/** @throws PerdureError `not_found` where the tool is not set up */
export function placeOf(
  tool: ToolName,
  { project, homedir, env }: Pick<Rim, 'env' | 'homedir'> & { readonly project: string },
): SkillPlace {
  const base = tool === 'openclaw' ? openClawWorkspace({ env, homedir, readFile }) : project;
  if (tool === 'openclaw' && !existsSync(base)) {
    throw new PerdureError(
      'not_found',
      `OpenClaw has no workspace at ${base}; set it up first, name another with OPENCLAW_WORKSPACE_DIR, or choose another --for.`,
    );
  }
  const agentsFile = join(base, tool === 'claude-code' ? 'CLAUDE.md' : 'AGENTS.md');
  return { base, skills: join(base, folders[tool]), agentsFile };
}

const folders = {
  'claude-code': '.claude/skills',
  openclaw: 'skills',
  cursor: '.cursor/skills',
  agents: '.agents/skills',
} as const satisfies Record<ToolName, string>;

export const mainSkill = 'perdure';

export interface ShippedSkill {
  readonly name: string;
  readonly folder: string;
  /** Relative, in order. */
  readonly files: readonly string[];
}

/** The skill of tasks, or all that ship. They lie beside the packages, above the sources as above the bundle. */
export function shippedSkills(all: boolean, from = import.meta.dirname): readonly ShippedSkill[] {
  const root = foldersUpward(from)
    .map((folder) => join(folder, 'skills'))
    .find((folder) => existsSync(join(folder, mainSkill, 'SKILL.md')));
  if (root === undefined) {
    throw new PerdureError('not_found', 'The skills are not part of this installation; install perdure anew.');
  }
  const names = all ? readdirSync(root).filter((name) => existsSync(join(root, name, 'SKILL.md'))) : [mainSkill];
  return names.toSorted().map((name) => ({ name, folder: join(root, name), files: filesIn(join(root, name)) }));
}

/** Regular files below `folder`; links are not followed, as Node's `recursive` would. */
function filesIn(folder: string, below = ''): readonly string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(below, entry.name);
      if (entry.isDirectory()) return filesIn(folder, path);
      return entry.isFile() ? [path] : [];
    })
    .toSorted();
}
