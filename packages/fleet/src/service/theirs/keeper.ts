/**
 * Services that somebody else made, taken away and put back as they were: their files go into a folder of ours first,
 * with whether they were enabled.
 */

import { existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, replaceFile } from '@perdure/home';
import type { RunnerService } from '../../core/gateway.ts';
import type { RunnerKeeper, ServiceSpec } from '../../core/ports.ts';
import { keepLaunch } from './launch.ts';
import type { TheirsDeps } from './theirs.ts';

interface Kept extends RunnerService {
  readonly mode: number;
  readonly isEnabled: boolean;
  readonly text: string;
}

const listFile = (folder: string): string => join(folder, 'services.json');

export function openKeeper({ managers }: Pick<TheirsDeps, 'managers'>): RunnerKeeper {
  return {
    async keep(spec, folder) {
      makeFolder(folder, 0o700);
      const canBeStarted = keepLaunch(spec, folder);
      if (existsSync(listFile(folder))) return canBeStarted;
      const kept: Kept[] = [];
      for (const service of servicesOf(spec)) {
        const stat = lstatSync(service.file, { throwIfNoEntry: false });
        if (stat?.isFile() !== true) continue;
        const isEnabled = (await managers[service.manager]?.isEnabled(service)) ?? false;
        kept.push({ ...service, isEnabled, mode: stat.mode & 0o777, text: readFileSync(service.file, 'utf8') });
      }
      replaceFile(listFile(folder), JSON.stringify(kept));
      return canBeStarted;
    },
    async takeAway(_spec, folder) {
      for (const service of keptIn(folder)) {
        const manager = managers[service.manager];
        if (existsSync(service.file)) await manager?.disable(service);
        rmSync(service.file, { force: true });
        await manager?.reread();
      }
    },
    async putBack(_spec, folder) {
      for (const { text, mode, isEnabled, ...service } of keptIn(folder)) {
        const manager = managers[service.manager];
        if (!existsSync(service.file)) replaceFile(service.file, text, { mode });
        await manager?.reread();
        if (isEnabled) await manager?.enable(service);
      }
    },
  };
}

const servicesOf = ({ runner }: ServiceSpec): readonly RunnerService[] => runner?.services ?? [];

function keptIn(folder: string): readonly Kept[] {
  try {
    return JSON.parse(readFileSync(listFile(folder), 'utf8')) as readonly Kept[];
  } catch {
    return [];
  }
}
