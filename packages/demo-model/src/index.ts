/** The demo model: started in a process by tests and benches, and by `main.ts` as a process of its own. */

export type { DemoClock } from './clock.ts';
export type { LoggedRequest, RequestOutcome } from './request-log.ts';
export { parseScript, type Script, type ScriptRule } from './script.ts';
export { startDemoModel, type DemoModel, type DemoModelOptions } from './server.ts';
