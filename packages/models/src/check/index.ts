/** Whether a model can do what agents need of it. */

export { checkModel, type CheckDeps } from './check-model.ts';
export { checkNames, type CheckName, type CheckOutcome, type ModelCheck } from './outcome.ts';
