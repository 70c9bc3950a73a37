/** OpenClaw by its own command line and its HTTP probes: for one home at a time, with nothing of our environment. */

import { lstatSync, realpathSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { createFile } from '@perdure/home';
import type { GatewayProgram } from '../core/gateway.ts';
import type { GatewayProgramPort, ModelAccess } from '../core/ports.ts';
import { archiveIn, healthIn, healthOf, problemsOfSettings, textOfTurn, type HealthAnswer } from './answers.ts';
import { channelWords } from './channel-words.ts';
import { runCommand, type CommandAnswer } from './command.ts';
import { environmentOf } from './environment.ts';
import { failureIn } from './failure.ts';
import { settingsFile, textIn } from './home-files.ts';
import { endCommands } from './marked.ts';
import { askModelAccess, modelKeysOf, type ModelKeys } from './model-keys.ts';
import { probeGateway, versionOnPort } from './probe.ts';
import { readSettings } from './read-settings.ts';
import { gatewayTokenOf, withoutSecrets } from './secrets-of-home.ts';

export interface ProgramOptions {
  /** Of the account. */
  readonly accountHome: string;
}

/** A command costs a start of Node and whatever the release has to put in order first: 26 s were seen once. */
const commandMs = 90_000;
const probeMs = 2_000;
/** It is answered in milliseconds, where the gateway is not still busy with its start. */
const accessMs = 5_000;
/** Of a gateway that is to be asked: without one it would try for a minute. */
const callMs = 8_000;

export function gatewayProgram(
  program: Pick<GatewayProgram, 'node' | 'entry'>,
  { accountHome }: ProgramOptions,
): GatewayProgramPort {
  const run = async (home: string, words: readonly string[], timeoutMs = commandMs): Promise<CommandAnswer> =>
    await runCommand([...words, '--json'], { program, home, env: environmentOf({ home, accountHome }), timeoutMs });

  async function askHealth(home: string, timeoutMs: number): Promise<HealthAnswer> {
    const waitMs = String(Math.min(callMs, timeoutMs));
    const answer = await run(home, ['health', '--timeout', waitMs], timeoutMs);
    const health = healthIn(answer.value);
    if (health === undefined) throw failed(home, 'says nothing of its health', answer);
    return health;
  }

  async function modelKeys(home: string, timeoutMs: number): Promise<ModelKeys> {
    const access = await modelAccess(home);
    if (access.kind === 'usable') return { kind: 'told', missing: [] };
    return modelKeysOf(access, (await run(home, ['models', 'status'], timeoutMs)).value);
  }

  return {
    async validate(home) {
      const answer = await run(home, ['config', 'validate']);
      const problems = problemsOfSettings(answer.value);
      if (problems === undefined) throw failed(home, 'could not look at its settings', answer);
      return problems.map(withoutSecrets(home));
    },
    readiness: async (port) => (await probeGateway(port, { timeoutMs: probeMs })).readiness,
    runningVersion: async (port) => await versionOnPort(port, { timeoutMs: probeMs }),
    async health(home, { timeoutMs }) {
      const deadline = performance.now() + timeoutMs;
      const health = await askHealth(home, timeoutMs);
      const keys = await modelKeys(home, Math.max(1_000, deadline - performance.now()));
      const told = healthOf(health, { keys, words: channelWords(home) });
      return { ...told, problems: told.problems.map(withoutSecrets(home)) };
    },
    modelAccess,
    async ask(home, text, { timeoutMs }) {
      const deadline = performance.now() + timeoutMs;
      const { defaultAgentId = 'main' } = await askHealth(home, timeoutMs);
      const leftMs = Math.max(2_000, deadline - performance.now());
      const answer = await withFile(text, async (file) => {
        const seconds = String(Math.max(1, Math.floor(leftMs / 1_000) - 1));
        const session = `agent:${defaultAgentId}:perdure-probe`;
        return await run(
          home,
          ['agent', '--session-key', session, '--message-file', file, '--timeout', seconds],
          leftMs,
        );
      });
      const said = textOfTurn(answer.value);
      if (said === undefined) throw failed(home, 'took no turn', answer);
      return said;
    },
    async backup(home, folder) {
      return await withFolder(join(folder, '.backup-'), async (into) => {
        const answer = await run(home, ['backup', 'create', '--output', into, '--verify']);
        const archive = archiveIn(answer.value);
        if (archive !== undefined && isFileIn(into, archive)) return await placed(archive, folder);
        throw failed(home, 'made no backup that could be read back', answer);
      });
    },
    async reload(home) {
      const answer = await run(home, ['secrets', 'reload']);
      if (answer.exitCode !== 0) throw failed(home, 'did not read its secrets again', answer);
    },
    endCommands: async (home) => await endCommands([home]),
  };
}

/** It holds keys: nobody else sees it while it is made, and of one that breaks off nothing stays. */
async function placed(archive: string, folder: string): Promise<string> {
  await chmod(archive, 0o600);
  const path = join(folder, basename(archive));
  await rename(archive, path);
  return path;
}

/** Elsewhere lies what it was not asked for: what it names is trusted no further than that. */
function isFileIn(folder: string, path: string): boolean {
  try {
    return realpathSync(dirname(path)) === realpathSync(folder) && lstatSync(path).isFile();
  } catch {
    return false;
  }
}

/** Of the gateway whose port and token are in a home. */
async function modelAccess(home: string): Promise<ModelAccess> {
  const token = gatewayTokenOf(home);
  const text = textIn(home, settingsFile);
  const settings = text === undefined ? undefined : readSettings(text);
  if (token === undefined || settings === undefined || 'problem' in settings) return { kind: 'untold' };
  return await askModelAccess(settings.port, { token, timeoutMs: accessMs });
}

/** A text is none of the business of who lists the processes of this machine. */
async function withFile<T>(text: string, use: (file: string) => Promise<T>): Promise<T> {
  return await withFolder(join(tmpdir(), 'perdure-turn-'), async (folder) => {
    const file = join(folder, 'message.txt');
    createFile(file, text);
    return await use(file);
  });
}

/** Of a name that begins so, for this account alone, and gone afterwards. */
async function withFolder<T>(beginning: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(beginning);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `what`: what it did not do. */
function failed(home: string, what: string, { exitCode, value, stderr }: CommandAnswer): PerdureError {
  const why = failureIn(value) ?? lastLine(stderr);
  const code = /not reachable|ECONNREFUSED|gateway.*(?:timeout|closed)/i.test(why) ? 'unreachable' : 'unavailable';
  const told = withoutSecrets(home)(why === '' ? `exit code ${exitCode ?? 'none'}` : why);
  const next = code === 'unreachable' ? 'start it, then try again' : 'see its log';
  return new PerdureError(code, `The gateway in ${home} ${what} (${told}); ${next}.`);
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';
