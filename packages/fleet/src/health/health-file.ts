/** The record of sweeps, in a file of the state root. */

import { readFileIfAny, replaceFile } from '@perdure/home/files';
import type { HealthPorts, HealthRecord } from './ports.ts';

/** A file that is not ours, or is not whole, is as none: members are then seen for the first time. */
export const healthFile = (path: string): HealthPorts['record'] => ({
  load() {
    const text = readFileIfAny(path);
    try {
      const value = JSON.parse(text ?? '') as Partial<HealthRecord> | null;
      const isWhole =
        typeof value?.sweptAt === 'number' && typeof value.members === 'object' && Array.isArray(value.untold);
      return isWhole ? (value as HealthRecord) : undefined;
    } catch {
      return undefined;
    }
  },
  save: (record) => replaceFile(path, JSON.stringify(record)),
});
