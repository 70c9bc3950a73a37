/** Steps of the fleet, which the server does. */

export { createStepAsker, type StepAskerDeps } from './ask-step.ts';
