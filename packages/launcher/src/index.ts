/**
 * The launcher: everything of one state root, started, watched and stopped. This front door is for `perdure up` alone;
 * what the launcher starts has its frame from `child.ts`.
 */

export { launch, type Launched, type LaunchOptions } from './launch.ts';
export type { PartName } from './part.ts';
export type { LaunchStatus } from './status.ts';
