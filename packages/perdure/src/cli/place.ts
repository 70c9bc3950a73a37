/** Where a command works. Whoever needs the place alone loads no settings. */

export { findPlace, type Place } from './find-place.ts';
export { findProject } from './find-project.ts';
