/**
 * All that the handlers need; `main.ts` fills it. Tests do so with the same, but for small fakes of the engine and of
 * how the parts are.
 */

import type { DriveDeps, HubDeps, HubTaskDeps, VaultDeps } from '@perdure/hub/desk';
import type { RunDeskDeps } from '@perdure/runs/desk';
import type { SignIn } from './security.ts';
import type { FleetServing, HealthProbe, LearntDesk, McpServing, OutageDesk, TaskReader } from './ports.ts';

export interface Dependencies extends RunDeskDeps {
  readonly tasks: TaskReader;
  readonly health: HealthProbe;
  readonly learnt: LearntDesk;
  readonly outages: OutageDesk;
  readonly mcp: McpServing;
  readonly hub: HubDeps;
  readonly drive: DriveDeps;
  readonly hubTasks: HubTaskDeps;
  readonly signIn: SignIn;
  readonly vault: VaultDeps;
  readonly fleet: FleetServing;
  /** Aborted when the server closes: streams end, waiting requests are answered. */
  readonly closing: AbortSignal;
  /** Silence on an event stream after which a comment shows that it lives; default 15,000. */
  readonly heartbeatMs?: number;
}
