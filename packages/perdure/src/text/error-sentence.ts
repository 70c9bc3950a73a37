/** An error of a record in one line, with the place in the author's code where that is known. Pure. */

import type { ErrorRecord } from '@perdure/contract';

/** As the record and the wire have it. */
export interface ErrorFacts extends Pick<ErrorRecord, 'code' | 'message'> {
  readonly details?: ErrorRecord['details'] | undefined;
}

export function errorSentence({ message, details }: Omit<ErrorFacts, 'code'>): string {
  const at = details?.['at'];
  return typeof at === 'string' ? `${message} (at ${at})` : message;
}
