/** The live view between worker and server. */

export { connectLive, type ConnectLiveOptions } from './connect.ts';
export type { LiveListener } from './hub.ts';
export { listenLive, type ListenLiveOptions, type LiveBus } from './listen.ts';
export type { LiveSignal } from './wire.ts';
