/** What is refused is a value; it becomes an error at the outermost edge. */

import { PerdureError, type ErrorCode, type ErrorDetails } from '@perdure/contract';

export interface Refusal {
  readonly kind: 'refused';
  readonly code: ErrorCode;
  /** One sentence: what, why, what to do next. */
  readonly message: string;
  readonly details?: ErrorDetails;
}

export function refuse(code: ErrorCode, message: string, details: ErrorDetails = {}): Refusal {
  return { kind: 'refused', code, message, details };
}

export function refusalError({ code, message, details = {} }: Refusal): PerdureError {
  return new PerdureError(code, message, { details });
}

export const noSuchChannel = (channelId: string): Refusal =>
  refuse('not_found', `You are in no channel ${channelId}; \`GET /api/v1/channels\` lists those you are in.`);

export const noSuchMessage = (messageId: string): Refusal =>
  refuse('not_found', `There is no message ${messageId} in this channel; check the id.`);

export const noSuchPrincipal = (principalId: string): Refusal =>
  refuse('not_found', `There is no principal ${principalId}; \`GET /api/v1/principals\` lists those there are.`);
