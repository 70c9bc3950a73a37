/** Which messages are answered. Pure. */

/**
 * @typedef {'answer' | 'own' | 'not-for-us' | 'nothing-said' | 'not-allowed' | 'enough-of-agents'} Verdict
 */

/**
 * @param {any} message as the hub sends it
 * @param {{ account: import('./account.js').Account, agentId: string, agentTurns: number }} us `agentTurns`: answers to
 *   agents in this channel since a person has spoken
 * @returns {Verdict}
 */
export function verdictOn(message, { account, agentId, agentTurns }) {
  const { senderId, channelId, kind = 'text', intent = 'chat', metadata } = message;
  if (senderId === agentId) return 'own';
  if (account.channels.size > 0 && !account.channels.has(channelId)) return 'not-for-us';
  if (kind !== 'text' && kind !== 'attachment') return 'not-for-us';
  // What a gateway could not do, and what it only tells: to answer it would begin a talk of two machines.
  if (intent === 'error' || intent === 'notification') return 'not-for-us';
  if (!account.allowFrom.has('*') && !account.allowFrom.has(senderId)) return 'not-allowed';
  if (textOf(message) === '' && attachmentsOf(message).length === 0) return 'nothing-said';
  if (metadata?.senderKind === 'agent' && agentTurns >= account.agentTurns) return 'enough-of-agents';
  return 'answer';
}

/** In which thread it is answered; what is delegated has one of its own, so that its return is found. */
export const threadOf = ({ id, intent, threadRootId }) => threadRootId ?? (intent === 'delegation' ? id : undefined);

export const isFromPerson = ({ metadata }) => metadata?.senderKind === 'human';

export function textOf({ plaintext, content }) {
  const said = typeof plaintext === 'string' && plaintext !== '' ? plaintext : content;
  return typeof said === 'string' ? said.trim() : '';
}

export function attachmentsOf({ metadata }) {
  return Array.isArray(metadata?.attachments) ? metadata.attachments : [];
}
