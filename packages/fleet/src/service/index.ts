/** What keeps gateways running. */

export { openSupervisor, type Supervisor, type SupervisorDeps } from './supervisor/supervisor.ts';
export { openSystemd, type SystemdDeps } from './systemd/systemd.ts';
export { openDry } from './dry.ts';
export { openLaunchd, type LaunchdDeps } from './launchd/launchd.ts';
export { superviseGateways, type SuperviseDeps, type Supervision } from './supervise-gateways.ts';
