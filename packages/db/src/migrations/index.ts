/** All migrations, oldest first. */

import * as runs from './0001-runs.ts';
import * as waits from './0002-waits.ts';
import * as toolsAndControl from './0003-tools-and-control.ts';
import * as tasks from './0004-tasks.ts';
import * as whatIsOpen from './0005-what-is-open.ts';
import * as modelsAway from './0006-models-away.ts';
import * as modelLearnt from './0007-model-learnt.ts';
import * as keepingAndRemoving from './0008-keeping-and-removing.ts';
import * as taskArchives from './0009-task-archives.ts';
import * as hub from './0010-hub.ts';
import * as sumsOfRuns from './0011-sums-of-runs.ts';
import * as laneRuns from './0012-lane-runs.ts';
import * as taskReports from './0013-task-reports.ts';
import * as manyTasks from './0014-many-tasks.ts';
import * as vaults from './0015-vaults.ts';
import * as hubAudit from './0016-hub-audit.ts';
import * as families from './0017-families.ts';
import * as vaultGrants from './0018-vault-grants.ts';
import * as drive from './0019-drive.ts';
import * as hubTasks from './0020-hub-tasks.ts';
import * as sessions from './0021-sessions.ts';
import * as gateways from './0022-gateways.ts';
import * as vaultAuditNames from './0023-vault-audit-names.ts';
import * as laneAgents from './0024-lane-agents.ts';
import * as changedGateways from './0025-changed-gateways.ts';
import * as openHubTasks from './0026-open-hub-tasks.ts';
import * as adoptedGateways from './0027-adopted-gateways.ts';
import * as smokeTurns from './0028-smoke-turns.ts';

export const migrations = [
  runs,
  waits,
  toolsAndControl,
  tasks,
  whatIsOpen,
  modelsAway,
  modelLearnt,
  keepingAndRemoving,
  taskArchives,
  hub,
  sumsOfRuns,
  laneRuns,
  taskReports,
  manyTasks,
  vaults,
  hubAudit,
  families,
  vaultGrants,
  drive,
  hubTasks,
  sessions,
  gateways,
  vaultAuditNames,
  laneAgents,
  changedGateways,
  openHubTasks,
  adoptedGateways,
  smokeTurns,
] as const;
