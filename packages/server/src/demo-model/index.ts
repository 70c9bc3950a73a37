/** Front door of the demo model. */

export type { DemoClock } from './clock.ts';
export type { LoggedRequest, RequestOutcome } from './request-log.ts';
export type { Script, ScriptRule } from './script.ts';
export { startDemoModel, type DemoModel, type DemoModelOptions } from './server.ts';
export { demoModelId } from './wire.ts';
