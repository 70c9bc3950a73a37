/** Model servers by name: from the settings to what a turn asks, and what others may be told of them. */

export { serverEntries, type AskingAgent } from './entries.ts';
export { proxyFor, type ProxyUse } from './proxy.ts';
export { resolveModels, resolveServers, type ModelAim, type ResolvedModels } from './resolve.ts';
