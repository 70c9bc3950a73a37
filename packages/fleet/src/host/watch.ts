/** What a host tells of the processes of gateways while they run. */

export { memoryByGroup } from './group-memory.ts';
export { listenerOf } from './listener.ts';
