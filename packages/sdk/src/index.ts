/** Client of the Perdure HTTP API, for any runtime with `fetch`. */

export { createClient, type CallOptions, type Client, type ClientOptions } from './client.ts';
export type { RouteRequest, RouteResponse } from './table.ts';
export type { WatchItem } from './connection.ts';
export type { LinkState, WatchOptions } from './watch.ts';
