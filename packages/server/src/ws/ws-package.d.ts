/** As much of the package `ws` as is used here; it comes without types. */

declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export class WebSocket extends EventEmitter {
    constructor(
      url: string,
      options?: {
        readonly headers?: Readonly<Record<string, string>>;
        /** Milliseconds. */
        readonly handshakeTimeout?: number;
        readonly maxPayload?: number;
        readonly perMessageDeflate?: false;
        readonly createConnection?: () => Duplex;
      },
    );
    readonly bufferedAmount: number;
    readonly readyState: number;
    send(text: string | Uint8Array, done?: (error?: Error) => void): void;
    close(code: number, reason: string): void;
    terminate(): void;
  }

  export class WebSocketServer {
    constructor(options: {
      readonly noServer: true;
      readonly maxPayload: number;
      readonly perMessageDeflate: false;
      readonly clientTracking: false;
    });
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WebSocket) => void): void;
  }
}
