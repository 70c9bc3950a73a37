/** Restate, for those who call it. What serves its calls has a door of its own: that alone loads the vendor's SDK. */

export { EngineSocket, type EngineCall, type EngineResponse, type HeldLine } from './http.ts';
export { keepRegistered, type KeepRegisteredOptions, type Registration } from './keep-registered.ts';
export { pingHandler, probeService } from './names.ts';
export { registerWorker, type Registered } from './register.ts';
export { takesCalls } from './takes-calls.ts';
export { createRestateWaker } from './waker.ts';
