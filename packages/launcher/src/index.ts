/** The launcher: everything of one state root, started, watched and stopped. Loaded by `perdure up` alone. */

export { launch, type Launched, type LaunchOptions } from './launch.ts';
export type { PartName } from './part.ts';
export type { LaunchStatus } from './status.ts';
