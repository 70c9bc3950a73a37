/** Each part of the product by itself, for who needs one without the rest: tests of the engine, benches. */

export { childEnv, type ChildEnvOptions } from './child-env.ts';
export { startNodePart, type NodePartOptions } from './node-part.ts';
export type { Part, StartContext } from './part.ts';
export { startEngine, type Engine, type StartEngineOptions } from './restate/server-process.ts';
export { holdWorkerPort, type WorkerPort } from './worker-port.ts';
