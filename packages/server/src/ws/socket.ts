/** A socket as the hub uses it, whatever carries it. */

import type { CloseCode, ServerFrame } from '@perdure/contract';
import { withLinks } from '../http/hub/message-links.ts';

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

/** The text of a frame for whoever has come by an address: links are theirs. It is made once for all of one address. */
export function textsOf(frame: ServerFrame): (base: string) => string {
  const hasLinks = 'message' in frame && frame.message.metadata.attachments !== undefined;
  if (!hasLinks) {
    const text = frameText(frame);
    return () => text;
  }
  const byBase = new Map<string, string>();
  return (base) => {
    const text = byBase.get(base) ?? frameText({ ...frame, message: withLinks(frame.message, base) });
    byBase.set(base, text);
    return text;
  };
}
