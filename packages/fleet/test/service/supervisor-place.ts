/** Our own supervisor for tests: it looks often. It is ended after the test, and what it ran by the place. */

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSupervisor, type Supervisor, type SupervisorDeps } from '../../src/service/index.ts';
import type { Place } from './place.ts';

export const folderOf = ({ spec }: Place): string => join(spec.accountHome, 'fleet');

export function supervisorFor(place: Place, deps: Partial<SupervisorDeps> = {}): Supervisor {
  const supervisor = openSupervisor({
    folder: folderOf(place),
    readiness: () => Promise.resolve('away'),
    log: () => undefined,
    everyMs: 50,
    pollMs: 10,
    ...deps,
  });
  onTestFinished(async () => await supervisor[Symbol.asyncDispose]());
  return supervisor;
}
