/** Upgrades of OpenClaw: planned, ordered, done one member after the other, and shown. */

export { upgradeFamily, upgradeGateway, type OrderedUpgrade } from './order.ts';
export { planFamilyUpgrade, type FamilyUpgradeWish, type PlannedFamilyUpgrade } from './plan.ts';
export { seeUpgrade, type SeenUpgradeRun } from './show.ts';
export { createUpgradeSteps, type UpgradeStepDeps, type UpgradeSteps } from './steps.ts';
