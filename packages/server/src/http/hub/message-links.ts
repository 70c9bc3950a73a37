/** Links of attachments are paths until it is known who is given them. */

import type { Message } from '@perdure/contract';

/** `base`: the address by which whoever is given it has come. */
export function withLinks(message: Message, base: string): Message {
  const { attachments } = message.metadata;
  if (attachments === undefined) return message;
  const absolute = attachments.map((one) => ({ ...one, downloadUrl: base + one.downloadUrl }));
  return { ...message, metadata: { ...message.metadata, attachments: absolute } };
}
