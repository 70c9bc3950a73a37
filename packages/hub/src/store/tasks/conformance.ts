/**
 * What every store of tasks has to do: one suite over its port. Each case has a store of its own; the second handle is
 * another process.
 */

import { describe } from 'vitest';
import { tasksAreGiven } from './conformance/lives.ts';
import { notesKeepSecrets } from './conformance/secrets.ts';
import type { OpenTaskStore } from './conformance/world.ts';

export type { OpenTaskStore, TaskStoreUnderTest } from './conformance/world.ts';

export function taskStoreConformance(name: string, open: OpenTaskStore): void {
  describe(`the store of tasks on ${name}`, () => {
    tasksAreGiven(open);
    notesKeepSecrets(open);
  });
}
