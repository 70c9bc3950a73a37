/** Where the bytes of files are kept. */

export { openDriveFolder, type DriveFolderOptions } from './drive-folder.ts';
