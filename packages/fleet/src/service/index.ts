/** What keeps gateways running. */

export { openSupervisor, type Supervisor, type SupervisorDeps } from './supervisor/supervisor.ts';
export { openSystemd, type SystemdDeps } from './systemd/systemd.ts';
export { openDry } from './dry.ts';
export { openKeeper } from './theirs/keeper.ts';
export { openTheirs, type TheirServices, type TheirsDeps } from './theirs/theirs.ts';
export { theirJobs } from './theirs/their-jobs.ts';
export { theirUnits } from './theirs/their-units.ts';
export { LaunchdControl } from './launchd/control.ts';
export { SystemdControl } from './systemd/control.ts';
export { openLaunchd, type LaunchdDeps } from './launchd/launchd.ts';
export { superviseGateways, type SuperviseDeps, type Supervision } from './supervise-gateways.ts';
