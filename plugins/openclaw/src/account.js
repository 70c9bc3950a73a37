/** What `channels.sesame` of a gateway's settings says. The keys are those that settings in the wild have. */

/**
 * @typedef {object} Account
 * @property {string} accountId
 * @property {boolean} isEnabled
 * @property {string | undefined} apiKey undefined: there is none, or it is a reference that is yet to be resolved
 * @property {string} apiUrl without a slash at its end
 * @property {string} wsUrl without a slash at its end
 * @property {string | undefined} agentId
 * @property {ReadonlySet<string>} channels ids; empty: all
 * @property {ReadonlySet<string>} allowFrom ids of principals, or `*`
 * @property {number} agentTurns answers to agents in a row, in one channel
 */

const hosted = { apiUrl: 'https://api.sesame.space', wsUrl: 'wss://ws.sesame.space' };
/** Two agents that thank each other would never end. */
const defaultAgentTurns = 12;

const text = (value) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined);
const texts = (value) => new Set(Array.isArray(value) ? value.flatMap((one) => text(one) ?? []) : []);
const base = (value) => text(value)?.replace(/\/+$/, '');

/**
 * @param {any} cfg settings of the gateway
 * @returns {Account}
 */
export function accountOf(cfg) {
  const section = cfg?.channels?.sesame ?? {};
  const apiUrl = base(section.apiUrl);
  const allowFrom = texts(section.allowFrom);
  return {
    accountId: 'default',
    isEnabled: section.enabled !== false,
    apiKey: text(section.apiKey),
    apiUrl: apiUrl ?? hosted.apiUrl,
    wsUrl: base(section.wsUrl) ?? (apiUrl === undefined ? hosted.wsUrl : apiUrl.replace(/^http/, 'ws')),
    agentId: text(section.agentId),
    channels: texts(section.channels),
    allowFrom: allowFrom.size === 0 ? new Set(['*']) : allowFrom,
    agentTurns: Number.isInteger(section.agentTurns) ? section.agentTurns : defaultAgentTurns,
  };
}

/** Whether there is a key, resolved or not: OpenClaw asks this before it resolves references. */
export function hasKey(cfg) {
  const key = cfg?.channels?.sesame?.apiKey;
  return text(key) !== undefined || (typeof key === 'object' && key !== null);
}
