/**
 * The state root: where it is, what lies in it, its settings, its owner's key, who runs on it. Node only, and light:
 * the command line starts with this.
 */

export { entriesBelow } from './entries-below.ts';
export { freeBytesOf } from './free-bytes.ts';
export {
  createFile,
  openDraft,
  openPlainFile,
  plainTextIn,
  replaceFile,
  type Draft,
  type WriteOptions,
} from './files.ts';
export { archivesOf, makeBackup, type BackupRequest } from './backup/make.ts';
export type { Manifest } from './backup/manifest.ts';
export { restoreBackup, type RestoreRequest } from './backup/restore.ts';
export { adoptRoot, clearHold, type Adoption } from './adopt-root.ts';
export { checkRoot, lookAtRoot, ownAccount, type UsableRoot } from './check-root.ts';
export { checkDefinitionFolders } from './definition-folders.ts';
export { ensureHome } from './ensure-home.ts';
export { makeFolder } from './folders.ts';
export { isReachedPlainly } from './reached-plainly.ts';
export { isHolderGone } from './holder-process.ts';
export { homePaths, type HomePaths } from './layout.ts';
export {
  choosePublicAccess,
  httpsOrigin,
  type PublicAccess,
  type StatedProxy,
  type TlsFiles,
} from './public-access.ts';
export { publicFacts } from './public-facts.ts';
export { readTlsPair, tlsNotice, type TlsPair } from './tls-pair.ts';
export { rootSecret } from './root-secret.ts';
export { readStamp, type RootStamp } from './root-stamp.ts';
export type { RootVerdict } from './whose-root.ts';
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
export { ensureLinkKey } from './link-key.ts';
export { loadSettings } from './load-settings.ts';
export { foldersUpward, locateHome, type HomeLocation, type HomeSource, type LocateOptions } from './locate.ts';
export { lockHome, type HomeLock } from './lock.ts';
export { appendLine, boundLog, boundLogs, openLog } from './log-file.ts';
export { chooseModel, secretVariables, type ModelChoice } from './model-choice.ts';
export { ensureOwnerKey, readOwnerKey } from './owner-key.ts';
export { readKeyFile, savedKeyPath, saveKey } from './principal-key.ts';
export { ancestorsOf, processSpace, type Ancestor } from './process-ancestry.ts';
export {
  identityOf,
  isSameProcess,
  processExecutable,
  processFolder,
  processWords,
  processStartTime,
  readIdentity,
  writeIdentity,
  type ProcessIdentity,
} from './process-identity.ts';
export { sendSignal } from './send-signal.ts';
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
  fleetSocket,
  secretsSocket,
  serverSocket,
  shortPathTo,
  workerSocket,
  type ShortPathOptions,
} from './sockets.ts';
export {
  createVaultKey,
  dropNextVaultKey,
  keepNextVaultKey,
  nextVaultKeys,
  promoteVaultKey,
  readVaultKey,
  type VaultKeyFile,
} from './vault-key.ts';
