/**
 * The state root: where it is, what lies in it, its settings, its owner's key, who runs on it. Node only, and light:
 * the command line starts with this.
 */

export { createFile, openDraft, openPlainFile, replaceFile, type Draft, type WriteOptions } from './files.ts';
export { ensureHome, homePaths, type HomePaths } from './layout.ts';
export { checkBaseUrl, type BaseUrlCheck } from './base-url.ts';
export {
  readInstance,
  removeInstance,
  writeInstance,
  type EndedPart,
  type InstanceInfo,
  type InstanceState,
} from './instance.ts';
export type { ConfiguredModels } from './configured-models.ts';
export { renewEngineKey } from './engine-key.ts';
export { parseDuration } from './duration.ts';
export { loadSettings } from './load-settings.ts';
export { locateHome, type HomeLocation, type HomeSource, type LocateOptions } from './locate.ts';
export { lockHome, type HomeLock } from './lock.ts';
export { boundLogs, openLog } from './log-file.ts';
export { chooseModel, secretVariables, type ModelChoice } from './model-choice.ts';
export { ensureOwnerKey, readOwnerKey } from './owner-key.ts';
export { ancestorsOf, processSpace, type Ancestor } from './process-ancestry.ts';
export {
  identityOf,
  isSameProcess,
  processExecutable,
  processStartTime,
  readIdentity,
  writeIdentity,
  type ProcessIdentity,
} from './process-identity.ts';
export {
  settingNames,
  settingsTable,
  type LogLevel,
  type Setting,
  type SettingName,
  type Settings,
} from './settings-table.ts';
export { resolveSettings, type ExplainedSetting, type ResolvedSettings, type SettingsInput } from './settings.ts';
export {
  engineNodeName,
  engineSockets,
  liveSocket,
  serverSocket,
  shortPathTo,
  workerSocket,
  type ShortPathOptions,
} from './sockets.ts';
