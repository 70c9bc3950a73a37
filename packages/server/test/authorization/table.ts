/**
 * Who may do what, written down: every operation of the HTTP API and every frame of a socket, by who comes with it. An
 * operation without a row does not compile. What is here is what people rely on: a change of it is a change of what is
 * promised.
 */

import type { ClientFrame, ServerFrame } from '@perdure/contract';
import type { RouteId } from '../../src/http/table.ts';

/**
 * `agent` sent the message that it is about, `other` and `human` are in its channel, `keeper` made that, `outsider` is
 * an agent who is not in it, and so are the owner and `lead`, who leads a family in which `other` is. In the vault
 * `keeper` is owner, `human` admin, `agent` member and `other` viewer. The task was made by `keeper` for `agent`.
 */
export const columns = [
  'none',
  'malformed',
  'revoked',
  'agent',
  'other',
  'human',
  'keeper',
  'owner',
  'lead',
  'outsider',
] as const;
export type Column = (typeof columns)[number];

/** A status; `in`: whatever it answers, it was reached. */
type Row<Cell> = Readonly<Record<Column, Cell>>;
type Status = number | 'in';

const refusedKeys = { none: 401, malformed: 401, revoked: 401 } as const;
const all = <Cell>(cell: Cell): Row<Cell> => Object.fromEntries(columns.map((column) => [column, cell])) as Row<Cell>;
const known = <Cell>(cell: Cell, more: Partial<Row<Cell>> = {}): Row<Cell | 401> => ({
  ...all(cell),
  ...refusedKeys,
  ...more,
});

const open = all<Status>('in');
const ownerOnly = (owner: Status): Row<Status> => known<Status>(403, { owner });
const operator = ownerOnly('in');
/** For members; to an outsider there is no such channel, and the owner reads but does not speak. */
const members = (status: number, owner: number): Row<Status> =>
  known<Status>(status, { owner, lead: 404, outsider: 404 });

/** For people, the lead and its members. */
const family = known<Status>(200, { agent: 404, outsider: 404 });
/** For who cares for the family; other members and people see that it is not for them. */
const carers = (status: number): Row<Status> => ({
  ...family,
  other: 403,
  human: 403,
  keeper: 403,
  lead: status,
  owner: status,
});

/** For who is owner or admin of the vault, and as far as it goes for the owner of the state root. */
const vaultAdmins = (status: number, owner: number): Row<Status> => ({
  ...members(403, owner),
  keeper: status,
  human: status,
});

/** For who made the task, who has it to do, and the owner; to others there is no such task. */
const parties = (status: number): Row<Status> => known<Status>(404, { keeper: status, agent: status, owner: status });

