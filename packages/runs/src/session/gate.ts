/**
 * Whether a drive may begin anything new, and why not. Open until the pipeline function has settled (sealed), somebody
 * or something stops it (halted), or the drive is over (closed). Only ever shuts further:
 *
 *   open -> sealed -> closed        open | sealed -> halted -> closed
 *
 * Of several reasons to halt the stronger one stands (`haltStrength`), also after closing: the commit that ends the
 * drive may find out that the run is lost.
 */

import { toErrorRecord, type ErrorRecord, type PerdureError } from '@perdure/contract';

/** Why no new step may begin. */
export type Halt =
  /** Only pass over the record: undo closures are being collected. */
  | { readonly kind: 'replay' }
  | { readonly kind: 'shutdown' }
  | { readonly kind: 'pause'; readonly orderId: string }
  | { readonly kind: 'cancel'; readonly orderId: string }
  | { readonly kind: 'attention'; readonly error: ErrorRecord }
  /** Another driver has the run (R2). */
  | { readonly kind: 'lost' }
  /** The record cannot be reached: the drive throws and is called again (E3). */
  | { readonly kind: 'broken'; readonly error: unknown };

const haltStrength: Record<Halt['kind'], number> = {
  shutdown: 0,
  replay: 1,
  pause: 2,
  attention: 3,
  cancel: 4,
  broken: 5,
  lost: 6,
};

type GateState =
  | { readonly kind: 'open' }
  | { readonly kind: 'sealed' }
  | { readonly kind: 'halted'; readonly halt: Halt }
  | { readonly kind: 'closed'; readonly halt: Halt | undefined };

export class Gate {
  #state: GateState = { kind: 'open' };
  readonly #abort = new AbortController();
  readonly #listeners = new Set<() => void>();

  get halted(): Halt | undefined {
    return 'halt' in this.#state ? this.#state.halt : undefined;
  }

  /** Whether a call may begin new work. */
  get isOpen(): boolean {
    return this.#state.kind === 'open';
  }

  get isClosed(): boolean {
    return this.#state.kind === 'closed';
  }

  /** Nothing may be committed any more: the run is another driver's, or the record is out of reach. */
  get isCutOff(): boolean {
    return this.halted?.kind === 'lost' || this.halted?.kind === 'broken';
  }

  /** Aborted by a cancel, and by nothing else: pause and steer let work in flight finish. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  halt(reason: Halt): void {
    const before = this.halted;
    if (before !== undefined && haltStrength[reason.kind] <= haltStrength[before.kind]) return;
    this.#state = { kind: this.isClosed ? 'closed' : 'halted', halt: reason };
    if (reason.kind === 'cancel') this.#abort.abort();
    this.#tell();
  }

  /** Stops the run until somebody decides: for what only its author can mend. */
  stopForAttention(error: PerdureError): void {
    this.halt({ kind: 'attention', error: toErrorRecord(error, 'internal') });
  }

  /** The pipeline function has settled: nothing new begins. */
  seal(): void {
    if (this.isOpen) this.#state = { kind: 'sealed' };
    this.#tell();
  }

  /** Ends the drive: calls on its context never settle from now on (P2). */
  close(): void {
    this.#state = { kind: 'closed', halt: this.halted };
    this.#tell();
  }

  /** Calls back at each change; the returned function ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
