/** What a worker hands back, for whoever asks for it elsewhere than in a lane. */

export type { LaneReturn } from './core/commands.ts';
export { returnForm } from './core/lane-brief.ts';
export { parseReturn } from './core/lane-return.ts';