/** `mcp` is none of the table of routes. */
export const operations: Readonly<Record<RouteId | 'mcp', Row<Status>>> = {
  mcp: operator,
  health: open,
  pipeline: operator,
  startRun: operator,
  listRuns: operator,
  getRun: operator,
  listSteps: operator,
  getTranscript: operator,
  streamEvents: operator,
  pauseRun: operator,
  resumeRun: operator,
  cancelRun: operator,
  steerRun: operator,
  retryRun: operator,
  forkRun: operator,
  deleteRun: operator,
  pruneRuns: operator,
  listWaits: operator,
  answerWait: operator,
  listTasks: operator,
  getTask: operator,
  listTaskEvents: operator,
  listPipelines: operator,
  listAgents: operator,
  listTools: operator,
  listProblems: operator,
  listModels: operator,
  forgetModel: operator,

  whoAmI: known<Status>(200),
  listPrincipals: ownerOnly(200),
  createPrincipal: ownerOnly(201),
  /** Of `other`, whom `lead` leads. */
  getPrincipal: { ...ownerOnly(200), lead: 200 },
  changePrincipal: ownerOnly(200),
  listKeys: { ...ownerOnly(200), lead: 200 },
  createKey: ownerOnly(201),
  revokeKey: ownerOnly(200),

  /** Of oneself, which agents have none of. */
  offerSession: known<Status>(201, { agent: 409, other: 409, outsider: 409, lead: 409 }),
  /** With a token that was never given. */
  openSession: all<Status>(401),
  listSessions: known<Status>(200),
  /** Of `human`. */
  revokeSession: known<Status>(404, { human: 200, owner: 200 }),

  listChannels: known<Status>(200),
  createChannel: known<Status>(201),
  getChannel: members(200, 200),
  listMembers: members(200, 200),
  addMember: { ...members(403, 201), keeper: 201 },
  /** Of `other`. */
  removeMember: { ...members(403, 200), keeper: 200, other: 200 },
  markRead: members(200, 403),

  listMessages: members(200, 200),
  sendMessage: members(201, 403),
  editMessage: { ...members(403, 403), agent: 200 },
  deleteMessage: { ...members(403, 200), agent: 200 },
  addReaction: members(200, 403),
  removeReaction: members(200, 403),

  listFamilies: known<Status>(200),
  createFamily: ownerOnly(201),
  getFamily: family,
  changeFamily: carers(200),
  listFamilyHealth: family,
  reportFamilyHealth: carers(201),
  listFamilyMembers: family,
  addFamilyMember: carers(201),
  listGateways: carers(200),
  /** There is no such gateway to take in. */
  adoptGateway: { ...carers(404), lead: 403 },
  getGateway: carers(404),
  getGatewayFindings: carers(404),
  getGatewayLogs: carers(404),
  getGatewayRepair: carers(404),
  orderGateway: carers(404),
  planUpgrade: carers(200),
  orderUpgrade: carers(202),
  getUpgrade: carers(404),
  getFamilyMember: family,
  /** The same answer whatever family it is: whoever may not see it learns nothing by it. */
  changeFamilyMember: known<Status>(403, { lead: 200, owner: 200 }),
  wake: known<Status>(200),
  wakeByPost: known<Status>(200),
  manifest: known<Status>(200),

  listAudit: ownerOnly(200),
  createUpload: known<Status>(201),
  /** The URL is the key. */
  putUpload: open,
  downloadFile: open,
  /** Of `agent`, whose bytes have come. */
  registerFile: known<Status>(404, { agent: 201 }),
  listFiles: known<Status>(200),
  /** Of `agent`, which has sent it to the channel. */
  getFile: members(200, 200),
  deleteFile: { ...members(403, 200), agent: 200 },

  listHubTasks: known<Status>(200),
  createHubTask: known<Status>(201),
  getHubTask: parties(200),
  /** The same answer whatever task it is. */
  changeHubTask: known<Status>(403, { keeper: 200, agent: 200, owner: 200 }),
  listHubTaskActivity: parties(200),
  addHubTaskActivity: known<Status>(403, { keeper: 201, agent: 201, owner: 201 }),

  listVaults: known<Status>(200),
  createVault: known<Status>(201),
  getVault: members(200, 200),
  deleteVault: { ...members(403, 200), keeper: 200 },
  rekeyVault: vaultAdmins(200, 200),
  rotateVaultRoot: ownerOnly(200),
  listVaultMembers: members(200, 200),
  addVaultMember: vaultAdmins(201, 201),
  /** Of `other`. */
  removeVaultMember: { ...vaultAdmins(200, 200), other: 200 },
  listVaultAudit: vaultAdmins(200, 200),
  listVaultItems: members(200, 200),
  createVaultItem: { ...members(201, 403), other: 403 },
  dropVaultItem: members(201, 201),
  getVaultItem: members(200, 200),
  rotateVaultItem: { ...members(200, 403), other: 403 },
  deleteVaultItem: vaultAdmins(200, 200),

  listVaultLeases: known<Status>(200),
  requestVaultLease: { ...members(201, 403), other: 403 },
  /** Asked for by `agent`, and waiting. */
  getVaultLease: { ...vaultAdmins(200, 200), other: 404, agent: 200 },
  changeVaultLease: { ...vaultAdmins(200, 200), other: 404 },
  /** Of the same, granted. */
  useVaultLease: known<Status>(404, { agent: 200 }),

  listVaultGrants: known<Status>(200),
  createVaultGrant: vaultAdmins(201, 403),
  /** Of `keeper`. */
  deleteVaultGrant: vaultAdmins(200, 200),
  listVaultWants: operator,
};

/** `closed`: the socket is; `done`: it has its effect; `nothing`: it has none, and nobody is told why. */
export type Effect = 'closed' | 'done' | 'nothing';

const socket = (effect: Effect, more: Partial<Row<Effect>> = {}): Row<Effect> => ({
  ...all<Effect>(effect),
  none: 'closed',
  malformed: 'closed',
  revoked: 'closed',
  ...more,
});
/** Of a channel, or to who shares one. */
const amongMembers = socket('done', { owner: 'nothing', lead: 'nothing', outsider: 'nothing' });

export const frames: Readonly<Record<ClientFrame['type'], Row<Effect>>> = {
  auth: socket('done'),
  ping: socket('done'),
  meta: amongMembers,
  status: amongMembers,
  typing: amongMembers,
  replay: amongMembers,
};

/**
 * Who is sent what about a task, where `keeper` has made one that goes from `agent` to `other`. Who is not here is sent
 * nothing of it, the owner neither.
 */
export const taskFrames = {
  'task.updated': { keeper: 'done', agent: 'done', other: 'done' },
  'task.removed': { agent: 'done' },
} as const satisfies Partial<Record<ServerFrame['type'], Partial<Record<Column, Effect>>>>;
