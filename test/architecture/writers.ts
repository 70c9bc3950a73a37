/** Who may write files by itself: everything else goes through the one place. */

/**
 * Who writes files with the functions of Node itself. All others go through `home/src/files.ts`, which follows no link
 * and leaves no half.
 */
export const writers: Readonly<Record<string, string>> = {
  'packages/home/src/files.ts': 'it is the one place',
  'packages/home/src/log-file.ts': 'it gives a log that has grown large another name',
  'packages/home/src/sockets.ts': 'the short name of a long path is a link, and who made it is looked at',
  'packages/launcher/src/restate/damaged-data.ts': 'it gives the folder of the engine another name, and back',
  'packages/demo-model/src/request-log.ts': 'it adds to the file that its owner named on the command line',
  'packages/perdure/src/cli/write-new-file.ts': 'it makes a file that was not there, exclusively, or refuses',
  'packages/tasks/src/archive/archive-file.ts':
    'it writes into a draft piece by piece, and syncs the folder it is named in',
  'packages/tasks/src/mirror/file-lock.ts': 'the lock is that the file can be made once',
  'packages/tasks/src/mirror/mirror-logs.ts': 'it writes to what it was given open, and gives drafts their names',
  'packages/worker/src/tools/shipped/file-operations.ts':
    'agents write in a workspace that is entered folder by folder',
};
