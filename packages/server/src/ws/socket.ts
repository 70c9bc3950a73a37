/** A socket as the hub uses it, whatever carries it. */

import type { CloseCode, ServerFrame } from '@perdure/contract';

export interface Socket {
  /** Bytes that were sent and have not left yet. */
  readonly buffered: number;
  send(text: string): void;
  /** Resolves when all that was sent has left, or the socket is gone. */
  flushed(): Promise<void>;
  /** Says goodbye; `isDead`: to one that would not answer, and without waiting for it. */
  close(code: CloseCode, options: { readonly reason: string; readonly isDead?: boolean }): void;
}

/** Every frame is a text that holds a JSON object. */
export const frameText = (frame: ServerFrame): string => JSON.stringify(frame);
