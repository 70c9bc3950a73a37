/** Orders about gateways. */

export { adopt, type AdoptWish } from './adopt.ts';
export { change, type ChangeAsked } from './change.ts';
export { changeSettings, type SettingsWish } from './change-settings.ts';
export { mend, planMend, type MendPlan, type MendWish } from './mend.ts';
export { createOperator, type Operator, type Work } from './operate.ts';
export type {
  ControlDeps,
  ControlHub,
  ControlOutcome,
  ControlRefusal,
  FleetHost,
  FleetRun,
  FleetRuns,
  FoundRelease,
  OrderedMember,
} from './ports.ts';
export { provision, provisionProblem, type GatewayWish, type OrderedCredential } from './provision.ts';
export { backup, deprovision } from './remove.ts';
export { refresh } from './refresh.ts';
export { planRepair, repair, type PlannedRepair, type RepairWish } from './repair.ts';
export { restore } from './restore.ts';
export { logsOf, seeGateway, type SeenGateway } from './show.ts';
export { tend } from './tend.ts';
export {
  createUpgradeSteps,
  planFamilyUpgrade,
  seeUpgrade,
  upgradeFamily,
  upgradeGateway,
  type FamilyUpgradeWish,
  type OrderedUpgrade,
  type PlannedFamilyUpgrade,
  type SeenUpgradeRun,
  type UpgradeStepDeps,
  type UpgradeSteps,
} from './upgrade/index.ts';
