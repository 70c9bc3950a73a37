/** Homes of gateways: made, archived, read back and removed. */

export { archiveHome, entriesOf } from './archive-home.ts';
export { copyFolder, filesOfShip } from './copy-folder.ts';
export { keepFiles, putFilesBack, type FilesToKeep } from './keep-files.ts';
export {
  claimHome,
  exchangeHome,
  markHome,
  markName,
  removeHome,
  stateOfHome,
  trialHome,
  withTrialHome,
  type HomeOf,
  type HomeState,
} from './gateway-home.ts';
export { checkArchive, checkRoom, unpackHome, type ArchiveOf } from './unpack-home.ts';
