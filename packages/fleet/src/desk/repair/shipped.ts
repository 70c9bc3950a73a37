/** The plugin and the skills that ship with us. Each folder is ours alone; what lies beside it is not. */

import { basename, join } from 'node:path';
import { entryDifference, filesDifference } from '../../core/repair.ts';
import { filesOfShip } from '../../home/index.ts';
import { copyShips } from '../remake.ts';
import { ensureTools, toolDifferences } from '../tools.ts';
import { entryAt, filesBelow } from './found.ts';
import { present, type LookWork, type Part } from './part.ts';

export const shipped: Part = {
  look: async (work) => {
    const { home } = work.gateway;
    const folders = ['extensions', 'skills', 'logs'].map((name) =>
      entryDifference(name, entryAt(join(home, name)), { wanted: 'folder' }),
    );
    const ships = shipsOf(work).map((ship) => shipDifference(home, ship));
    return present(...folders, ...ships, ...(await toolDifferences(work.deps, work.gateway)));
  },
  async make(work) {
    copyShips(work);
    await ensureTools(work.deps, work.gateway);
  },
};

interface Ship {
  readonly from: string;
  /** In the home. */
  readonly to: string;
}

const shipsOf = ({ deps: { ships } }: LookWork): readonly Ship[] => [
  { from: ships.plugin, to: join('extensions', 'sesame') },
  ...ships.skills.map((skill) => ({ from: skill, to: join('skills', basename(skill)) })),
];

function shipDifference(home: string, { from, to }: Ship) {
  const path = join(home, to);
  // Below what is no folder nothing is looked at: it may lead anywhere.
  if (entryAt(join(path, '..')).kind !== 'folder') return undefined;
  const entry = entryDifference(to, entryAt(path), { wanted: 'folder' });
  return entry ?? filesDifference(to, filesBelow(path), new Map(filesOfShip(from)));
}
