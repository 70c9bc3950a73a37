/**
 * Where the processes of the product begin. Found by the names of their packages: these know their files, here and
 * published.
 */

import type { PartName } from './part.ts';

export type NodePartName = Exclude<PartName, 'engine'>;
export type Entries = Readonly<Record<NodePartName, URL>>;

export function ownEntries(): Entries {
  return {
    server: new URL(import.meta.resolve('@perdure/server/main')),
    worker: new URL(import.meta.resolve('@perdure/worker/main')),
    'demo-model': new URL(import.meta.resolve('@perdure/demo-model/main')),
  };
}
