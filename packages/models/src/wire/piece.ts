/** What any wire format says, in the words of none: each event of an answer is read into some of these. */

import type { Json } from '@perdure/contract';
import type { Carried } from '../turn/message.ts';

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'thought'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | CallPiece
  | { readonly kind: 'carry'; readonly field: string; readonly value: Json }
  | { readonly kind: 'usage'; readonly usage: TokenCount }
  | { readonly kind: 'model'; readonly name: string }
  /** Why the model stopped, in the words of the format. */
  | { readonly kind: 'finish'; readonly reason: string }
  | { readonly kind: 'fault'; readonly fault: ServerFault }
  /** Nothing follows, whatever the connection does. */
  | { readonly kind: 'end' };

/** A call of a tool, or a part of one. Which call it belongs to is found out by `CallDrafts`. */
export interface CallPiece {
  readonly kind: 'call';
  readonly id?: string;
  /** Place among the calls, where the format has one. */
  readonly index?: number;
  readonly tool?: string;
  /** A further piece of the arguments. */
  readonly text?: string;
  /** The arguments where they come as a whole: they replace what came in pieces. */
  readonly whole?: Json;
  readonly carried?: Carried;
}

/** As sent: checked and made whole by `readUsage`. */
export interface TokenCount {
  readonly input?: unknown;
  readonly output?: unknown;
  readonly total?: unknown;
}

/** An error that a server puts into its answer, whatever the status said. */
export interface ServerFault {
  /** 400 to 599, where it names one. */
  readonly status?: number;
  /** Machine-readable: `insufficient_quota`. */
  readonly reason?: string;
  /** As sent; may hold anything. */
  readonly words?: string;
}
