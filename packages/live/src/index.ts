/** The live view between worker and server. */

export { connectLive, type ConnectLiveOptions } from './connect.ts';
export { createLiveHub, type LiveHub, type LiveHubOptions, type LiveListener } from './hub.ts';
export { listenLive, type ListenLiveOptions, type LiveBus } from './listen.ts';
export type { Outbox } from './outbox.ts';
